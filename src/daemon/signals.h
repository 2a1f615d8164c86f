/*
 * The signals that the daemon itself listens to.
 *
 *	TERM, INT, QUIT, PWR, RTMIN+3
 *			stop in order; the second one, of any of these, kills
 *	HUP		reload; but if the daemon was started on a terminal, and
 *			that has closed: stop in order
 *	USR1		open the log again
 *	USR2		later: upgrade in place
 *	TSTP, ALRM, any other that would end or stop a process
 *			ignored; a message says so, at most every ten seconds
 *			for each kind
 *	PIPE, TTIN, TTOU, those of the C library
 *			ignored without a word
 *	CHLD, CONT, URG, WINCH, and those that tell of a fault of the program
 *			as in any process
 *
 * Signals that come before the daemon listens wait until it does; TERM and INT
 * alone end it at once, while nothing has been started. In process 1 they wait
 * as well: the kernel would drop them. Signals after the end of the loop are
 * ignored. There are at most ten reloads a second for HUP: no HUP is lost, but
 * one reload may serve many.
 *
 * HUP that was ignored when the daemon was started, as nohup(1) does it, stays
 * ignored. A daemon that has detached has left what this was meant for, so it
 * passes a struct signals_launch that is all false.
 */
#ifndef REEVE_DAEMON_SIGNALS_H
#define REEVE_DAEMON_SIGNALS_H

#include <ev.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct engine;
struct reload;

/* What the launcher left. */
struct signals_launch {
	bool has_terminal;	/* which may close */
	bool ignores_hangup;
};

struct signals {
	struct engine *engine;	/* NULL: nothing is watched */
	struct reload *reload;
	struct signals_launch launch;
	ev_signal watchers[NSIG]; /* by number */
	int64_t say_ms[NSIG];	/* not before: that this one is ignored */
	ev_timer cooldown;	/* after a reload; active: HUP waits */
	bool hung_up;		/* it does */
};

/* Look at what the launcher left, before anything is changed of that. */
void	signals_look(struct signals_launch *ret_launch);

/* Block the signals that have to wait, and ignore PIPE, as the reader of the
 * messages may go. To be called first of all. */
void	signals_hold(void);

/* Listen to all of them. */
void	signals_watch(struct signals *signals, struct engine *engine,
	    struct reload *reload, const struct signals_launch *launch);

/* Stop listening, and ignore all of them; nothing to do if none is watched. */
void	signals_end(struct signals *signals);

#endif
