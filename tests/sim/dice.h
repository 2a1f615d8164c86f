/*
 * Where chance comes from: a generator with a seed, the same on every machine,
 * or, for the fuzzer, bytes that run out.
 */
#ifndef REEVE_TESTS_DICE_H
#define REEVE_TESTS_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state;
	const uint8_t *bytes;	/* NULL: the generator */
	size_t left;
};

/* Begin with a seed. */
void	dice_init(struct dice *dice, uint64_t seed);

/* Begin with bytes, which stay the caller's. */
void	dice_init_bytes(struct dice *dice, const uint8_t *bytes, size_t count);

/* A number below bound; 0 when the bytes have run out. */
uint32_t	dice_roll(struct dice *dice, uint32_t bound);

/* Tell, so many times of a hundred. */
bool	dice_chance(struct dice *dice, uint32_t percent);

/* Tell whether there is no chance left. */
static inline bool
dice_is_empty(const struct dice *dice)
{
	return dice->bytes && dice->left == 0;
}

/* A seed made from another one and a number. */
uint64_t	dice_seed(uint64_t seed, uint64_t number);

#endif
