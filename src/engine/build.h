/*
 * From a configuration to the supervision tree: memory for every supervisor
 * and worker, their specs, and the table of names.
 */
#ifndef REEVE_ENGINE_BUILD_H
#define REEVE_ENGINE_BUILD_H

#include "config/conf.h"
#include "core/tree.h"

/*
 * Build the tree that a checked configuration describes, taking the programs
 * of its workers over; templates of dynamic supervisors as well. 0, or -1
 * with errno; what was built so far is freed by build_free().
 */
int	build_tree(struct tree *tree, struct conf *conf);

/* How many children a node of a configuration has. */
size_t	build_child_count(const struct conf *conf, size_t node);

/* Free a child that the tree has released, with everything below it. */
void	build_release(struct child *child);

/* Free what is left of a tree whose root has ended. */
void	build_free(struct tree *tree);

/*
 * See that the table of names has room for so many more children; 0, or -1
 * with errno. Not inside a step.
 */
int	build_reserve(struct tree *tree, size_t more);

/*
 * Say of a child what its section would say now: spec, flags, template and
 * program, which stays the child's. Path and name are not filled in.
 */
void	build_describe(const struct child *child, struct conf_node *ret_node);

/*
 * Make the child that a node describes, in no tree, with everything below it;
 * below_too false: a supervisor without children. NULL with errno.
 */
struct child *build_child(struct tree *tree, struct conf *conf, size_t node,
		    bool below_too);

#endif
