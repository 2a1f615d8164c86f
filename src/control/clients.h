/*
 * The clients of the control socket. A client is a session (session.h) with a
 * descriptor: the loop says when it can be read and written; between that, its
 * calls are served, one client after the other, for a few milliseconds in each
 * turn of the loop. A client that is late, or gone, is dropped.
 */
#ifndef REEVE_CONTROL_CLIENTS_H
#define REEVE_CONTROL_CLIENTS_H

#include <ev.h>
#include <sys/types.h>

#include "control/control.h"
#include "core/list.h"

struct clients {
	struct ev_loop *loop;
	struct control_patience patience;
	ev_check serve;		/* active while a client has to be served, */
	ev_idle awake;		/* and with it: the loop must not sleep */
	struct list all;	/* of struct client */
	struct list waiting;	/* of struct client that have to be served */
	unsigned total;
};

void	clients_init(struct clients *clients, struct ev_loop *loop,
	    const struct control_patience *patience);

/* Add a client; its descriptor, non-blocking, is taken over. 0, or -1: out of
 * memory, and the descriptor is still the caller's. */
int	clients_add(struct clients *clients, struct host *host, int fd,
	    const struct peer *peer);

/* How many clients of a user there are. */
unsigned clients_of(const struct clients *clients, uid_t uid);

/* Send all clients the replies that are ready, as far as they take them now,
 * and drop them. */
void	clients_end(struct clients *clients);

#endif
