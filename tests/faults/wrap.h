/*
 * Stories that are told while memory runs out. What tells them is linked with
 * wrap.c and the flags for it; see there.
 */
#ifndef REEVE_TESTS_WRAP_H
#define REEVE_TESTS_WRAP_H

#include <stdbool.h>
#include <stddef.h>

/* How a story ended. */
enum wrap_end {
	WRAP_SHORTAGE,		/* memory was short, and that was the answer */
	WRAP_RIGHT,		/* all was as it should be */
	WRAP_WRONG,
};

struct wrap_case {
	const char *name;
	enum wrap_end (*tell)(void *arg);
	void *arg;
};

/* Tell a story with every failure that it can meet, until it has met none, and
 * count those that came to a good end, and to a bad one. */
void	wrap_fail_each(const struct wrap_case *story, size_t *passed,
	    size_t *failed);

/* In a story: let all allocations succeed from now on; whether one has failed
 * so far. */
bool	wrap_let_succeed(void);

#endif
