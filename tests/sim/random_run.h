/*
 * A random life of a supervision tree: processes that fail, hang, die one by
 * one and all at once, refuse to go, and requests of every kind meanwhile. The
 * invariants are checked at every step.
 */
#ifndef REEVE_TESTS_SIM_RANDOM_RUN_H
#define REEVE_TESTS_SIM_RANDOM_RUN_H

#include "sim/dice.h"
#include "sim/invariants.h"

struct life {
	struct checks checks;	/* first: see checks_of() */
	struct dice dice;
	bool shortage;		/* the system is short of something */
	bool calm;		/* no faults any more: everything obeys */
	uint32_t asked;		/* requests so far */
};

/* How a worker behaves; slot->extra. */
struct being {
	struct watch watch;	/* first: see watch_of() */
	bool chosen;		/* the rest is */
	uint8_t fails;		/* percent of its starts */
	uint8_t slow;		/* percent of its starts and stops */
	uint8_t deaf;		/* percent of its stops */
	uint8_t mortal;		/* percent of its lives: those that end */
};

/* Begin a world in which a life can be lived, with a random tree; the life's
 * dice are the caller's to set before. */
void	life_init(struct life *life, struct world *world, uint64_t seed,
	    int64_t now_ms);

/* Live for so many steps at most, then end in order; everything is checked. */
void	life_live(struct life *life, struct world *world, uint64_t steps);

/* Ask something of some supervisor; see ask.c. */
void	life_ask(struct life *life, struct world *world);

/* One of the slots for which the test holds; NULL if there is none. */
struct slot	*life_pick(struct life *life, struct world *world,
		    bool (*test)(const struct slot *slot));

#endif
