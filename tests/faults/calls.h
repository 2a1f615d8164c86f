/*
 * Stories that are told while calls of the system fail: every call of every
 * function in its turn, by itself and with all that follow of that function,
 * with each of the errors that it may have. What tells them is linked with
 * calls.c and the flags for it; see there, and wrap.h for how a story ends.
 */
#ifndef REEVE_TESTS_CALLS_H
#define REEVE_TESTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "faults/wrap.h"

struct calls_case {
	struct wrap_case story;
	size_t each;		/* so many calls of a function fail one by one;
				   of more, fewer and fewer */
};

/* Tell a story with every failure that it can meet, and count those that came
 * to a good end, and to a bad one. A descriptor that is left open, or a child,
 * is a bad one. */
void	calls_fail_each(const struct calls_case *story, size_t *passed,
	    size_t *failed);

/* In a story: what follows is the test's own doing, and does not fail; or is
 * told of again. */
void	calls_pause(void);
void	calls_resume(void);

/* In a story: the error that is met. */
int	calls_error(void);

/* In a story: let all calls succeed from now on; whether one has failed so
 * far. */
bool	calls_let_succeed(void);

#endif
