/* Random supervision trees, and random values for what stands in them. */
#ifndef REEVE_TESTS_SIM_RANDOM_TREE_H
#define REEVE_TESTS_SIM_RANDOM_TREE_H

#include "sim/dice.h"
#include "sim/world.h"

enum {
	GROW_DEPTH_MAX = 6,
	GROW_CHILDREN_MAX = 48,	/* of a whole tree, as it is defined */
};

/* A random spec of the given type; valid under the flags but for some. */
struct spec	grow_spec(struct dice *dice, enum spec_type type,
		    const struct spec_flags *flags);

/* Random flags of a supervisor of the given type; valid. */
struct spec_flags	grow_flags(struct dice *dice, enum spec_type type);

/* A random child that fits under a supervisor at that depth, the root's
 * being 0, with a name of its own: a letter and the number. */
struct child	*grow_child(struct world *world, struct dice *dice,
		    const struct spec_flags *flags, uint32_t depth,
		    uint32_t *budget);

/* A worker, likewise. */
struct child	*grow_worker(struct world *world, struct dice *dice,
		    const struct spec_flags *flags, const char *name);

/* A whole random tree, as the root of the world. */
void	grow_tree(struct world *world, struct dice *dice);

#endif
