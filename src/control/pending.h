/*
 * Requests that wait for the tree's answer. Each has its own memory, so that it
 * is carried out also if its client has gone.
 */
#ifndef REEVE_CONTROL_PENDING_H
#define REEVE_CONTROL_PENDING_H

#include "control/call.h"
#include "core/tree.h"

/*
 * Record that a call asks for something about a path, and put the request, of
 * which a copy is made, to the tree. The call is answered when the request is.
 * False: it cannot be made, and the call is answered.
 */
bool	pending_submit(struct call *call, const struct request *request,
	    const char *path);

/* Tell whether another request may wait; if not, the call is answered. */
bool	pending_has_room(struct call *call);

/* The client has gone; the request is carried out all the same. */
void	pending_forget(struct pending *pending);

/* Submit the `.request' of a call's verb, about the child at its "path". */
void	pending_ask(struct call *call);

/* Tell whether a request to start a child of that name waits for its turn in a
 * supervisor's mailbox. */
bool	pending_starts(const struct host *host, const struct sup *sup,
	    const char *name);

#endif
