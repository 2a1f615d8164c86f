/*
 * What has happened to the tree, as far back as there is room: numbered, timed,
 * each with the event that it is due to.
 *
 * The memory is one piece of EVENTS_BYTES, used as a ring of records as long
 * as their paths are; it holds EVENTS_COUNT events with paths of 20 bytes, and
 * fewer with longer ones. The system gives its pages out as they are used.
 * Adding an event allocates nothing and never fails: it drops the oldest.
 */
#ifndef REEVE_ENGINE_EVENTS_H
#define REEVE_ENGINE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/tree.h"

#define EVENTS_COUNT	4096	/* a power of two */
#define EVENTS_BYTES	(EVENTS_COUNT * 64)

#define EVENTS_REQUEST	NOTE_TYPE_COUNT	/* something was asked for */
#define EVENTS_TYPE_COUNT (NOTE_TYPE_COUNT + 1)

#define EVENTS_DETAIL_SIZE 300	/* more is cut */

/* One event. What it points to is the ring's until the next one is added. */
struct event {
	uint64_t number;
	uint64_t cause;		/* number of the event it is due to; 0: none */
	int64_t wall_ms;	/* since 1970 */
	int64_t monotonic_ms;
	int64_t due_in_ms;	/* when something is due; -1: nothing is */
	const char *path;	/* of the child that it is about */
	const char *detail;	/* what else there is to say; or "" */
	pid_t pid;		/* 0: none */
	unsigned type;		/* enum note_type, or EVENTS_REQUEST */
	struct spec_outcome outcome; /* NOTE_DOWN, reports: how it ended */
	enum op_type op;	/* what its supervisor was doing */
	enum spec_strategy strategy; /* of its supervisor */
	bool is_sup;		/* it is about a supervisor */
	bool asked;		/* NOTE_DOWN: it was asked for */
};

struct events;

/* Make an empty ring; NULL: there is no memory. */
struct events *events_new(void);
void	events_free(struct events *events);

/* Add an event; its number must be higher than any before. Its path is cut to
 * SPEC_PATH_SIZE, its detail to EVENTS_DETAIL_SIZE. */
void	events_add(struct events *events, const struct event *event);

/* The numbers that may be there: from the first to before the next. */
uint64_t events_first(const struct events *events);
uint64_t events_next(const struct events *events);

/* Find an event by its number; false if it is not there (any more). */
bool	events_find(const struct events *events, uint64_t number,
	    struct event *ret_event);

#endif
