/* The signals that the daemon itself listens to. */
#include "config.h"

#include "daemon/signals.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/log.h"
#include "base/signame.h"
#include "engine/engine.h"
#include "reload/reload.h"

/* Between two reloads that signals ask for. */
#define COOLDOWN_S	.1

/* TERM or INT: the end, in order; the second time at once. */
static void
on_stop(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	const struct signals *signals = watcher->data;
	struct engine *engine = signals->engine;
	char name[SIGNAME_SIZE], text[32];

	(void)loop;
	(void)revents;
	signame_of(watcher->signum, name, sizeof(name));
	snprintf(text, sizeof(text), "got SIG%s", name);
	log_notice("%s", text);
	engine_stop(engine, false, engine_record(engine, "/", text, 0));
}

/* Read the configuration again, and then not for a while. */
static void
reload_now(struct signals *signals)
{
	struct ev_loop *loop = signals->engine->loop;

	signals->hung_up = false;
	if (engine_is_ending(signals->engine)) {
		log_notice("got SIGHUP while ending: nothing to reload");
		return;
	}
	if (reload_start(signals->reload, false, NULL, NULL) == -1)
		log_error("cannot reload: %s", strerror(errno));
	ev_now_update(loop);
	ev_timer_set(&signals->cooldown, COOLDOWN_S, 0.);
	ev_timer_start(loop, &signals->cooldown);
}

/* HUP: reload; of a storm of them, the first at once and the last one too. */
static void
on_hangup(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	struct signals *signals = watcher->data;

	(void)loop;
	(void)revents;
	if (ev_is_active(&signals->cooldown) &&
	    !engine_is_ending(signals->engine))
		signals->hung_up = true;
	else
		reload_now(signals);
}

/* A while after a reload: do what was asked for meanwhile. */
static void
on_cooldown(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	struct signals *signals = watcher->data;

	(void)loop;
	(void)revents;
	if (signals->hung_up)
		reload_now(signals);
}

static void
on_reopen(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	(void)loop;
	(void)watcher;
	(void)revents;
	if (log_reopen() < 0)
		log_error("cannot open the log again: %s", strerror(errno));
}

/* USR2: kept for upgrades in place. */
static void
on_upgrade(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	(void)loop;
	(void)watcher;
	(void)revents;
	log_warning("got SIGUSR2: upgrading in place is not supported yet, "
	    "nothing is changed");
}

static const struct {
	int number;
	void (*callback)(struct ev_loop *, ev_signal *, int);
	bool is_patient;	/* must not end a daemon that does not listen
				   yet */
} heard[] = {
	{ SIGTERM, on_stop, false },
	{ SIGINT, on_stop, false },
	{ SIGHUP, on_hangup, true },
	{ SIGUSR1, on_reopen, true },
	{ SIGUSR2, on_upgrade, true },
};
static_assert(LENGTH(heard) == SIGNALS_COUNT, "each has a watcher");

/* Block the signals that are patient, or all. */
static void
block(bool all)
{
	sigset_t set;

	sigemptyset(&set);
	for (int i = 0; i < SIGNALS_COUNT; i++)
		if (all || heard[i].is_patient)
			sigaddset(&set, heard[i].number);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void
signals_hold(void)
{
	/* those that cannot end process 1 would be lost there */
	block(getpid() == 1);
	signal(SIGPIPE, SIG_IGN);
}

/*
 * Let a signal through that was held, if a handler is there for it; a loop that
 * reads signals from a descriptor wants them blocked.
 */
static void
let_through(int number)
{
	struct sigaction action;
	sigset_t set;

	if (sigaction(number, NULL, &action) == -1 ||
	    action.sa_handler == SIG_DFL)
		return;
	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void
signals_watch(struct signals *signals, struct engine *engine,
    struct reload *reload)
{
	signals->engine = engine;
	signals->reload = reload;
	signals->hung_up = false;
	ev_timer_init(&signals->cooldown, on_cooldown, 0., 0.);
	signals->cooldown.data = signals;
	for (int i = 0; i < SIGNALS_COUNT; i++) {
		ev_signal *watcher = &signals->watchers[i];

		ev_signal_init(watcher, heard[i].callback, heard[i].number);
		watcher->data = signals;
		ev_signal_start(engine->loop, watcher);
		let_through(heard[i].number);
	}
}

/*
 * Stop watching one signal, and ignore it; it must be blocked. libev either
 * unblocks it or makes its disposition the default one: so it is ignored both
 * before and after.
 */
static void
ignore_signal(struct ev_loop *loop, ev_signal *watcher)
{
	signal(watcher->signum, SIG_IGN);
	ev_signal_stop(loop, watcher);
	signal(watcher->signum, SIG_IGN);
}

void
signals_end(struct signals *signals)
{
	if (!signals->engine)
		return;
	ev_timer_stop(signals->engine->loop, &signals->cooldown);
	block(true);	/* or one could come between its two dispositions */
	for (int i = 0; i < SIGNALS_COUNT; i++)
		ignore_signal(signals->engine->loop, &signals->watchers[i]);
	signals->engine = NULL;
}
