/* The signals that the daemon itself listens to. */
#include "config.h"

#include "daemon/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/signame.h"
#include "engine/engine.h"
#include "os/os.h"
#include "reload/reload.h"

/* Between two reloads that signals ask for. */
#define COOLDOWN_S	.1

/* Between two messages about signals of one kind that are ignored. */
#define SAY_MS		10000

typedef void (*callback)(struct ev_loop *, ev_signal *, int);

/* Stop the tree in order; say and record why. */
static void
stop(struct signals *signals, const char *why)
{
	struct engine *engine = signals->engine;

	log_notice("%s", why);
	engine_stop(engine, false, engine_record(engine, "/", why, 0));
}

/* TERM and its like: the end, in order; the second time at once. */
static void
on_stop(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	char name[SIGNAME_SIZE], text[32];

	(void)loop;
	(void)revents;
	signame_of(watcher->signum, name, sizeof(name));
	snprintf(text, sizeof(text), "got SIG%s", name);
	stop(watcher->data, text);
}

/* Say that a signal is ignored, but not each time that it comes. */
static void
say_ignored(struct signals *signals, int number, const char *why)
{
	int64_t now_ms = clock_ms();
	char name[SIGNAME_SIZE];

	if (now_ms < signals->say_ms[number])
		return;
	signals->say_ms[number] = now_ms + SAY_MS;
	signame_of(number, name, sizeof(name));
	log_warning("got SIG%s: ignored%s", name, why);
}

/* Any signal that means nothing here. */
static void
on_other(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	(void)loop;
	(void)revents;
	say_ignored(watcher->data, watcher->signum, "");
}

/* TSTP: Ctrl-Z on the terminal of the daemon. */
static void
on_suspend(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	(void)loop;
	(void)revents;
	say_ignored(watcher->data, watcher->signum, "; a stopped daemon would "
	    "restart no worker");
}

/* Open the terminal of this process, to see whether there is one: 0, or -1. */
static int
try_terminal(void)
{
	int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	return fd == -1 ? -1 : close(fd);
}

/*
 * If the terminal that the daemon was started on has closed, stop in order.
 * That never counts as the second signal, which kills: a closing terminal
 * sends HUP more than once, and does not ask for a kill. Tells whether it has
 * closed.
 */
static bool
leave_terminal(struct signals *signals)
{
	static const char text[] = "the terminal has closed";

	if (!signals->launch.has_terminal || try_terminal() == 0)
		return false;
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
		return false;	/* a shortage tells nothing about it */
	signals->launch.has_terminal = false;
	if (engine_is_ending(signals->engine))
		log_notice("%s", text);
	else
		stop(signals, text);
	return true;
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

/* HUP: reload; of a storm of them, the first at once and the last one too.
 * Unless it tells that the terminal has closed. */
static void
on_hangup(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	struct signals *signals = watcher->data;

	(void)loop;
	(void)revents;
	if (signals->launch.ignores_hangup)
		say_ignored(signals, SIGHUP, ", as it was when the daemon was "
		    "started; `reevectl reload' reloads");
	else if (leave_terminal(signals))
		return;
	else if (ev_is_active(&signals->cooldown) &&
	    !engine_is_ending(signals->engine))
		signals->hung_up = true;
	else
		reload_now(signals);
}

/* A while after a reload: do what was asked for meanwhile. The kernel may have
 * sent HUP first and taken the terminal away after that. */
static void
on_cooldown(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	struct signals *signals = watcher->data;

	(void)loop;
	(void)revents;
	if (!leave_terminal(signals) && signals->hung_up)
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

/* What is done about each signal. One that is not in here is ignored, and
 * said. */
static const struct rule {
	int number;
	callback callback;	/* NULL: not watched */
	bool ends_start;	/* it may end a daemon that does not listen yet,
				   where QUIT would write a core */
} rules[] = {
	{SIGTERM, on_stop, true},
	{SIGINT, on_stop, true},
	{SIGQUIT, on_stop, false},
#ifdef SIGPWR
	{SIGPWR, on_stop, false},
#endif
	{SIGHUP, on_hangup, false},
	{SIGUSR1, on_reopen, false},
	{SIGUSR2, on_upgrade, false},
	{SIGTSTP, on_suspend, false},

	/* signals_hold() sees to it that these do nothing */
	{SIGPIPE, NULL, false},
	{SIGTTIN, NULL, false},
	{SIGTTOU, NULL, false},

	/* they do not end a process */
	{SIGCHLD, NULL, false},
	{SIGCONT, NULL, false},
	{SIGURG, NULL, false},
#ifdef SIGWINCH
	{SIGWINCH, NULL, false},
#endif
#ifdef SIGINFO
	{SIGINFO, NULL, false},
#endif

	/* faults of the program itself */
	{SIGABRT, NULL, false},
	{SIGBUS, NULL, false},
	{SIGFPE, NULL, false},
	{SIGILL, NULL, false},
	{SIGSEGV, NULL, false},
	{SIGSYS, NULL, false},
	{SIGTRAP, NULL, false},
#ifdef SIGEMT
	{SIGEMT, NULL, false},
#endif

	/* no process can do anything about these */
	{SIGKILL, NULL, false},
	{SIGSTOP, NULL, false},
};

/* Find the rule of a signal. */
static struct rule
rule_of(int number)
{
	for (size_t i = 0; i < LENGTH(rules); i++)
		if (rules[i].number == number)
			return rules[i];
#ifdef SIGRTMIN
	/* no constant: what the C library has left over */
	if (number == SIGRTMIN + 3)
		return (struct rule){number, on_stop, false};
#endif
	return (struct rule){number, on_other, false};
}

/* Tell whether the C library keeps a signal for itself: no set can have it. */
static bool
is_private(int number)
{
	sigset_t set;

	sigemptyset(&set);
	return sigaddset(&set, number) == -1;
}

/* Block the signals that the daemon listens to: all, or those that must not end
 * it while it does not listen yet. */
static void
block(bool all)
{
	sigset_t set;

	sigemptyset(&set);
	for (int number = 1; number < NSIG; number++) {
		struct rule rule = rule_of(number);

		if (rule.callback && (all || !rule.ends_start))
			sigaddset(&set, number);
	}
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void
signals_look(struct signals_launch *ret_launch)
{
	struct sigaction action;

	ret_launch->has_terminal = try_terminal() == 0;
	ret_launch->ignores_hangup = sigaction(SIGHUP, NULL, &action) == 0 &&
	    action.sa_handler == SIG_IGN;
}

void
signals_hold(void)
{
	sigset_t tty;

	/* those that cannot end process 1 would be lost there */
	block(getpid() == 1);
	signal(SIGPIPE, SIG_IGN);
	for (int number = 1; number < NSIG; number++)
		if (is_private(number))
			os_ignore_signal(number);
	/* for ever: as good as ignored, and no child has to reset it */
	sigemptyset(&tty);
	sigaddset(&tty, SIGTTIN);
	sigaddset(&tty, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &tty, NULL);
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
    struct reload *reload, const struct signals_launch *launch)
{
	signals->engine = engine;
	signals->reload = reload;
	signals->launch = *launch;
	ev_timer_init(&signals->cooldown, on_cooldown, 0., 0.);
	signals->cooldown.data = signals;
	for (int number = 1; number < NSIG; number++) {
		ev_signal *watcher = &signals->watchers[number];
		struct rule rule = rule_of(number);

		if (!rule.callback || is_private(number))
			continue;
		ev_signal_init(watcher, rule.callback, number);
		watcher->data = signals;
		ev_signal_start(engine->loop, watcher);
		let_through(number);
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
	for (int number = 1; number < NSIG; number++)
		if (ev_is_active(&signals->watchers[number]))
			ignore_signal(signals->engine->loop,
			    &signals->watchers[number]);
	signals->engine = NULL;
}
