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
	struct child child;	/* first: a worker is found from its child */
	struct proc proc;
	struct program *program; /* owned */
	struct program *fresh;	/* to be run from the next start on; or NULL */
	char *why;		/* why its program did not run; NULL: it did */
	struct list news;	/* in daemon->news */
	pid_t last_pid;		/* of its last process, also when that is gone
				   */
	uint8_t pending;	/* bits: 1 << enum proc_news not yet told the
				   core */
	bool reruns;		/* a slot of a reload: what runs differs */
	char name[];		/* the child's */
};

/* The worker whose slot this is; the child must be one. */
static inline struct worker *
worker_of(struct child *child)
{
	return (struct worker *)(void *)child;
}

/* The same, to be looked at only. */
static inline const struct worker *
worker_of_const(const struct child *child)
{
	return (const struct worker *)(const void *)child;
}

/* The worker whose process this is. */
static inline struct worker *
worker_of_proc(struct proc *proc)
{
	return list_entry(proc, struct worker, proc);
}

/* Make a worker that takes the program over; NULL if memory is short. */
struct worker *worker_new(const char *name, struct program *program);

/*
 * Give a worker the program of another one, which has none any more: at once,
 * or, if that one reruns and there is a process, from the next start on.
 */
void	worker_replace_program(struct worker *worker, struct worker *from);

/* The program of the next start. */
void	worker_refresh(struct worker *worker);

/* Free it and its program; it must have no process. */
void	worker_free(struct worker *worker);

#endif
