/*
 * The signals that the daemon itself listens to.
 *
 *	TERM, INT	stop in order; the second one kills
 *	HUP		reload
 *	USR1		open the log again
 *	USR2		later: upgrade in place
 *
 * HUP, USR1 and USR2 that come before the daemon listens wait until it does,
 * as none of them may end it; TERM and INT end it at once, while nothing has
 * been started. In process 1 they wait as well: the kernel would drop them.
 * Signals after the end of the loop are ignored. There are at most ten reloads
 * a second for HUP: no HUP is lost, but one reload may serve many.
 */
#ifndef REEVE_DAEMON_SIGNALS_H
#define REEVE_DAEMON_SIGNALS_H

#include <ev.h>
#include <stdbool.h>

#define SIGNALS_COUNT	5

struct engine;
struct reload;

struct signals {
	struct engine *engine;	/* NULL: nothing is watched */
	struct reload *reload;
	ev_signal watchers[SIGNALS_COUNT];
	ev_timer cooldown;	/* after a reload; active: HUP waits */
	bool hung_up;		/* it does */
};

/* Block the signals that have to wait, and ignore PIPE, as the reader of the
 * messages may go. To be called first of all. */
void	signals_hold(void);

/* Listen to all of them. */
void	signals_watch(struct signals *signals, struct engine *engine,
	    struct reload *reload);

/* Stop listening, and ignore all of them; nothing to do if none is watched. */
void	signals_end(struct signals *signals);

#endif
