/*
 * A listing of children as a reply, or several: Status and WhichChildren. It is
 * written a few children at a time, also where the client wants one reply,
 * which may have any size.
 */
#ifndef REEVE_CONTROL_LISTING_H
#define REEVE_CONTROL_LISTING_H

#include "control/call.h"
#include "core/tree.h"

struct listing;

/* Make an empty listing for a call; NULL: the call is answered. */
struct listing *listing_new(struct call *call);

/* Add a child; or a child, and all that is below it, parents first. */
void	listing_add(struct listing *listing, const struct child *child);
void	listing_add_below(struct listing *listing, const struct child *top);

/* Add a path, or a pattern, that is looked up when its turn comes. */
void	listing_add_pattern(struct listing *listing, const char *pattern);

/* Answer the call with it; the listing is the call's from now on. */
void	listing_begin(struct listing *listing);

#endif
