/*
 * The engine: the tree, the processes of its workers, the events that it
 * leaves behind, and the pump between core and processes.
 *
 * The room engine is the tree as the daemon has it: workers with processes, the
 * pump, events, log lines. It includes its own headers, config and all below.
 * Begin here, then read worker.h.
 *
 * Watchers only queue what has happened. Before the loop sleeps, the pump
 * tells the core of it, takes the actions that come out and carries them out,
 * and goes on until nothing is left; then it arms the one timer.
 */
#ifndef REEVE_ENGINE_ENGINE_H
#define REEVE_ENGINE_ENGINE_H

#include <ev.h>
#include <stdbool.h>

#include "config/conf.h"
#include "core/tree.h"
#include "engine/events.h"
#include "engine/journal.h"
#include "engine/worker.h"
#include "process/aside.h"
#include "process/hygiene.h"
#include "process/proc.h"
#include "process/runfile.h"
#include "process/spawn.h"

/*
 * A request to the tree, from engine_ask() to its answer. The caller embeds
 * it in memory that it frees in `answered', which is called once, also if no
 * client waits for the answer any more.
 */
struct engine_request {
	struct request request;	/* filled in by the caller */
	void (*answered)(struct engine_request *asked);
};

/* What the engine tells its owner; all but `recorded' outside of a step of the
 * core. */
struct engine_hooks {
	void (*recorded)(void *arg); /* an event was added */
	void (*idle)(void *arg); /* no news is left; may call engine_ask() */
	void (*up)(void *arg);	/* once: the tree has come up */
	void (*stopping)(void *arg); /* once: the orderly end begins */
	void *arg;
};

struct engine_options {
	struct hygiene found;	/* what the children get back of the past */
	struct runfile *runfile; /* where processes are recorded; or NULL */
	const char *log_dir;	/* where OUTPUT_LOG goes; NULL: inherit */
};

struct engine {
	/* For all to read, outside of a step of the core: */
	struct tree tree;
	struct ev_loop *loop;	/* everything runs in it */
	struct events *events;
	struct spawn_context context; /* what all starts have in common */
	struct asides *asides;	/* work beside the loop */

	/* The owner's, set before engine_open(): */
	const struct conf_daemon *conf; /* [reeve]; may change between turns */
	const struct engine_options *options;
	struct engine_hooks hooks;

	/* The engine's own: */
	struct journal journal;
	struct proc_table *procs;
	struct list news;	/* of struct worker with something pending */
	ev_prepare pump;
	ev_timer timer;
	ev_async wake;		/* the loop's own */
	int64_t armed_ms;	/* the deadline that the timer is set for */
	int64_t kill_at_ms;	/* shutdown_timeout is over; or HEAP_NEVER */
	uint64_t stop_cause;	/* number of the event that asked for the end */
	unsigned stops;		/* times that the end was asked for */
	unsigned stops_taken;	/* of these, told to the core */
	bool is_up;		/* the tree has come up once */
	bool is_stepping;	/* the core is told something */
};

/*
 * Make loop, processes and tree of a checked configuration; the tree takes its
 * nodes over. 0, or -1 after saying why; engine_close() undoes also half of it.
 */
int	engine_open(struct engine *engine, struct conf *conf);

/* Start the tree, and run the loop until its root has ended. No failed call
 * ends the daemon from here on. */
void	engine_run(struct engine *engine);

/* Kill every process that is left, and free all. Returns how many processes do
 * not end. */
size_t	engine_close(struct engine *engine);

/*
 * Put a request to its supervisor. It waits for its turn in the mailbox there,
 * and may be answered before this returns. The tables must have room for what
 * it adds: engine_reserve(). Not to be called from inside of `answered'.
 */
void	engine_ask(struct engine *engine, struct engine_request *asked);

/* Make room for so many more children; 0, or -1 with errno. */
int	engine_reserve(struct engine *engine, size_t count);

/* Record what was asked for, about a path and due to an event (0: none), as an
 * event; its number. */
uint64_t engine_record(struct engine *engine, const char *path,
	    const char *what, uint64_t cause);

/* Ask for the end as SIGTERM does; now: as the second SIGTERM does. It is due
 * to the event of that number. */
void	engine_stop(struct engine *engine, bool now, uint64_t cause);

/* Send a signal to a worker's process: 0, or -1 with errno. */
int	engine_signal(struct engine *engine, struct worker *worker, int number);

/* Tell whether the end was asked for, or the root has begun it. */
bool	engine_is_ending(const struct engine *engine);

#endif
