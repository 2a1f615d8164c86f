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

/* Free a child that the tree has released, with everything below it. */
void	build_release(struct child *child);

/* Free what is left of a tree whose root has ended. */
void	build_free(struct tree *tree);

/*
 * See that the table of names has room for so many more children; 0, or -1
 * with errno. Not inside a step.
 */
int	build_reserve(struct tree *tree, size_t more);

/* What the children of a dynamic supervisor start from. */
struct supervisor_template {
	struct program *program;
	struct spec spec;
	bool allow_arguments;	/* from those who may change things, too */
	uint64_t taken;		/* numbers that were names of children */
};

/* A dynamic supervisor's template, NULL for any other supervisor. */
const struct supervisor_template *supervisor_template(const struct sup *sup);

/* Take the next number for a child of a dynamic supervisor. */
uint64_t supervisor_take_number(struct sup *sup);

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

/* The ring of a restart window that is as long as the flags want; or NULL. */
int64_t	*supervisor_ring(const struct spec_flags *flags, uint32_t *ret_size);

#endif
