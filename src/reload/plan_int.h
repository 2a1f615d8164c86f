/*
 * The inside of planning: what judge.c finds out about every node, and
 * plan.c makes steps of. For these two alone.
 */
#ifndef REEVE_RELOAD_PLAN_INT_H
#define REEVE_RELOAD_PLAN_INT_H

#include "reload/plan.h"

/* What becomes of a node of the new configuration. */
struct verdict {
	struct child *child;	/* that it is now; NULL: none */
	bool differs;		/* a supervisor of which, or of whose list,
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
	struct verdict *verdicts;	/* by node */
	struct removal *removals;	/* in the order of the tree */
	size_t removal_count;
	size_t removal_room;
	struct strlist keys;	/* that differ */
	bool failed;		/* there was no memory */
};

/* Compare the whole tree with the configuration: fill in the verdicts, the
 * removals and the marks of the plan. */
void	judge_tree(struct planner *planner);

/* Tell whether there is, or is about to be, a process. */
static inline bool
plan_is_active(const struct child *child)
{
	return child_has_process(child) || child->state == CHILD_STARTING;
}

#endif
