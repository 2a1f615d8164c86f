/*
 * The inside of planning: what judge_tree.c finds out about every node, and
 * plan.c makes steps of. For these two alone.
 */
#ifndef REEVE_RELOAD_PLAN_INT_H
#define REEVE_RELOAD_PLAN_INT_H

#include "reload/plan.h"

/* What becomes of a node of the new configuration. */
struct verdict {
	struct child *child;	/* that it is now; NULL: none */
	bool upgrade;		/* a supervisor of which, or of whose list,
				   something differs */
	bool reordered;		/* a supervisor: its list is in another order */
};

/* A child that is to go. */
struct removal {
	char *path;
	bool replaced;		/* by a new one of the same name */
};

struct planner {
	struct plan *plan;
	const struct tree *tree;
	const struct conf *conf;
	struct verdict *fates;	/* by node */
	struct removal *goners;	/* in the order of the tree */
	size_t goner_count;
	size_t goner_room;
	struct strlist keys;	/* that differ */
	bool failed;		/* memory is short */
};

/* Compare the whole tree with the configuration: fill in the fates, the goners
 * and the marks of the plan. */
void	judge_tree(struct planner *planner);

/* See that an array has room for one more; the array as it is to be used from
 * now on, NULL if memory is short. */
void	*plan_grow(struct planner *planner, void *array, size_t count,
	    size_t *room, size_t size);

/* Tell whether there is, or is about to be, a process. */
static inline bool
plan_is_active(const struct child *child)
{
	return child_has_process(child) || child->state == CHILD_STARTING;
}

#endif
