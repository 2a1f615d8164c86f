/*
 * Definitions of a scenario made into slots of a fake world, and the numbers
 * that the core sees made out of words. A word that means nothing becomes a
 * number that the core refuses; the answer then names the word.
 */
#ifndef REEVE_TESTS_PARTS_H
#define REEVE_TESTS_PARTS_H

#include "scenario/scn.h"
#include "sim/world.h"

/* What is held at a slot until a release step. */
enum held {
	HELD_NOTHING,
	HELD_START,
	HELD_STOP,
};

/* What the scenario knows of a slot; slot->extra. */
struct part {
	struct def *def;
	struct settings settings; /* of this child, overrides included */
	enum held held;
	bool told;		/* its process has been told to stop */
	bool primed;		/* its init answer is "ignore" for now */
	enum spec_init_answer answer; /* while primed: the real one */
};

/* The part of a child's slot. */
static inline struct part *
part_of(const struct child *child)
{
	return slot_of(child)->extra;
}

/* The spec that settings mean for a child of that type. */
struct spec	parts_spec(const struct settings *settings,
		    enum spec_type type);

/* The flags that a definition means. */
struct spec_flags	parts_flags(const struct def *def);

/* Tell whether the settings have a word for `significant' that is no bool. */
bool	parts_is_maybe(const struct settings *settings);

/* Make a child out of a definition, with all that is below it. */
struct child	*parts_make(struct world *world,
		    const struct scenario *scenario, struct def *def);

/* Make a worker out of settings of its own. */
struct child	*parts_make_worker(struct world *world, struct def *def,
		    const struct settings *settings);

/* Make an array of the children that a supervisor is defined with. */
struct child	**parts_make_children(struct world *world,
		    const struct scenario *scenario, const struct def *def);

/* Have a supervisor answer "ignore" while its definition says so. */
void	parts_prime(struct child *sup);

/*
 * Let the children of a starting supervisor be what their definitions are by
 * now. False if one has changed in a way that only a code change could tell.
 */
bool	parts_refresh(struct sup *sup);

#endif
