/*
 * Events for clients: as objects of the interface io.reeve.Control, and as
 * sentences that say what happened and why.
 */
#ifndef REEVE_CONTROL_EVENTTEXT_H
#define REEVE_CONTROL_EVENTTEXT_H

#include <jansson.h>
#include <stddef.h>

#include "engine/events.h"

#define EVENTTEXT_SIZE	(2 * SPEC_PATH_SIZE + 2 * EVENTS_DETAIL_SIZE)

/*
 * Say what happened, and why: "started, pid 12, because db was killed by
 * SIGKILL, and the root is rest_for_one". The sentence does not name the child
 * that it is about. Its reasons are found along the chain of causes, as far as
 * it is remembered: a reason, "; that was because" its reason, up to four.
 */
void	eventtext_describe(const struct events *events,
	    const struct event *event, char *ret_text, size_t size);

/* Make the object; NULL: out of memory. */
json_t	*eventtext_json(const struct events *events,
	    const struct event *event);

/* How a process, or a supervisor, ended; NULL: out of memory. asked: the end
 * was asked for, which decides the class. */
json_t	*eventtext_end(struct spec_outcome outcome, bool is_sup, bool asked);

#endif
