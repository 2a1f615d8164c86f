/* What the unit tests share. */
#ifndef REEVE_TESTS_UNIT_H
#define REEVE_TESTS_UNIT_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/array.h"

/* One suite of tests; main.c keeps them in a list. */
struct unit_suite {
	const char *name;
	Suite *(*make)(void);
	bool forks;			/* each test in a process of its own */
	struct unit_suite *next;	/* as the linker has them */
};

void	unit_register(struct unit_suite *suite);

/*
 * Begin the function that makes the suite NAME. There is no list of suites to
 * keep: each enters itself before main() runs. UNIT_SUITE_FORKS is for one
 * whose tests leave something behind in their process, or end it.
 */
#define UNIT_SUITE(name)	UNIT_SUITE_ENTRY(name, false)
#define UNIT_SUITE_FORKS(name)	UNIT_SUITE_ENTRY(name, true)
#define UNIT_SUITE_ENTRY(name, forks) \
	static Suite *name##_suite(void); \
	__attribute__((constructor)) static void \
	name##_register(void) \
	{ \
		static struct unit_suite entry = { \
			#name, name##_suite, forks, NULL \
		}; \
		unit_register(&entry); \
	} \
	static Suite * \
	name##_suite(void)

/*
 * Count the running test as skipped and say why; the test must return then. For
 * a machine that cannot run it (no root, no Linux), never for what is broken.
 */
void	unit_skip(const char *why);

/* Tell whether this is an emulated machine: valgrind keeps the limit of
 * descriptors itself, and in another way than the kernel. */
bool	unit_is_emulated(void);

/* Of so many rounds of the same at random, how many to do: on an emulated
 * machine, which is fifty times slower, an eighth. */
int	unit_rounds(int count);

/* A random number below a limit; the same ones for the same first state > 0. */
static inline uint32_t
unit_random(uint64_t *state, uint32_t limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)((*state >> 16) % limit);
}

#endif
