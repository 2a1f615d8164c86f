/*
 * The signals that the daemon itself listens to.
 *
 *	TERM, INT	stop in order; the second one kills
 *	HUP		reload
 *	USR1		open the log again
 *	USR2		later: upgrade in place
 *
 * HUP, USR1 and USR2 that come before the daemon listens wait until it does,
 * for none of them may end it; TERM and INT end it there and then, while
 * nothing has been started. Only process 1 has them wait as well: the kernel
 * would drop them. What comes after the end of the loop is ignored.
 * However many HUPs come, there are at most ten reloads a second for them; none
 * comes to nothing, but many to one.
 */
#ifndef REEVE_DAEMON_SIGNALS_H
#define REEVE_DAEMON_SIGNALS_H

#include <ev.h>
#include <stdbool.h>

struct engine;
struct reload;

struct signals {
	struct engine *engine;	/* NULL: nothing is watched */
	struct reload *reload;
	ev_signal terminate;
	ev_signal interrupt;
	ev_signal hangup;
	ev_signal reopen;
	ev_signal upgrade;
	ev_timer cooldown;	/* after a reload; active: HUP waits */
	bool hung_up;		/* it does */
};

/* Have those wait that are to wait, and ignore PIPE, for who reads the messages
 * may go: first thing in the program. */
void	signals_hold(void);

/* Listen to all. */
void	signals_watch(struct signals *signals, struct engine *engine,
	    struct reload *reload);

/* Listen no more, and ignore all; nothing happens if none is watched. */
void	signals_end(struct signals *signals);

#endif
