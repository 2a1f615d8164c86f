/*
 * Playing a scenario: its steps are done to a tree in a fake world, one after
 * the other, and what happens is written down as a trace.
 */
#ifndef REEVE_TESTS_PLAY_H
#define REEVE_TESTS_PLAY_H

#include "scenario/scn.h"

/*
 * Play a scenario from the start, and put the trace into *ret_trace. Returns
 * NULL, or what the scenario asks for that cannot be done.
 */
const char	*play(struct scenario *scenario, struct lines *ret_trace);

#endif
