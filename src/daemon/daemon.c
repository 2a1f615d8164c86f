/* The daemon: what it is made of, and what its parts tell each other. */
#include "config.h"

#include "daemon/daemon.h"

#include <sysexits.h>

#include "base/evloop.h"
#include "base/log.h"
#include "daemon/host_daemon.h"
#include "reload/reload.h"

struct daemon {
	const struct daemon_options *options;
	struct engine engine;
	struct reload reload;
	struct host_daemon host;
	struct signals signals;
};

/* An event was added: the clients that follow them go on. */
static void
on_recorded(void *arg)
{
	struct daemon *daemon = arg;

	host_wake_followers(&daemon->host.host);
}

/* The engine has nothing to do: a reload goes on. */
static void
on_idle(void *arg)
{
	struct daemon *daemon = arg;

	reload_go_on(&daemon->reload);
}

/* Tell all who wait for it that the tree is up. */
static void
on_up(void *arg)
{
	const struct daemon *daemon = arg;
	const struct daemon_options *options = daemon->options;
	size_t children = daemon->engine.tree.child_count;

	log_notice("running, %zu %s", children,
	    children == 1 ? "child" : "children");
	upstream_ready(options->upstream, children);
	if (options->up)
		options->up(options->up_arg);
}

static void
on_stopping(void *arg)
{
	const struct daemon *daemon = arg;

	upstream_stopping(daemon->options->upstream);
}

static void
on_reload_begun(void *arg)
{
	const struct daemon *daemon = arg;

	upstream_reloading(daemon->options->upstream);
}

static void
on_reload_ended(void *arg, bool is_refused)
{
	const struct daemon *daemon = arg;

	upstream_reloaded(daemon->options->upstream,
	    daemon->engine.tree.child_count, is_refused);
}

/* A reload has put another section [reeve] into force. */
static void
on_conf_taken(void *arg)
{
	struct daemon *daemon = arg;

	host_daemon_take_conf(&daemon->host);
}

/* Tell each part what it needs of the others. */
static void
wire(struct daemon *daemon, struct conf *conf)
{
	daemon->engine.conf = &conf->daemon;
	daemon->engine.options = &daemon->options->engine;
	daemon->engine.hooks = (struct engine_hooks){
		.recorded = on_recorded,
		.idle = on_idle,
		.up = on_up,
		.stopping = on_stopping,
		.arg = daemon,
	};
	daemon->reload.engine = &daemon->engine;
	daemon->reload.conf_file = daemon->options->conf_file;
	daemon->reload.conf = &conf->daemon;
	daemon->reload.patience_ms = RELOAD_PATIENCE_MS;
	daemon->reload.hooks = (struct reload_hooks){
		.begun = on_reload_begun,
		.ended = on_reload_ended,
		.conf_taken = on_conf_taken,
		.arg = daemon,
	};
	host_daemon_init(&daemon->host, &daemon->engine, &daemon->reload);
}

/* Make all parts; 0, or -1 after saying why. */
static int
set_up(struct daemon *daemon, struct conf *conf)
{
	if (engine_open(&daemon->engine, conf) == -1)
		return -1;
	upstream_watch(daemon->options->upstream, daemon->engine.loop);
	signals_watch(&daemon->signals, &daemon->engine, &daemon->reload,
	    &daemon->options->launch);
	if (!evloop_hears_signals(daemon->engine.loop)) {
		log_error("cannot watch for signals");
		return -1;
	}
	return host_daemon_open(&daemon->host);
}

/* Undo set_up(), also half of it; returns how many processes are left. */
static size_t
tear_down(struct daemon *daemon)
{
	upstream_stopping(daemon->options->upstream);
	upstream_unwatch(daemon->options->upstream);
	signals_end(&daemon->signals);
	reload_end(&daemon->reload);
	host_daemon_close(&daemon->host);
	return engine_close(&daemon->engine);
}

int
daemon_run(struct conf *conf, const struct daemon_options *options)
{
	static const int codes[] = {
		[SUP_END_NONE] = DAEMON_EXIT_OK,
		[SUP_END_ASKED] = DAEMON_EXIT_OK,
		[SUP_END_GAVE_UP] = DAEMON_EXIT_GAVE_UP,
		[SUP_END_AUTO] = DAEMON_EXIT_OK,
		[SUP_END_KILLED] = DAEMON_EXIT_OK,
		[SUP_END_FAILED] = DAEMON_EXIT_FAILED,
	};
	struct daemon daemon = { .options = options };
	int exit_code = EX_OSERR;
	size_t left;

	wire(&daemon, conf);
	if (set_up(&daemon, conf) == 0) {
		engine_run(&daemon.engine);
		exit_code = codes[daemon.engine.tree.root->end];
	}
	left = tear_down(&daemon);
	if (left > 0) {
		log_error("unkillable and left behind: %zu", left);
		exit_code = EX_OSERR;
	}
	log_notice("ended with %d", exit_code);
	log_join();
	return exit_code;
}
