/*
 * The daemon: a loop, the pump between the core and the processes, signals.
 *
 * Watchers only queue what happened. Before the loop sleeps the pump feeds it
 * to the core, takes the actions that come out, carries them out, and goes on
 * until nothing is left; then it arms the one timer.
 */
#ifndef REEVE_DAEMON_DAEMON_H
#define REEVE_DAEMON_DAEMON_H

#include <stdbool.h>

#include "config/conf.h"
#include "core/tree.h"
#include "process/hygiene.h"

/* Exit codes of reeved, besides those of sysexits.h. */
enum daemon_exit {
	DAEMON_EXIT_OK = 0,	/* asked to stop, or auto_shutdown of the root
				   */
	DAEMON_EXIT_GAVE_UP = 1, /* the root reached its restart intensity */
	DAEMON_EXIT_FAILED = 2,	/* a child failed at the first start */
};

struct daemon;
struct ev_loop;
struct upstream;
struct reload;
struct runfile;
struct spawn_context;
struct worker;

/*
 * Something asked of the tree, from engine_ask() to its answer. The memory is
 * the asker's, who embeds it, and is asked to free it by `answered', once, also
 * if the asker has lost interest meanwhile.
 */
struct engine_request {
	struct request request;	/* first; filled in by the asker */
	void (*answered)(struct daemon *daemon,
	    struct engine_request *request);
};

/*
 * Put a request to its supervisor; it waits its turn in that one's mailbox, and
 * may be answered before this returns. What it may need of the table of names
 * and of the table of processes has to be there: engine_reserve(). Not from
 * inside of `answered'.
 */
void	engine_ask(struct daemon *daemon, struct engine_request *request);

/* Make room for so many more children; 0, or -1 with errno. */
int	engine_reserve(struct daemon *daemon, size_t count);

/* The tree, to be read at any time outside a step. */
struct tree *daemon_tree(struct daemon *daemon);

/* The section [reeve] as it holds now; the file to be read at a reload. */
const struct conf_daemon *daemon_conf(const struct daemon *daemon);
const char *daemon_conf_file(const struct daemon *daemon);

/* Take over what a new [reeve] says; what was said before is left in it. */
void	daemon_take_conf(struct daemon *daemon, struct conf_daemon *conf);

/* The reload that is being carried out, NULL for none; for reload.c. */
struct reload *daemon_reload(const struct daemon *daemon);
void	daemon_set_reload(struct daemon *daemon, struct reload *reload);

/* Record what was asked for, about a path and due to an event (0: none), as an
 * event; its number. */
uint64_t engine_record(struct daemon *daemon, const char *path,
	    const char *what, uint64_t cause);

/* Ask for the end as SIGTERM does; now: as the second one does. It is due to
 * the event of that number. */
void	engine_stop(struct daemon *daemon, bool now, uint64_t cause);

/* Send a signal to a worker's process: 0, or -1 with errno. */
int	engine_signal(struct daemon *daemon, struct worker *worker, int number);

/* Tell whether somebody has asked for the end, or the root has begun it. */
bool	engine_is_ending(const struct daemon *daemon);

/* The loop that everything runs in. */
struct ev_loop *daemon_loop(const struct daemon *daemon);

/* What all starts have in common. */
const struct spawn_context *daemon_spawn_context(const struct daemon *daemon);

/* Who is told how the daemon is; NULL: nobody. */
struct upstream *daemon_notifier(const struct daemon *daemon);

struct daemon_options {
	const char *conf_file;	/* what a reload reads: an absolute path */
	struct hygiene found;	/* what the children get back of the past */
	struct runfile *runfile; /* where processes are recorded; or NULL */
	const char *log_dir;	/* where OUTPUT_LOG goes; NULL: inherit */
	struct upstream *notifier; /* who started the daemon; NULL: nobody */
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
