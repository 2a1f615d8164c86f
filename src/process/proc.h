/*
 * Live processes: which pid belongs to which worker, what is still to be
 * cleared away after it, and how the daemon learns of a death.
 *
 * The room process is a program and one process of it, from the fork to the
 * last leftover. It includes its own headers, base, os, and of core lists and
 * specs. Begin with program.h and spawn.h for a start, and here for an end.
 *
 * A process that starts shares memory with the daemon until its exec. The loop
 * waits for that 20 ms at most (proc_await_starts); then its end is an event
 * like any other, and the exec is looked for now and then. After two seconds
 * the owner is told that the start hangs, unless the process runs: then after
 * thirty.
 *
 * A death is seen, then whatever the process left behind is killed while its
 * pid still names it, then it is reaped; so no signal ever goes to a pid or a
 * group that has been used again. Only then is the end told to the owner of
 * the table, unless it takes too long to find out what was left (see
 * proc_look.c).
 *
 * On Linux each process has a pidfd, and SIGCHLD only schedules a sweep for
 * orphans, which the daemon inherits as a subreaper (see orphans.h).
 * Without pidfds SIGCHLD makes every sweep. The last descriptors are no
 * pidfds: they are left to clients, reloads and logs.
 *
 * Run the loop with loopthread_run(): then the cost of a death does not
 * depend on the number of processes. Without, it grows with it.
 */
#ifndef REEVE_PROCESS_PROC_H
#define REEVE_PROCESS_PROC_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/list.h"
#include "core/spec.h"
#include "process/program.h"
#include "process/spawn.h"

struct asides;
struct proc_table;
struct runfile;

enum proc_state {
	PROC_NONE,		/* no process */
	PROC_STARTING,		/* on its way to its program */
	PROC_UNREADY,		/* runs, is not ready yet (fd, exit) */
	PROC_RUNNING,
	PROC_CLEARING,		/* dead; what it left behind is being killed */
};

/* One worker's process; embedded in the worker, pid 0 when there is none. */
struct proc {
	ev_io death;		/* its pidfd; fd -1: it has none */
	struct proc *next_in_bucket; /* in table->buckets, by pid */
	struct list link;	/* in table->starting, table->late,
				   table->without_pidfd (lives), table->dead,
				   table->looked or table->clearing */
	struct proc_ready *ready; /* READY_FD: its pipe; else NULL */
	struct start *start;	/* starting: how */
	const struct spawn_result *failure; /* during news of a start that
				   hangs, or has failed: why */
	int64_t died_us;	/* clearing: when that was seen */
	pid_t pid;
	uint32_t record;	/* in the run file */
	struct spec_outcome outcome; /* once it has ended */
	uint8_t state;		/* enum proc_state */
	uint8_t unsent;		/* a signal that could not be sent; 0: none */
	bool is_late;		/* starting: it is not waited for */
	bool hangs;		/* starting: its owner was told */
	bool was_unready;	/* it died before PROC_STARTED */
	bool is_stopping;	/* it was told to stop, or killed */
	bool has_left;		/* clearing: something it left was found */
	bool is_reaped;		/* clearing: its pid is no longer its own */
	bool is_told;		/* clearing: a struct proc_told */
};

/* What happened; news about a proc comes in this order, never twice. */
enum proc_news {
	PROC_START_HANGS,	/* it does not get to its program: failure; it
				   is to be killed */
	PROC_STARTED,		/* it runs and is ready */
	PROC_START_FAILED,	/* it ended before it was ready: outcome */
	PROC_START_IGNORED,	/* it ended cleanly before it was ready */
	PROC_EXITED,		/* it has ended after PROC_STARTED: outcome */
	PROC_NOT_STARTED,	/* its program never ran: failure */
};

typedef void proc_news_fn(void *arg, struct proc *proc, enum proc_news news);

/*
 * Make the table on a loop; news is called from inside loop callbacks (of the
 * lowest priority: a prepare watcher sees all news of a turn together), for
 * the owner to queue, never from proc_start() or proc_signal(). program_of
 * tells the program of a proc (for exit classes and readiness); path_of
 * writes its path. NULL with errno on failure.
 */
struct proc_table *proc_table_new(struct ev_loop *loop, void *arg,
		    proc_news_fn *news,
		    const struct program *(*program_of)(const struct proc *),
		    size_t (*path_of)(const struct proc *, char *, size_t));

/* Free it; NULL is fine. Processes that are left, which proc_end_all() could
 * not end, are forgotten, but not by the run file. */
void	proc_table_free(struct proc_table *table);

/* Record every start in a run file from now on, the caller's; before the first
 * start. */
void	proc_table_set_runfile(struct proc_table *table,
	    struct runfile *runfile);

/* Leave these children of the daemon alone from now on; they outlive the
 * table. */
void	proc_table_set_asides(struct proc_table *table, struct asides *asides);

/* See that the next `count' more processes need no allocation; 0, or -1. */
int	proc_table_reserve(struct proc_table *table, size_t count);

/* Begin a proc: none. */
void	proc_init(struct proc *proc);

/* Start it. 0: it is on its way, and news will follow; -1: there is no process,
 * see the result. */
int	proc_start(struct proc_table *table, struct proc *proc,
	    struct program *program, const struct spawn_context *context,
	    struct spawn_result *ret_result);

/*
 * Wait for the processes that are on their way to their programs, for a moment:
 * until there is news of one, or all of them take long. To be called before
 * the loop sleeps. The news come from in here.
 */
void	proc_await_starts(struct proc_table *table);

/* How many such processes would be waited for. */
size_t	proc_starting(const struct proc_table *table);

/* Send the stop signal, and CONT, to its process group. What is refused is sent
 * again later, until it is gone or another signal takes its place. */
void	proc_stop(struct proc_table *table, struct proc *proc, int signal);

/* Kill it and its process group, likewise; what is left is killed when it has
 * ended. */
void	proc_kill(struct proc_table *table, struct proc *proc);

/* Send any signal to the process alone: 0, or -1 with errno. */
int	proc_signal(struct proc_table *table, struct proc *proc, int signal);

/* Processes that are not gone: live, and those still being cleared. */
size_t	proc_count(const struct proc_table *table);

/* Kill every process below the daemon that is left, and reap until there is
 * none or the time is over: the last thing before exit. Returns the rest. */
size_t	proc_end_all(struct proc_table *table, int64_t timeout_ms);

#endif
