/* What a plan needs of the system. */
#include "config.h"

#include "reload/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "process/spawn.h"

/* Tell whether something that runs is to make way for a node. */
static bool
makes_stop(struct daemon *daemon, const struct conf *conf,
    const struct plan *plan, size_t node)
{
	const struct child *child;

	if (conf->nodes[node].spec.type != SPEC_WORKER ||
	    !(plan->marks[node] & (PLAN_MARK_RESTARTS | PLAN_MARK_STARTS)))
		return false;
	child = tree_find(daemon_tree(daemon), conf->nodes[node].path);
	return child && child_has_process(child);
}

/* Add that a worker cannot run, and why. */
static void
add_error(const struct conf_node *node, const struct spawn_result *result,
    struct strlist *errors)
{
	char why[1024], line[2048];

	spawn_describe(node->program, result, why, sizeof(why));
	snprintf(line, sizeof(line), "%s:%d: [worker:%s] cannot run: %s",
	    node->file, node->line, node->path, why);
	strlist_add(errors, line);
}

/* Look for what one worker needs. */
static void
check(struct daemon *daemon, const struct conf *conf, size_t i,
    struct strlist *errors)
{
	const struct conf_node *node = &conf->nodes[i];
	struct spawn_context context = *daemon_spawn_context(daemon);
	struct spawn_result result;

	context.path = node->path;
	context.name = node->name;
	context.restarts = 0;
	context.inherit = conf->daemon.environment_inherit;
	if (spawn_check(node->program, &context, &result) == 0)
		return;
	if (!spawn_is_shortage(&result))
		add_error(node, &result, errors);
	free(result.detail);
}

void
check_plan(struct daemon *daemon, const struct conf *conf,
    const struct plan *plan, struct strlist *ret_errors)
{
	for (size_t i = 1; i < conf->node_count; i++)
		if (makes_stop(daemon, conf, plan, i))
			check(daemon, conf, i, ret_errors);
}
