/*
 * The invariants of a tree between two steps, as assertions. The simulation
 * checks them always, and every program that was built with --enable-checks or
 * --enable-sanitize checks them after each step. They cost time in proportion
 * to the size of the tree.
 */
#ifndef REEVE_CORE_TREE_CHECK_H
#define REEVE_CORE_TREE_CHECK_H

#include "core/steps.h"

/* Check everything that is below the root, and the root. */
void	tree_check(const struct tree *tree);

#endif
