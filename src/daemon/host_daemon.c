/* The daemon as the host of its control side. */
#include "config.h"

#include "daemon/host_daemon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "config/user.h"
#include "control/control.h"
#include "engine/eventnote.h"
#include "engine/events.h"
#include "reload/reload.h"

struct host_daemon {
	struct host host;
	struct daemon *daemon;
	struct events *events;
	struct control *control; /* NULL: not open */
	struct peer_policy policy;
};

/* Put a request to the tree. */
static void
on_request(void *arg, struct engine_request *request)
{
	const struct host_daemon *hosting = arg;

	engine_ask(hosting->daemon, request);
}

/* Make room for children. */
static int
on_reserve(void *arg, size_t count)
{
	const struct host_daemon *hosting = arg;

	return engine_reserve(hosting->daemon, count);
}

/* Send a signal to a worker. */
static int
on_signal(void *arg, struct worker *worker, int number)
{
	const struct host_daemon *hosting = arg;

	return engine_signal(hosting->daemon, worker, number);
}

/* Ask for the end. */
static void
on_stop(void *arg, bool now, uint64_t cause)
{
	const struct host_daemon *hosting = arg;

	engine_stop(hosting->daemon, now, cause);
}

/* Open the log again. */
static int
on_reopen(void *arg)
{
	(void)arg;
	return log_reopen();
}

/* Begin a reload. */
static int
on_reload(void *arg, bool dry_run, reload_done_fn *done, void *done_arg)
{
	const struct host_daemon *hosting = arg;

	return reload_start(hosting->daemon, dry_run, done, done_arg);
}

/* Forget who waits for one. */
static void
on_reload_forget(void *arg, const void *done_arg)
{
	const struct host_daemon *hosting = arg;

	reload_forget(hosting->daemon, done_arg);
}

struct host_daemon *
host_daemon_new(struct daemon *daemon, struct ev_loop *loop,
    const char *log_dir)
{
	struct host_daemon *hosting = calloc(1, sizeof(*hosting));
	struct host *host;

	if (!hosting)
		return NULL;
	hosting->daemon = daemon;
	hosting->events = events_new();
	if (!hosting->events) {
		free(hosting);
		return NULL;
	}
	host = &hosting->host;
	host_init(host);
	host->tree = daemon_tree(daemon);
	host->events = hosting->events;
	host->loop = loop;
	host->log_dir = log_dir;
	host->started_ms = clock_ms();
	host->arg = hosting;
	host->request = on_request;
	host->reserve = on_reserve;
	host->signal = on_signal;
	host->stop = on_stop;
	host->reopen = on_reopen;
	host->reload = on_reload;
	host->reload_forget = on_reload_forget;
	return hosting;
}

/* The number of a group; one that is not there any more is nobody's. */
static gid_t
find_group(const char *key, const char *name)
{
	char fault[160];
	gid_t gid;

	if (!name)
		return PEER_NO_GROUP;
	if (!user_find_group(name, &gid, fault, sizeof(fault)))
		return gid;
	log_error("control: %s = %s: %s", key, name, fault);
	return PEER_NO_GROUP;
}

/* Why a socket could not be opened, or changed. */
static const char *
describe(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "somebody listens there";
	case EEXIST:
		return "there is a file that is no socket";
	case ESTALE:
		return "there is another file";
	case ENAMETOOLONG:
		return "the path of a socket has 107 bytes at most";
	default:
		return strerror(error);
	}
}

void
host_daemon_take_conf(struct host_daemon *hosting,
    const struct conf_daemon *conf)
{
	hosting->policy = (struct peer_policy){
		.owner = geteuid(),
		.change = find_group("control_group", conf->control_group),
		.look = find_group("status_group", conf->status_group),
	};
	hosting->host.newcomer = &conf->newcomer;
	if (hosting->control && control_policy_changed(hosting->control) < 0)
		log_warning("control: '%s' keeps its mode and group: %s",
		    conf->socket, describe(errno));
}

int
host_daemon_open(struct host_daemon *hosting, const struct conf_daemon *conf)
{
	host_daemon_take_conf(hosting, conf);
	hosting->control = control_open(&hosting->host, conf->socket,
	    &hosting->policy, NULL);
	if (hosting->control)
		return 0;
	log_error("cannot listen at '%s': %s", conf->socket, describe(errno));
	return -1;
}

void
host_daemon_note(struct host_daemon *hosting, const struct note *note)
{
	eventnote_add(hosting->events, note);
	host_wake_followers(&hosting->host);
}

uint64_t
host_daemon_record(struct host_daemon *hosting, const char *path,
    const char *what, uint64_t cause)
{
	uint64_t number = eventnote_request(hosting->events,
	    hosting->host.tree, path, what, 0, cause);

	host_wake_followers(&hosting->host);
	return number;
}

void
host_daemon_free(struct host_daemon *hosting)
{
	if (!hosting)
		return;
	control_close(hosting->control);
	events_free(hosting->events);
	free(hosting);
}
