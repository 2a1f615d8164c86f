/*
 * The supervision tree: the bytes decide how it is made, what happens to it and
 * what is asked of it; the invariants of the simulation are checked at every
 * step, and in the end nothing may be left. See tests/sim/.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "sim/random_run.h"

enum {
	STEPS_MAX = 3000,	/* that no input takes too long */
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world *world = calloc(1, sizeof(*world));
	struct life life = { .shortage = false };

	if (world == NULL)
		abort();
	dice_init_bytes(&life.dice, data, size);
	life_init(&life, world, 1, 0);
	life_live(&life, world, STEPS_MAX);
	world_release(world);
	free(world);
	return 0;
}
