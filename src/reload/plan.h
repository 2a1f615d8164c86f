/*
 * The plan of a reload: what has to be asked of which supervisor, in order, so
 * that the running tree becomes the one of a new configuration.
 *
 *	replaced	by another kind of child: terminated and deleted
 *	differs at all	its supervisor gets its new flags and list
 *	gone		terminated and deleted, the last first
 *	new		started in its place
 *	runs differently stopped and started, with its strategy's siblings
 *	could not start	tried again
 *	unchanged	untouched
 *
 * The new list comes before the end of what is gone: should a supervisor be
 * restarted in between, by its own supervisor, it begins with the new one.
 * Children added at run time stay. A plan is only read from the tree; what it
 * names it names by path, for the tree may change before a step's turn.
 */
#ifndef REEVE_RELOAD_PLAN_H
#define REEVE_RELOAD_PLAN_H

#include "base/strlist.h"
#include "config/conf.h"
#include "core/tree.h"

enum plan_step_type {
	PLAN_TERMINATE,		/* path */
	PLAN_DELETE,		/* path */
	PLAN_CODE_CHANGE,	/* path: a supervisor; node: its section */
	PLAN_START,		/* path: a child that is down, and new */
	PLAN_RESTART,		/* path: a child that is to run another thing */
	PLAN_TYPE_COUNT
};

/* What must be known of a node when its child is made, as bits. */
#define PLAN_MARK_WHOLE	1	/* with everything below it */
#define PLAN_MARK_STARTS	2	/* it is new, or could not be started */
#define PLAN_MARK_RESTARTS	4	/* what it runs differs */

struct plan_step {
	enum plan_step_type type;
	size_t node;		/* in the new configuration; terminate, delete:
				   0 */
	char *path;
};

struct plan {
	struct plan_step *steps;
	size_t count;
	size_t room;
	size_t node_count;	/* of the new configuration */
	uint8_t *marks;		/* by node: PLAN_MARK_… */
	char **keys;		/* by node: those that differ, for people;
				   NULL: none */
	struct strlist lines;	/* the plan for people, a line a change */
};

/*
 * Plan the way from the tree to the configuration. 0, or -1 with errno; then
 * there is nothing to release.
 */
int	plan_make(struct plan *ret_plan, const struct tree *tree,
	    const struct conf *conf);
void	plan_release(struct plan *plan);

#endif
