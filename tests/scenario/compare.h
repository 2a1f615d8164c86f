/*
 * Comparing two traces.
 *
 * The lines are compared in order, but for one freedom: a dynamic supervisor
 * stops its children all at once, so within one such stop the order of the
 * opening signals among themselves, and of the ends among themselves, is free.
 * That every opening signal comes before the first end is not: it is what
 * tells a concurrent stop from one that goes one by one.
 */
#ifndef REEVE_TESTS_COMPARE_H
#define REEVE_TESTS_COMPARE_H

#include "scenario/scn.h"

/*
 * Compare two traces of a scenario, given by its lines. Returns true if they
 * agree; else prints the first difference with the step that it belongs to.
 */
bool	compare_traces(struct arena *arena, const char *name,
	    const struct lines *scenario, const struct lines *expected,
	    const struct lines *actual);

#endif
