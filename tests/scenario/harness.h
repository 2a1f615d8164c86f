/*
 * What a scenario is played on: the fake world with processes that do as they
 * are told, and the trace that is written down meanwhile. The steps of a
 * scenario are in play.c.
 */
#ifndef REEVE_TESTS_SCENARIO_HARNESS_H
#define REEVE_TESTS_SCENARIO_HARNESS_H

#include "scenario/print.h"

struct play {
	struct arena *arena;
	struct scenario *scenario;
	struct world world;
	struct lines trace;
	struct reasons reasons;
	const struct line *line; /* the step that is done now */
	uint32_t number;	/* of that step, from 1 */
	uint32_t start;		/* the step whose result is the root's start */
	uint32_t stop;		/* the step whose result is the root's end */
	uint32_t *ended;	/* calls whose supervisor ended first */
	size_t ended_count;
	const char *trouble;	/* what cannot be done */
};

/* The hooks of the fake world; its arg is the struct play. */
extern const struct world_hooks stage_hooks;

/* Append a line to the trace. */
void	emit(struct play *play, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Append the result of a step. */
void	emit_result(struct play *play, uint32_t number, const char *result);

/* Say that the step cannot be done. */
void	fail(struct play *play, const char *why);

/* Plan the end of a process for the given reason. */
void	end_process(struct play *play, struct slot *slot, const char *reason,
	    int64_t delay_ms);

#endif
