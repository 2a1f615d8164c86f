/*
 * Cases that run while system calls fail: every call of every function in its
 * turn, alone and with all later calls of that function, with each error that
 * it may have. A program with such cases is linked with calls.c and the flags
 * for it; see there, and wrap.h for how a case ends.
 */
#ifndef REEVE_TESTS_CALLS_H
#define REEVE_TESTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>

#include "faults/wrap.h"

struct calls_case {
	struct wrap_case test;
	size_t each;		/* the first calls of a function fail each in
				   its turn; of the later ones, some */
};

/* Run a case with every failure that it can meet, and count how often it ended
 * well and badly. A descriptor or a child that is left over is a bad end. */
void	calls_fail_each(const struct calls_case *test, size_t *passed,
	    size_t *failed);

/* In a case: what follows is the test's own doing, and does not fail; or is
 * told of again. */
void	calls_pause(void);
void	calls_resume(void);

/* In a case: the error of the failing call. */
int	calls_error(void);

/* In a case: let all calls succeed from now on; tell whether one has failed. */
bool	calls_let_succeed(void);

#endif
