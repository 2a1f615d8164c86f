/* From notes of the core to events. */
#ifndef REEVE_ENGINE_EVENTNOTE_H
#define REEVE_ENGINE_EVENTNOTE_H

#include "engine/events.h"

/* Add a note as an event, at the present time of the wall clock. An answer is
 * none. */
void	eventnote_add(struct events *events, const struct note *note);

/*
 * Add a request about a path, which takes its number here, and return that; of
 * a request to send a signal that signal, else 0; cause: the event that it is
 * due to, 0: none.
 */
uint64_t eventnote_request(struct events *events, struct tree *tree,
	    const char *path, const char *what, int signal, uint64_t cause);

#endif
