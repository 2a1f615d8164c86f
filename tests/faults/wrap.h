/*
 * Cases that run while memory runs out. A program with such cases is linked
 * with wrap.c and the flags for it; see there.
 */
#ifndef REEVE_TESTS_WRAP_H
#define REEVE_TESTS_WRAP_H

#include <stdbool.h>
#include <stddef.h>

/* How a case ended. */
enum wrap_end {
	WRAP_SHORTAGE,		/* memory was short, and that was the answer */
	WRAP_RIGHT,		/* all was as it should be */
	WRAP_WRONG,
};

struct wrap_case {
	const char *name;
	enum wrap_end (*run)(void *arg);
	void *arg;
};

/* Run a case with every failure that it can meet, until it meets none, and
 * count how often it ended well and badly. */
void	wrap_fail_each(const struct wrap_case *test, size_t *passed,
	    size_t *failed);

/* In a case: let all allocations succeed from now on; tell whether one has
 * failed. */
bool	wrap_let_succeed(void);

#endif
