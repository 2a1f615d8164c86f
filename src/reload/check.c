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

/* The first node from one on that is to be looked at; their number: none. */
static size_t
next_node(const struct check *check, size_t node)
{
	while (node < check->conf->node_count &&
	    !makes_stop(check->engine, check->conf, check->plan, node))
		node++;
	return node;
}

bool
check_is_needed(const struct check *check)
{
	return next_node(check, 1) < check->conf->node_count;
}

/* Add an error of the worker that is looked at. */
static void
add_error(struct check *check, const char *why)
{
	const struct conf_node *node = &check->conf->nodes[check->node];
	char line[4096];

	snprintf(line, sizeof(line), "%s:%d: [worker:%s] %s", node->file,
	    node->line, node->path, why);
	strlist_add(&check->errors, line);
}

/* Look for what a worker needs; false: it cannot run, and why. */
static bool
look_at_worker(const struct check *check, const struct conf_node *node,
    char *ret_why, size_t size)
{
	static const char begin[] = "cannot run: ";
	struct spawn_context context = check->engine->context;
	struct spawn_result result;
	bool is_fine;

	context.path = node->path;
	context.name = node->name;
	context.restarts = 0;
	context.inherit = check->conf->daemon.environment_inherit;
	if (spawn_check(node->program, &context, &result) == 0)
		return true;
	is_fine = spawn_is_shortage(&result);
	memcpy(ret_why, begin, sizeof(begin));
	spawn_describe(&result, ret_why + strlen(begin),
	    size - strlen(begin));
	free(result.detail);
	return is_fine;
}

/* In the process: say which node is looked at, then what is wrong with it. */
static void
look_aside(void *arg, int out)
{
	const struct check *check = arg;
	const struct conf *conf = check->conf;
	char why[1024];

	for (size_t i = next_node(check, 1); i < conf->node_count;
	    i = next_node(check, i + 1)) {
		aside_say(out, &i, sizeof(i));
		why[0] = '\0';
		if (look_at_worker(check, &conf->nodes[i], why, sizeof(why)))
			why[0] = '\0';
		aside_say(out, why, strlen(why) + 1);
	}
}

/* Take what the process says: in turn a node, and what is wrong with it. */
static void
take_messages(struct check *check)
{
	const char *bytes;
	size_t size;

	while (aside_next(check->aside, &bytes, &size)) {
		check->is_node_said = !check->is_node_said;
		if (check->is_node_said)
			memcpy(&check->node, bytes, sizeof(check->node));
		else if (*bytes)
			add_error(check, bytes);
	}
}

static void
on_news(void *arg)
{
	struct check *check = arg;
	enum aside_state state;
	char why[2048];

	take_messages(check);
	state = aside_state(check->aside);
	if (state == ASIDE_RUNS)
		return;
	if (state != ASIDE_DONE) {
		aside_describe(check->aside, "looking for its program, "
		    "directory and environment files", why, sizeof(why));
		add_error(check, why);
	}
	aside_end(check->aside);
	check->aside = NULL;
	check->done(check->arg, &check->errors);
}

int
check_begin(struct check *check)
{
	const struct aside_work work = {
		.kind = ASIDE_RELOAD,
		.run = look_aside,
		.news = on_news,
		.arg = check,
		.patience_ms = check->patience_ms,
	};
	char why[ASIDE_WHY_SIZE], line[256];

	check->aside = aside_start(check->engine->asides, &work, why);
	check->node = next_node(check, 1);	/* until it says so itself */
	check->is_node_said = false;
	if (check->aside)
		return 0;
	snprintf(line, sizeof(line), "cannot look for what the workers need: "
	    "%s", why);
	strlist_add(&check->errors, line);
	return -1;
}

void
check_end(struct check *check)
{
	aside_end(check->aside);
	check->aside = NULL;
	strlist_release(&check->errors);
}
