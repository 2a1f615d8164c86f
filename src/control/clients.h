/*
 * Those who are connected to the control socket. A client is a session
 * (session.h) with a descriptor: its bytes are moved when the loop says so, its
 * calls are served in the turns between, a few milliseconds in each, one client
 * after the other. Who is late, or gone, is dropped. Who gets in at all is for
 * control.c to say.
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
	ev_check serve;		/* active while somebody is to be served, */
	ev_idle awake;		/* and with it: the loop is not to sleep */
	struct list all;	/* of struct client */
	struct list waiting;	/* of struct client that are to be served */
	unsigned total;
	unsigned root_count;	/* of these, root's */
};

/* Begin with none. */
void	clients_init(struct clients *clients, struct ev_loop *loop,
	    const struct control_patience *patience);

/* Take one more, whose descriptor is non-blocking and theirs from then on. 0,
 * or -1 if memory is short and the descriptor is still the caller's. */
int	clients_add(struct clients *clients, struct host *host, int fd,
	    const struct peer *peer);

/* How many there are of a user. */
unsigned clients_of(const struct clients *clients, uid_t uid);

/* Send all of them what is known of what they wait for, as far as they take it
 * at once, and drop them. */
void	clients_end(struct clients *clients);

#endif
