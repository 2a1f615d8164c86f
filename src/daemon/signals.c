/* The signals that the daemon itself listens to. */
#include "config.h"

#include "daemon/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/signame.h"
#include "core/list.h"
#include "daemon/daemon.h"
#include "reload/reload.h"

/* Between two reloads that signals ask for. */
#define LULL_S	.1

/* TERM or INT: the end, in order; the second time at once. */
static void
on_stop(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	struct daemon *daemon = watcher->data;
	char name[SIGNAME_SIZE], text[32];

	(void)loop;
	(void)revents;
	signame_of(watcher->signum, name, sizeof(name));
	snprintf(text, sizeof(text), "got SIG%s", name);
	log_notice("%s", text);
	engine_stop(daemon, false, engine_record(daemon, "/", text, 0));
}

/* Read the configuration again, and then not for a while. */
static void
reload(struct signals *signals)
{
	struct daemon *daemon = signals->hangup.data;

	signals->hung_up = false;
	if (engine_is_ending(daemon)) {
		log_notice("got SIGHUP while ending: nothing to reload");
		return;
	}
	if (reload_start(daemon, false, NULL, NULL) < 0)
		log_error("cannot reload: %s", strerror(errno));
	ev_now_update(signals->loop);
	ev_timer_set(&signals->lull, LULL_S, 0.);
	ev_timer_start(signals->loop, &signals->lull);
}

/* HUP: reload; of a storm of them, the first at once and the last one too. */
static void
on_hangup(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	struct signals *signals =
	    list_entry(watcher, struct signals, hangup);

	(void)loop;
	(void)revents;
	if (ev_is_active(&signals->lull) && !engine_is_ending(watcher->data))
		signals->hung_up = true;
	else
		reload(signals);
}

/* A while after a reload: do what was asked for meanwhile. */
static void
on_lull(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	struct signals *signals = list_entry(watcher, struct signals, lull);

	(void)loop;
	(void)revents;
	if (signals->hung_up)
		reload(signals);
}

/* USR1: open the log again. */
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

/* Those that must not end a daemon which does not listen yet; or, of process 1,
 * cannot, so that they would be lost. */
static void
patient_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGHUP);
	sigaddset(ret_set, SIGUSR1);
	sigaddset(ret_set, SIGUSR2);
	if (getpid() != 1)
		return;
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGINT);
}

void
signals_hold(void)
{
	sigset_t set;

	patient_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
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

/* Watch one signal. */
static void
watch(struct signals *signals, ev_signal *watcher, int number,
    void (*callback)(struct ev_loop *, ev_signal *, int),
    struct daemon *daemon)
{
	ev_signal_init(watcher, callback, number);
	watcher->data = daemon;
	ev_signal_start(signals->loop, watcher);
	let_through(number);
}

void
signals_watch(struct signals *signals, struct ev_loop *loop,
    struct daemon *daemon)
{
	signals->loop = loop;
	signals->hung_up = false;
	ev_timer_init(&signals->lull, on_lull, 0., 0.);
	watch(signals, &signals->terminate, SIGTERM, on_stop, daemon);
	watch(signals, &signals->interrupt, SIGINT, on_stop, daemon);
	watch(signals, &signals->hangup, SIGHUP, on_hangup, daemon);
	watch(signals, &signals->reopen, SIGUSR1, on_reopen, daemon);
	watch(signals, &signals->upgrade, SIGUSR2, on_upgrade, daemon);
}

/*
 * Stop watching one signal, and ignore it; it must be blocked. libev either
 * unblocks it or makes its disposition the default one: so it is ignored both
 * before and after.
 */
static void
end(struct signals *signals, ev_signal *watcher)
{
	signal(watcher->signum, SIG_IGN);
	ev_signal_stop(signals->loop, watcher);
	signal(watcher->signum, SIG_IGN);
}

void
signals_end(struct signals *signals)
{
	sigset_t set;

	if (!signals->loop)
		return;
	ev_timer_stop(signals->loop, &signals->lull);
	/* or one could come between its two dispositions */
	patient_signals(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	end(signals, &signals->terminate);
	end(signals, &signals->interrupt);
	end(signals, &signals->hangup);
	end(signals, &signals->reopen);
	end(signals, &signals->upgrade);
	signals->loop = NULL;
}
