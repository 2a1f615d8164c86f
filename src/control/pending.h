/*
 * Requests that wait for the tree's answer. Each has its own memory, so that it
 * is carried out also if its client has gone.
 */
#ifndef REEVE_CONTROL_PENDING_H
#define REEVE_CONTROL_PENDING_H

#include "control/call.h"
#include "core/tree.h"

/*
 * Make a request of a supervisor about a child of that name; NULL if it cannot
 * be made, and then the call is answered.
 */
struct pending *pending_new(struct call *call, enum request_type type,
		    struct sup *sup, const char *name);

/* The tree's part of it, for the caller to fill in further. */
struct request *pending_request(struct pending *pending);

/* Free a request that was not submitted. */
void	pending_free(struct pending *pending);

/* Put it to the tree. The call is answered when the request is. */
void	pending_submit(struct pending *pending);

/* The client has gone; the request is carried out all the same. */
void	pending_forget(struct pending *pending);

/* Make and submit a request about the child at the "path" of a call. */
void	pending_ask(struct call *call, enum request_type type);

/* Tell whether a request to start a child of that name waits for its turn in a
 * supervisor's mailbox. */
bool	pending_starts(const struct host *host, const struct sup *sup,
	    const char *name);

#endif
