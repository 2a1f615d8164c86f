/* What the unit tests share. */
#ifndef REEVE_TESTS_UNIT_H
#define REEVE_TESTS_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LENGTH(array)	(sizeof(array) / sizeof(*(array)))

/*
 * Count the running test as skipped and say why; it returns after that. For
 * what a machine cannot do (no root, no Linux), never for what is broken.
 */
void	unit_skip(const char *why);

/* Tell whether a machine is only played to us: valgrind keeps the limit of
 * descriptors itself, and not as the kernel does. */
bool	unit_is_emulated(void);

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
