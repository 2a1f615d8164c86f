/*
 * The story of the tree as log lines: what the core notes, in sentences.
 *
 * The line that a worker has ended is put off until the next one, or until
 * journal_flush(): it takes as long to make as half the rest of the way from a
 * death to an exec.
 */
#ifndef REEVE_ENGINE_JOURNAL_H
#define REEVE_ENGINE_JOURNAL_H

#include "core/tree.h"
#include "engine/events.h"

/* All zero: nothing is put off. */
struct journal {
	char path[SPEC_PATH_SIZE]; /* of the worker that has ended; or "" */
	struct spec_outcome outcome; /* how */
	bool asked;		/* its end was asked for */
};

/* Write a note of the core to the log; some notes say nothing to a user. */
void	journal_note(struct journal *journal, const struct note *note);

/* Write why the program of a worker cannot be started. */
void	journal_cannot_start(struct journal *journal, const char *path,
	    const char *why);

/* Write what was put off. */
void	journal_flush(struct journal *journal);

#endif
