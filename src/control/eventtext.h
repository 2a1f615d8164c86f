/*
 * Events for a reader: the name of their type, a sentence that says what and
 * why, and the object of the interface io.reeve.Control.
 */
#ifndef REEVE_CONTROL_EVENTTEXT_H
#define REEVE_CONTROL_EVENTTEXT_H

#include <jansson.h>
#include <stddef.h>

#include "engine/events.h"

#define EVENTTEXT_SIZE	(2 * SPEC_PATH_SIZE + 2 * EVENTS_DETAIL_SIZE)

/* The words for each type, as clients see them. */
extern const char *const eventtext_types[EVENTS_TYPE_COUNT];

/*
 * Say what happened, and why: "started, pid 12, because db was killed by
 * SIGKILL, and the root is rest_for_one". The path of whom it is about is not
 * in it. Why is what the chain of causes leads to, as far as it is still
 * known: a reason, "; that was because" its reason, and so on, four at most.
 */
void	eventtext_describe(const struct events *events,
	    const struct event *event, char *ret_text, size_t size);

/* Make the object; NULL if memory is short. */
json_t	*eventtext_json(const struct events *events,
	    const struct event *event);

/* How a process, or a supervisor, ended; NULL if memory is short. The class is
 * the one that counts for who had asked for the end, or had not. */
json_t	*eventtext_end(struct spec_outcome outcome, bool is_sup, bool asked);

#endif
