/*
 * Takeovers of a fake world's tree, as after a crash of the daemon's engine:
 * what is up is adopted. What was about to happen cannot be taken over yet, so
 * the tree has to be at rest, or in the middle of its first start. A start that
 * was not answered is lost with its process, and is made again.
 */
#ifndef REEVE_TESTS_SIM_TAKEOVER_H
#define REEVE_TESTS_SIM_TAKEOVER_H

#include "sim/world.h"

/* Tell whether the tree can be taken over now. */
bool	takeover_is_possible(const struct world *world);

/* Build the tree anew, adopt what is up, and let it go on. */
void	takeover_now(struct world *world);

#endif
