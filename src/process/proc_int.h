/*
 * The inside of struct proc_table, shared by proc_start.c (processes that
 * start), proc.c (that live), proc_signal.c (signals to them), proc_end.c (how
 * they end) and proc_look.c (what they have left).
 */
#ifndef REEVE_PROCESS_PROC_INT_H
#define REEVE_PROCESS_PROC_INT_H


#include "process/orphans.h"
#include "process/proc.h"
#include "process/runfile.h"

/* Descriptors that may wait to be closed. */
#define PROC_CLOSING_MAX 16

/* Where a look at the orphans is; see proc_look.c. */
enum proc_look {
	PROC_LOOK_NONE,
	PROC_LOOK_FINDS,	/* orphans, and which worker each belongs to */
	PROC_LOOK_REAPS,	/* those that are dead */
	PROC_LOOK_JUDGES,	/* kills the others, or tells of each process
				   that there are none */
};

struct proc_table {
	struct ev_loop *loop;
	proc_news_fn *news;
	const struct program *(*program_of)(const struct proc *);
	size_t (*path_of)(const struct proc *, char *, size_t);
	void *arg;
	struct proc **buckets;	/* every unreaped process, by pid */
	size_t bucket_count;	/* a power of two */
	size_t count;		/* of processes that are not gone */
	struct list starting;	/* on their way to their programs; the oldest
				   first */
	size_t starting_count;
	struct list late;	/* likewise, but not waited for */
	double late_wait;	/* seconds until these are looked at */
	ev_timer late_look;
	struct list without_pidfd; /* live, and only SIGCHLD tells of them */
	struct list dead;	/* seen dead, not looked at further */
	struct list looked;	/* dead; what they left is being looked for */
	struct list clearing;	/* dead; what they left is being killed */
	struct orphans *orphans; /* NULL: the kernel does not list them */
	struct runfile *runfile; /* NULL: none */
	struct asides *asides;	/* NULL: none */
	enum proc_look look;	/* where the look at the orphans is */
	int64_t next_look_us;	/* not before: looking costs too much */
	int64_t patience_us;	/* from a death until it is told at last */
	ev_signal child;	/* SIGCHLD */
	ev_timer sweep;		/* a while after it */
	ev_timer again;		/* proc_settle() has more to do */
	ev_timer resend;	/* a signal could not be sent */
	ev_prepare settle;	/* only ever fed: the end of a turn */
	ev_prepare tidy;	/* before the loop sleeps */
	int closing[PROC_CLOSING_MAX]; /* pidfds that are to be closed then */
	unsigned closing_count;
	int64_t group_wait_us;	/* until groups are looked at again */
	bool sweep_due;		/* a child has died: find out which */
	bool is_starved;		/* the last look failed */
};

/*
 * A process whose end was told before it was known what it has left. It is
 * reaped when that is known: until then its number is its own, and what is of
 * its session is told from what is not.
 */
struct proc_told {
	struct proc proc;
	uint64_t path;		/* hash_text() of its path */
	int64_t ticks;		/* when, in ticks as procfs_stat has them: what
				   has its path and was started later may belong
				   to the process that came after it */
};

/* The pipe of a process that says itself when it is ready. */
struct proc_ready {
	ev_io io;
	ev_timer again;		/* the loop could not watch it */
	struct proc *proc;
	struct proc_table *table;
};

/* Find a process by its pid; NULL: the daemon has not started it. */
struct proc *proc_find(const struct proc_table *table, pid_t pid);

/* Put a process in by its pid, as one more. */
void	proc_insert(struct proc_table *table, struct proc *proc);

/* Enter a process that has just been made. */
void	proc_enter(struct proc_table *table, struct proc *proc,
	    const struct spawn_result *result);

/* Watch for the end of a process whose program runs, and for it to be ready. */
void	proc_watch_running(struct proc_table *table, struct proc *proc);

/* A process that starts has ended, or its program runs: settle that. */
void	proc_start_ended(struct proc_table *table, struct proc *proc);

/* Forget a start that is under way; nothing to do if there is none. */
void	proc_drop_start(struct proc_table *table, struct proc *proc);

/* Get ready to start processes. */
void	proc_start_init(struct proc_table *table);

/* Take a process out, with its watchers and its record. */
void	proc_remove(struct proc_table *table, struct proc *proc);

/* Note that a process is dead: it is settled at the end of the turn. */
void	proc_note_dead(struct proc_table *table, struct proc *proc);

/* Go on with a process that cannot be reaped, though its pidfd says that it is
 * dead: it lives, or a debugger traces it and has to see the end first. The
 * pidfd would say so for ever; SIGCHLD comes when it can be reaped. */
void	proc_doubt(struct proc_table *table, struct proc *proc);

/* Get ready to send signals. */
void	proc_signal_init(struct proc_table *table);

/* Let this turn of the loop end with proc_settle(). */
void	proc_feed(struct proc_table *table);

/* Read the pipe of a process that is not ready, but not for ever: some write as
 * fast as that. 1: it said that it is; 0: it may still, errno as of read();
 * -1: it can no longer. */
int	proc_read_ready(struct proc_ready *ready);

/* Stop listening to a process's pipe, if it has one. */
void	proc_drop_ready(struct proc_table *table, struct proc *proc);

/* Settle everything that is dead: what ev_prepare settle calls. */
void	proc_settle(struct ev_loop *loop, ev_prepare *watcher, int events);

/* Settle again after so many microseconds, or at once with the next turn. */
void	proc_settle_in(struct proc_table *table, int64_t us);

/* Tell whether a process that was seen dead is so and may be reaped; if not, it
 * is left to proc_doubt(). If so, its group is killed. */
bool	proc_end_group(struct proc_table *table, struct proc *proc);

/* Reap a dead process and note how it ended; false: it is left to
 * proc_doubt(). */
bool	proc_reap(struct proc_table *table, struct proc *proc);

/* Take a process out whose outcome is known, and tell its owner. */
void	proc_finish(struct proc_table *table, struct proc *proc);

/* Find the dead among those that have no pidfd. */
void	proc_find_dead(struct proc_table *table);

/* Settle what is dead where orphans are known, until that time of clock_us(),
 * then let the loop have its turn. */
void	proc_look_settle(struct proc_table *table, int64_t until_us);

/* What orphans.h calls when a look may go on; arg is the table. */
void	proc_look_wake(void *arg);

#endif
