/*
 * The plan of a reload: the steps, in their order. What is to be done is
 * judge.c's to find out.
 */
#include "config.h"

#include "reload/plan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "reload/plan_int.h"

static void
add_step(struct planner *planner, enum plan_step_type type, size_t node,
    const char *path)
{
	struct plan *plan = planner->plan;
	char *copy = strdup(path);

	if (!copy ||
	    ARRAY_RESERVE(plan->steps, plan->room, plan->count + 1) == -1) {
		free(copy);
		planner->failed = true;
		return;
	}
	plan->steps[plan->count++] = (struct plan_step){
		.type = type,
		.node = node,
		.path = copy,
	};
}

/* Add a line for people: what is done to which child, and why. */
static void
add_line(struct planner *planner, const char *what, const char *path,
    const char *mark, const char *about)
{
	const char *const parts[] = { what, " ", path, mark, about };
	struct strlist *lines = &planner->plan->lines;

	for (size_t i = 0; i < LENGTH(parts); i++)
		strlist_put_bytes(lines, parts[i], strlen(parts[i]));
	strlist_end(lines);
}

/* The path of a node as people and tree_find() have it. */
static const char *
path_of(const struct planner *planner, size_t node)
{
	const char *path = planner->conf->nodes[node].path;

	return *path ? path : "/";
}

/* Add the steps that end what is to go, the last first. */
static void
add_ends(struct planner *planner, bool replaced)
{
	for (size_t i = planner->removal_count; i-- > 0;) {
		const struct removal *removal = &planner->removals[i];

		if (removal->replaced != replaced)
			continue;
		add_line(planner, "stop and delete", removal->path, "", "");
		add_step(planner, PLAN_TERMINATE, 0, removal->path);
		add_step(planner, PLAN_DELETE, 0, removal->path);
	}
}

/* Add the steps that give each supervisor its new flags and list. */
static void
add_code_changes(struct planner *planner)
{
	for (size_t i = 0; i < planner->conf->node_count; i++) {
		const struct verdict *verdict = &planner->verdicts[i];
		const char *path = path_of(planner, i);
		const char *keys = planner->plan->keys[i];

		if (keys && !(planner->plan->marks[i] &
		    (PLAN_MARK_RESTARTS | PLAN_MARK_STARTS)))
			add_line(planner, "change", path, ": ", keys);
		if (verdict->reordered)
			add_line(planner, "reorder", path, "", "");
		if (verdict->differs &&
		    planner->conf->nodes[i].spec.type != SPEC_WORKER)
			add_step(planner, PLAN_CODE_CHANGE, i, path);
	}
}

/* Tell whether a node's child runs and is to run another thing. */
static bool
is_restarted(const struct planner *planner, int node)
{
	const struct child *child = planner->verdicts[node].child;

	return (planner->plan->marks[node] & PLAN_MARK_RESTARTS) && child &&
	    plan_is_active(child);
}

/* The first child of a supervisor that is to run another thing; -1: none. */
static int
first_restarted(const struct planner *planner, size_t node)
{
	const struct conf_node *nodes = planner->conf->nodes;
	int i = nodes[node].first;

	while (i != -1 && !is_restarted(planner, i))
		i = nodes[i].next;
	return i;
}

/* Say what is done to a child for the sake of a sibling. */
static void
say_along(struct planner *planner, int node, int cause)
{
	/* as in any restart, a temporary one is not started again */
	bool comes_back =
	    planner->conf->nodes[node].spec.restart != SPEC_TEMPORARY;

	if (plan_is_active(planner->verdicts[node].child))
		add_line(planner, comes_back ? "restart" : "stop",
		    path_of(planner, (size_t)node), ", along with ",
		    path_of(planner, (size_t)cause));
}

/* Say what is started and restarted, and because of which sibling. */
static void
say_start(struct planner *planner, int node, int cause)
{
	const char *path = path_of(planner, (size_t)node);
	const char *keys = planner->plan->keys[node];

	if (planner->plan->marks[node] & PLAN_MARK_STARTS)
		add_line(planner, "start", path, keys ? ": " : "",
		    keys ? keys : "");
	else if (planner->plan->marks[node] & PLAN_MARK_RESTARTS)
		add_line(planner, is_restarted(planner, node) ? "restart" :
		    "change", path, ": ", keys ? keys : "");
	else if (cause != -1 && planner->verdicts[node].child)
		say_along(planner, node, cause);
}

/* Say what is to run another thing below a supervisor that is down, and about
 * to be started with all of it. */
static void
say_below(struct planner *planner, size_t node)
{
	const struct conf_node *nodes = planner->conf->nodes;

	for (int i = nodes[node].first; i != -1; i = nodes[i].next) {
		if (planner->plan->marks[i] & PLAN_MARK_RESTARTS)
			say_start(planner, i, -1);
		else if (planner->verdicts[i].child)
			say_below(planner, (size_t)i);
	}
}

/*
 * Add the steps that start what is new and restart what is to run another
 * thing, in the order of the children: a later child may need an earlier one.
 * With one_for_all one restart is that of all siblings.
 */
static void
add_starts(struct planner *planner, size_t node)
{
	const struct conf_node *nodes = planner->conf->nodes;
	enum spec_strategy strategy = nodes[node].flags.strategy;
	int first = first_restarted(planner, node), cause = -1;

	if (strategy == SPEC_ONE_FOR_ALL && first != -1) {
		cause = first;
		add_step(planner, PLAN_RESTART, (size_t)first,
		    path_of(planner, (size_t)first));
	}
	for (int i = nodes[node].first; i != -1; i = nodes[i].next) {
		const char *path = path_of(planner, (size_t)i);

		say_start(planner, i, cause);
		if (planner->plan->marks[i] & PLAN_MARK_STARTS) {
			if (planner->verdicts[i].child)
				say_below(planner, (size_t)i);
			add_step(planner, PLAN_START, (size_t)i, path);
		} else if (is_restarted(planner, i)) {
			if (strategy == SPEC_ONE_FOR_ALL)
				continue;
			add_step(planner, PLAN_RESTART, (size_t)i, path);
			if (strategy == SPEC_REST_FOR_ONE)
				cause = i;
		} else if (planner->verdicts[i].child &&
		    nodes[i].spec.type == SPEC_SUPERVISOR) {
			add_starts(planner, (size_t)i);
		}
	}
}

static void
make_steps(struct planner *planner)
{
	judge_tree(planner);
	add_ends(planner, true);
	add_code_changes(planner);
	add_ends(planner, false);
	add_starts(planner, 0);
	planner->failed |= planner->plan->lines.failed || planner->keys.failed;
}

static void
release_planner(struct planner *planner)
{
	for (size_t i = 0; i < planner->removal_count; i++)
		free(planner->removals[i].path);
	free(planner->verdicts);
	free(planner->removals);
	strlist_release(&planner->keys);
}

int
plan_make(struct plan *ret_plan, const struct tree *tree,
    const struct conf *conf)
{
	struct planner planner = {
		.plan = ret_plan,
		.tree = tree,
		.conf = conf,
		.verdicts = calloc(conf->node_count, sizeof(struct verdict)),
	};

	*ret_plan = (struct plan){
		.node_count = conf->node_count,
		.marks = calloc(conf->node_count, 1),
		.keys = calloc(conf->node_count, sizeof(char *)),
	};
	if (planner.verdicts && ret_plan->marks && ret_plan->keys)
		make_steps(&planner);
	else
		planner.failed = true;
	release_planner(&planner);
	if (!planner.failed)
		return 0;
	plan_release(ret_plan);
	errno = ENOMEM;
	return -1;
}

void
plan_release(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		free(plan->steps[i].path);
	for (size_t i = 0; plan->keys && i < plan->node_count; i++)
		free(plan->keys[i]);
	free(plan->steps);
	free(plan->keys);
	free(plan->marks);
	strlist_release(&plan->lines);
	*plan = (struct plan){ 0 };
}
