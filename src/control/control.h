/*
 * The control socket. The loop never waits for a client.
 *
 * The room control is the control socket, its clients, and a file for each
 * verb. It includes its own headers, reload and all below. Begin with the
 * .varlink file, then read call.h.
 *
 * A client is accepted if peer.h gives it a right, and if there are neither too
 * many already nor too few descriptors left. It has 5 s for a whole call, and
 * 30 s between calls; it is dropped if it does not take its replies for 30 s.
 * See clients.h.
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
 * Listen at a path; host and policy are the caller's and outlive it. If the
 * policy has one group, the socket belongs to it; if it has two, every user can
 * connect, and is checked then. patience NULL: as said above. Returns NULL with
 * errno: see socketfile_open().
 */
struct control *control_open(struct host *host, const char *path,
		    const struct peer_policy *policy,
		    const struct control_patience *patience);

/* The policy has changed: give the socket the mode and the group that it needs
 * now. 0, or -1 with errno: see socketfile_change(). */
int	control_policy_changed(struct control *control);

/* Add a client that has connected already: 0, or -1 if it is refused. The
 * descriptor, non-blocking, is taken over in any case. */
int	control_add(struct control *control, int fd);

/* How many clients are connected. */
unsigned control_clients(const struct control *control);

/* Send all clients the replies that are ready, as far as they take them now;
 * then drop them, and remove the socket. NULL is fine. */
void	control_close(struct control *control);

#endif
