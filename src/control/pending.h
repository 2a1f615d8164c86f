/*
 * Requests on their way through the tree. Each is a piece of memory of its own,
 * so that it is carried out also when who asked has gone: then nobody hears of
 * it.
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

/* The tree's part of it, to be filled in further. */
struct request *pending_request(struct pending *pending);

/* Give up before it was submitted. */
void	pending_free(struct pending *pending);

/* Put it to the tree. The call is answered when the request is. */
void	pending_submit(struct pending *pending);

/* Who asked has gone. */
void	pending_forget(struct pending *pending);

/* Tell whether a child of that name is about to be started somewhere below a
 * supervisor that has not come to it yet. */
bool	pending_starts(const struct host *host, const struct sup *sup,
	    const char *name);

#endif
