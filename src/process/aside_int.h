/*
 * The inside of work beside the loop, shared by aside.c (one process) and
 * asides.c (all of them).
 */
#ifndef REEVE_PROCESS_ASIDE_INT_H
#define REEVE_PROCESS_ASIDE_INT_H

#include "base/bytes.h"
#include "core/list.h"
#include "process/aside.h"

struct aside {
	struct list link;	/* in asides->running or asides->leaving */
	struct asides *asides;
	struct aside_work work;
	ev_io readable;		/* its pipe */
	ev_timer silence;	/* runs while a message is awaited */
	struct bytes in;	/* what has come and is not taken */
	size_t taken;		/* bytes of it that the next call takes away */
	enum aside_state state;	/* ASIDE_RUNS until it is known better */
	bool is_at_end;		/* of the pipe */
	pid_t pid;		/* 0: it is reaped */
	int64_t killed_ms;	/* leaving: when; 0: it was not */
};

struct asides {
	struct ev_loop *loop;
	struct runfile *runfile;
	struct list running;	/* of struct aside: an owner has it */
	struct list leaving;	/* it is to be reaped and freed */
	ev_signal child;	/* SIGCHLD */
};

/* Tell whether there may be one more of a kind; if not, why. */
bool	asides_may_start(struct asides *asides, enum aside_kind kind,
	    char ret_why[ASIDE_WHY_SIZE]);

/* Reap one that leaves, and free it, if it has ended; else it is looked at
 * again when a child ends. */
void	asides_let_go(struct aside *aside);

#endif
