/*
 * What the control side asks of the daemon that it is in, so that it can be
 * tested in another one. Of the tree it reads what it likes; it changes it by
 * these functions alone.
 */
#ifndef REEVE_CONTROL_HOST_H
#define REEVE_CONTROL_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/quota.h"
#include "core/tree.h"
#include "daemon/daemon.h"
#include "reload/reload.h"

struct call;
struct events;
struct ev_loop;
struct worker;

#define HOST_PENDING_MAX	256	/* requests that wait for an answer */
#define HOST_LISTED_MAX		((size_t)64 << 20)

struct host {
	struct tree *tree;
	struct events *events;
	struct ev_loop *loop;	/* NULL: log files cannot be followed */
	const char *log_dir;	/* NULL: children have no log files */
	int64_t started_ms;	/* when the daemon was, on the monotonic clock
				   */
	/* What a worker starts from that comes at run time; the daemon's. */
	const struct conf_runtime_defaults *newcomer;
	void *arg;		/* for the functions */

	/* Put a request to the tree, at once; it may be answered before this
	 * returns. */
	void (*request)(void *arg, struct engine_request *request);
	/* Make room for so many more workers; 0, or -1. */
	int (*reserve)(void *arg, size_t count);
	/* Send a signal to a worker's process: 0, or -1 with errno. */
	int (*signal)(void *arg, struct worker *worker, int number);
	/* Stop the tree in order, or kill it; when this has returned. */
	void (*stop)(void *arg, bool now, uint64_t cause);
	/* Open the log again: 0, or -1 with errno. */
	int (*reopen)(void *arg);
	/*
	 * Read the configuration again; done is called once, perhaps before
	 * this returns, unless who waits under done_arg has been forgotten: 0,
	 * or -1 with errno.
	 */
	int (*reload)(void *arg, bool dry_run, reload_done_fn *done,
	    void *done_arg);
	void (*reload_forget)(void *arg, const void *done_arg);

	/* The control side's own: */
	struct quota quota;
	struct list followers;	/* of struct event_stream that have said all */
	struct list pending;	/* of struct pending */
	unsigned pending_count;
	size_t listed;		/* bytes of the lists that are being shown */
};

/* Begin what is the control side's own; the rest is the caller's to fill in. */
void	host_init(struct host *host);

/* An event has been added: whoever follows them goes on. */
void	host_wake_followers(struct host *host);

#endif
