/*
 * The daemon: the engine, reloads, signals and the control socket are put
 * together, run and taken apart again. Only main.c includes this.
 *
 * The room daemon is reeved. It includes its own headers and all below, but not
 * ctl. Begin with main.c.
 */
#ifndef REEVE_DAEMON_DAEMON_H
#define REEVE_DAEMON_DAEMON_H

#include "config/conf.h"
#include "daemon/signals.h"
#include "daemon/upstream.h"
#include "engine/engine.h"

/* Exit codes of reeved, besides those of sysexits.h. */
enum daemon_exit {
	DAEMON_EXIT_OK = 0,	/* asked to stop; auto_shutdown of the root */
	DAEMON_EXIT_GAVE_UP = 1, /* the root reached its restart intensity */
	DAEMON_EXIT_FAILED = 2,	/* a child failed at the first start */
};

struct daemon_options {
	const char *conf_file;	/* what a reload reads: an absolute path */
	struct engine_options engine;
	struct signals_launch launch;
	struct upstream *upstream; /* it is told how the daemon is; or NULL */
	void (*up)(void *arg);	/* called once, when the tree is up */
	void *up_arg;
};

/*
 * Run the tree of a checked configuration until it ends; returns the exit
 * code. Before the tree is up a failed call may end it with EX_OSERR; after
 * that none does.
 */
int	daemon_run(struct conf *conf, const struct daemon_options *options);

#endif
