/* Where chance comes from, see the header. */
#include "sim/dice.h"

/* One step of splitmix64. */
static uint64_t
next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void
dice_init(struct dice *dice, uint64_t seed)
{
	*dice = (struct dice){ .state = seed };
}

void
dice_init_bytes(struct dice *dice, const uint8_t *bytes, size_t count)
{
	*dice = (struct dice){ .bytes = bytes, .left = count };
}

/* The next byte; 0 when there is none. */
static uint32_t
take_byte(struct dice *dice)
{
	if (dice->left == 0)
		return 0;
	dice->left--;
	return *dice->bytes++;
}

uint32_t
dice_roll(struct dice *dice, uint32_t bound)
{
	uint32_t number;

	if (!dice->bytes)
		return (uint32_t)((next(&dice->state) >> 32) * bound >> 32);
	number = take_byte(dice);
	if (bound > 256)
		number = number << 8 | take_byte(dice);
	return number % bound;
}

bool
dice_chance(struct dice *dice, uint32_t percent)
{
	return dice_roll(dice, 100) < percent;
}

uint64_t
dice_seed(uint64_t seed, uint64_t number)
{
	uint64_t state = seed ^ number * UINT64_C(0xd1342543de82ef95);

	return next(&state);
}
