/* What speaks against a new configuration. */
#include "config.h"

#include "reload/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/diff.h"
#include "process/spawn.h"

void
check_file(const struct conf *conf, struct strlist *ret_errors)
{
	char line[1024];

	for (size_t i = 0; i < conf->error_count; i++) {
		conf_format_error(&conf->errors[i], line, sizeof(line));
		strlist_add(ret_errors, line);
	}
	if (conf->errors_left_out == 0)
		return;
	snprintf(line, sizeof(line), "and %zu more errors",
	    conf->errors_left_out);
	strlist_add(ret_errors, line);
}

/* Write the names of keys into a sentence, as far as they fit. */
static void
list_keys(const struct strlist *keys, char *ret_text, size_t size)
{
	const char *key = strlist_first(keys);
	size_t at = 0;

	for (size_t i = 0; i < keys->count && at < size;
	    i++, key = strlist_after(key))
		at += (size_t)snprintf(ret_text + at, size - at, "%s'%s'",
		    i ? ", " : "", key);
}

bool
check_daemon(const struct conf_daemon *now, const struct conf *conf,
    char *ret_why, size_t size)
{
	struct strlist keys = { 0 };
	char names[256] = "";
	unsigned change = diff_daemons(now, &conf->daemon, &keys);
	bool is_fine = !keys.failed && !(change & DIFF_REFUSED);

	if (change & DIFF_REFUSED) {
		list_keys(&keys, names, sizeof(names));
		snprintf(ret_why, size, "%s: [reeve] %s: not while reeved "
		    "runs: it has to be started anew", conf->files[0], names);
	} else if (!is_fine) {
		snprintf(ret_why, size, "%s", strerror(ENOMEM));
	}
	strlist_release(&keys);
	return is_fine;
}

/* Tell whether something that runs is to make way for a node. */
static bool
makes_stop(const struct engine *engine, const struct conf *conf,
    const struct plan *plan, size_t node)
{
	const struct child *child;

	if (conf->nodes[node].spec.type != SPEC_WORKER ||
	    !(plan->marks[node] & (PLAN_MARK_RESTARTS | PLAN_MARK_STARTS)))
		return false;
	child = tree_find(&engine->tree, conf->nodes[node].path);
	return child && child_has_process(child);
}

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

static void
check_worker(const struct engine *engine, const struct conf *conf, size_t i,
    struct strlist *errors)
{
	const struct conf_node *node = &conf->nodes[i];
	struct spawn_context context = engine->context;
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
check_plan(const struct engine *engine, const struct conf *conf,
    const struct plan *plan, struct strlist *ret_errors)
{
	for (size_t i = 1; i < conf->node_count; i++)
		if (makes_stop(engine, conf, plan, i))
			check_worker(engine, conf, i, ret_errors);
}
