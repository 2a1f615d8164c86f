/*
 * The control side of the daemon: the host of host.h with the real engine
 * below it, who may connect, and the socket.
 */
#ifndef REEVE_DAEMON_HOST_DAEMON_H
#define REEVE_DAEMON_HOST_DAEMON_H

#include <ev.h>

#include "control/host.h"
#include "control/peer.h"

struct host_daemon {
	struct host host;
	struct control *control; /* NULL: not open */
	struct peer_policy policy;
	ev_io reopened;		/* reads news of the log */
};

/* Begin without a socket; nothing is looked up in the engine yet. */
void	host_daemon_init(struct host_daemon *daemon, struct engine *engine,
	    struct reload *reload);

/* Listen for clients, as the engine's section [reeve] says, and let the log be
 * written beside the loop. 0, or -1 after saying why. */
int	host_daemon_open(struct host_daemon *daemon);

/* Stop listening, also if it has not begun. */
void	host_daemon_close(struct host_daemon *daemon);

/* Another section [reeve] is in force: other groups, that is; the socket stays
 * where it is. */
void	host_daemon_take_conf(struct host_daemon *daemon);

#endif
