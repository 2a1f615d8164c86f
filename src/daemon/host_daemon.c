/* The control side of the daemon. */
#include "config.h"

#include "daemon/host_daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "control/control.h"

/* Open the log again; the engine has no part in it. */
static int
reopen_log(struct engine *engine)
{
	(void)engine;
	return log_reopen();
}

/* The log has been opened again: say how that came out, and answer. */
static void
on_reopened(struct ev_loop *loop, ev_io *watcher, int revents)
{
	struct host_daemon *daemon = watcher->data;
	struct log_reopening reopening;

	(void)loop;
	(void)revents;
	while (read(watcher->fd, &reopening, sizeof(reopening)) ==
	    sizeof(reopening)) {
		if (reopening.error != 0)
			log_error("cannot open the log again: %s",
			    strerror(reopening.error));
		host_reopened(&daemon->host, reopening.number,
		    reopening.error);
	}
}

/* Let the log be written beside the loop, and hear of it. */
static int
leave_log(struct host_daemon *daemon)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == -1) {
		log_error("cannot make a pipe for the log: %s",
		    strerror(errno));
		return -1;
	}
	ev_io_init(&daemon->reopened, on_reopened, ends[0], EV_READ);
	daemon->reopened.data = daemon;
	ev_io_start(daemon->host.loop, &daemon->reopened);
	log_beside(ends[1]);
	return 0;
}

void
host_daemon_init(struct host_daemon *daemon, struct engine *engine,
    struct reload *reload)
{
	struct host *host = &daemon->host;

	host_init(host);
	host->engine = engine;
	host->tree = &engine->tree;
	host->log_dir = engine->options->log_dir;
	host->started_ms = clock_ms();
	host->ask = engine_ask;
	host->reserve = engine_reserve;
	host->signal = engine_signal;
	host->stop = engine_stop;
	host->reopen = reopen_log;
	host->reload = reload;
	host->reload_start = reload_start;
	host->reload_forget = reload_forget;
}

/* The number of a group, as the file was read. */
static gid_t
gid_of(const struct conf_group *group)
{
	return group->name ? group->gid : PEER_NO_GROUP;
}

/* Why a socket could not be opened, or changed. */
static const char *
describe_error(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "another process listens there";
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
host_daemon_take_conf(struct host_daemon *daemon)
{
	const struct conf_daemon *conf = daemon->host.engine->conf;

	daemon->policy = (struct peer_policy){
		.owner = geteuid(),
		.change = gid_of(&conf->control_group),
		.look = gid_of(&conf->status_group),
	};
	daemon->host.runtime_defaults = &conf->runtime_defaults;
	if (daemon->control && control_policy_changed(daemon->control) == -1)
		log_warning("control: '%s' keeps its mode and group: %s",
		    conf->socket, describe_error(errno));
}

int
host_daemon_open(struct host_daemon *daemon)
{
	const struct engine *engine = daemon->host.engine;
	const char *path = engine->conf->socket;

	daemon->host.events = engine->events;
	daemon->host.loop = engine->loop;
	daemon->host.asides = engine->asides;
	host_daemon_take_conf(daemon);
	daemon->control = control_open(&daemon->host, path, &daemon->policy,
	    NULL);
	if (daemon->control)
		return leave_log(daemon);
	log_error("cannot listen at '%s': %s", path, describe_error(errno));
	return -1;
}

void
host_daemon_close(struct host_daemon *daemon)
{
	if (ev_is_active(&daemon->reopened)) {
		ev_io_stop(daemon->host.loop, &daemon->reopened);
		close(daemon->reopened.fd);
	}
	control_close(daemon->control);
	daemon->control = NULL;
}
