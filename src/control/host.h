/*
 * What the control side stands on: the engine and the reload, with the
 * functions by which it changes anything in a table. So it can be tested
 * without processes: a test puts functions of its own there. Tree and events
 * are read as they are.
 */
#ifndef REEVE_CONTROL_HOST_H
#define REEVE_CONTROL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/quota.h"
#include "core/tree.h"
#include "engine/engine.h"
#include "process/aside.h"
#include "reload/reload.h"

struct call;

#define HOST_PENDING_MAX	256	/* requests that wait for an answer */
#define HOST_PATIENCE_MS	5000	/* for a disk; a client has 10 s */
#define HOST_LISTED_MAX		((size_t)64 << 20)

struct host {
	struct tree *tree;
	struct events *events;
	struct ev_loop *loop;	/* of the clients */
	struct asides *asides;	/* NULL: log files cannot be read */
	int64_t patience_ms;	/* for a disk; host_init() sets it */
	const char *log_dir;	/* NULL: children have no log files */
	int64_t started_ms;	/* of the daemon, on the monotonic clock */
	/* What a worker has that is added at run time. */
	const struct conf_runtime_defaults *runtime_defaults;

	/*
	 * The functions of these names in engine.h, but for reopen: open the
	 * log again; 0, or -1 with errno, or a number: it is done when
	 * host_reopened() tells that number or a later one.
	 */
	struct engine *engine;
	void (*ask)(struct engine *engine, struct engine_request *asked);
	int (*reserve)(struct engine *engine, size_t count);
	int (*signal)(struct engine *engine, struct worker *worker,
	    int number);
	void (*stop)(struct engine *engine, bool now, uint64_t cause);
	int (*reopen)(struct engine *engine);

	/* The functions of these names in reload.h. */
	struct reload *reload;
	int (*reload_start)(struct reload *reload, bool dry_run,
	    reload_done_fn *done, void *done_arg);
	void (*reload_forget)(struct reload *reload, const void *done_arg);

	/* The control side's own: */
	struct quota quota;
	struct list followers;	/* of struct call that wait for events */
	struct list reopenings;	/* of struct call that wait for it: */
	int reopened;		/* of host_reopened(), with the error */
	int reopen_error;
	struct list pending;	/* of struct pending */
	unsigned pending_count;
	size_t listed;		/* bytes of all listings */
};

/* Set up the control side's own fields; the caller fills in the others. */
void	host_init(struct host *host);

/* An event was added: the clients that follow events go on. */
void	host_wake_followers(struct host *host);

/* The log has been opened again, up to that number; error: an errno, or 0. */
void	host_reopened(struct host *host, int number, int error);

#endif
