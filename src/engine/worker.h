/*
 * A worker as the daemon holds it: the child that the core supervises, the
 * program it runs, and the process that runs it now, in one block of memory.
 */
#ifndef REEVE_ENGINE_WORKER_H
#define REEVE_ENGINE_WORKER_H

#include "core/child.h"
#include "process/proc.h"
#include "process/program.h"

struct worker {
	struct child child;
	struct proc proc;
	struct program *program; /* owned */
	struct program *next_program; /* of the next start; NULL: the same */
	char *why;		/* why its program did not run; NULL: it did */
	struct list news;	/* in engine->news */
	pid_t last_pid;		/* of its last process, which may be gone */
	uint8_t pending;	/* news not yet told to the core, as bits */
	bool needs_restart;	/* a slot of a reload: what runs differs */
	char name[];		/* the child's */
};

/* The worker whose slot this is; the child must be one. */
static inline struct worker *
worker_of(struct child *child)
{
	return list_entry(child, struct worker, child);
}

static inline const struct worker *
worker_of_const(const struct child *child)
{
	return list_const_entry(child, struct worker, child);
}

/* The worker whose process this is. */
static inline struct worker *
worker_of_proc(struct proc *proc)
{
	return list_entry(proc, struct worker, proc);
}

/* Make a worker that takes the program over; NULL: there is no memory. */
struct worker *worker_new(const char *name, struct program *program);

/*
 * Give a worker the program of another one, which has none any more: at once,
 * or, if that one needs a restart and there is a process, from the next start
 * on.
 */
void	worker_replace_program(struct worker *worker, struct worker *from);

/* A start: the program of the next start is the program now. */
void	worker_refresh(struct worker *worker);

/* Free it and its program; it must have no process. */
void	worker_free(struct worker *worker);

#endif
