/*
 * What the tree says while it steps, for logs and tests: one call of note_fn
 * for each note. The function may look at everything and must change nothing.
 *
 * Notes are numbered from 1. Each note has as its cause the number of the note
 * that led to it: of the end of a sibling, for example, or of the request that
 * asked for it. A reader who follows the causes learns why something happened.
 * The note of an end that was not asked for has no cause. NOTE_ANSWER has no
 * numbers.
 */
#ifndef REEVE_CORE_NOTE_H
#define REEVE_CORE_NOTE_H

#include <stdint.h>

#include "core/spec.h"

struct child;
struct request;
struct sup;

enum note_type {
	NOTE_INIT,		/* sup begins to start its children */
	NOTE_STARTED,		/* child is up */
	NOTE_START_FAILED,	/* child */
	NOTE_START_IGNORED,	/* child */
	NOTE_SHORTAGE,		/* child waits for a shortage, until_ms */
	NOTE_DELAYED,		/* child waits for its restart delay, until_ms
				   */
	NOTE_STOP,		/* child is told to stop */
	NOTE_KILL,		/* child is killed */
	NOTE_DOWN,		/* child has ended; outcome */
	NOTE_UNKILLABLE,	/* child was killed and is not gone */
	NOTE_CHILD_TERMINATED,	/* OTP's error reports, of sup about child;
				   outcome */
	NOTE_START_ERROR,
	NOTE_SHUTDOWN_ERROR,
	NOTE_GAVE_UP,		/* reached_max_restart_intensity */
	NOTE_AUTO_SHUTDOWN,	/* sup ends because of child */
	NOTE_ANSWER,		/* request is answered */
	NOTE_TYPE_COUNT
};

struct note {
	enum note_type type;
	int64_t now_ms;
	struct sup *sup;	/* the supervisor that says it; NULL: about the
				   root */
	struct child *child;
	struct request *request;
	struct spec_outcome outcome;
	int64_t until_ms;
	uint64_t number;
	uint64_t cause;		/* a lower number; 0: none */
};

typedef void note_fn(void *arg, const struct note *note);

#endif
