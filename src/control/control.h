/*
 * The control socket: who connects, what they send, what they get, in a loop
 * that never waits for any of them.
 *
 * A client is a session (session.h) with a descriptor. Nobody but those whom
 * peer.h gives a right is let in, and they in small numbers. A client has 5 s
 * for a whole call and 30 s between calls; one that does not take what it asked
 * for in 30 s is dropped. Bytes are moved when the loop says so; calls are
 * served in the turns between, a few milliseconds in each, one client after the
 * other.
 */
#ifndef REEVE_CONTROL_CONTROL_H
#define REEVE_CONTROL_CONTROL_H

#include "control/host.h"
#include "control/peer.h"

#define CONTROL_CLIENTS_MAX	64	/* and as many again of root */
#define CONTROL_CLIENTS_PER_UID	8	/* but root */

/* How long a client may take; in milliseconds. */
struct control_patience {
	int64_t call_ms;	/* for a whole call */
	int64_t idle_ms;	/* between calls */
	int64_t stall_ms;	/* to take some of what it asked for */
};

struct control;

/*
 * Listen at a path; host and policy are the caller's and outlive it. With one
 * group in the policy the socket is for it, with two for everybody, as the
 * peers are checked anyway. patience NULL: as is said above. NULL with errno:
 * see socketfile_open().
 */
struct control *control_open(struct host *host, const char *path,
		    const struct peer_policy *policy,
		    const struct control_patience *patience);

/* The policy is another one now: give the socket the mode and the group that go
 * with it. 0, or -1 with errno: see socketfile_change(). */
int	control_policy_changed(struct control *control);

/* Take somebody who has connected already: 0, or -1 if he was turned away. The
 * descriptor, non-blocking, is its own either way. */
int	control_add(struct control *control, int fd);

/* Clients that are connected. */
unsigned control_clients(const struct control *control);

/* Send all clients what is known of what they wait for, as far as they take it
 * at once; then drop them, and remove the socket. NULL is fine. */
void	control_close(struct control *control);

#endif
