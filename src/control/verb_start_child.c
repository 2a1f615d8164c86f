/*
 * StartChild. On a dynamic supervisor the child is made from the template; on
 * any other supervisor it is a new worker that has what [worker] says and runs
 * the client's command. A command of the client's, or arguments where the
 * template does not allow them, could be a shell with the daemon's rights. So
 * only the daemon's own user and root may bring them.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "base/strlist.h"
#include "base/varlink.h"
#include "config/conf.h"
#include "config/path.h"
#include "config/value.h"
#include "control/childtext.h"
#include "control/pending.h"
#include "control/verb.h"
#include "engine/build.h"
#include "engine/events.h"
#include "engine/supervisor.h"
#include "engine/worker.h"

/* The child that a call describes, in the order in which it is read. */
struct start_spec {
	struct call *call;
	struct sup *sup;
	const char *path;	/* of the supervisor */
	const char *id;
	struct spec spec;
	struct program *program; /* owned */
	char numbered[24];	/* the id, if the call has none */
};

static bool
bad_spec(const struct start_spec *start, const char *key, const char *why)
{
	call_fail_with(start->call, "BadSpec", "path", start->path, "key", key,
	    "why", why);
	return false;
}

/* Tell whether the call has arguments or an environment. */
static bool
brings_own(const struct call *call)
{
	return json_array_size(call_list(call, "arguments")) > 0 ||
	    json_array_size(call_list(call, "environment")) > 0;
}

/* Check that the client may have this child started. */
static bool
check_right(const struct start_spec *start)
{
	const struct supervisor_template *template =
	    supervisor_template(start->sup);
	struct call *call = start->call;

	if (call->peer->right >= PEER_OWN ||
	    (template && (template->allow_arguments || !brings_own(call))))
		return true;
	call_fail_with(call, "PermissionDenied", "method", call->method->name,
	    "needs", peer_right_names[PEER_OWN]);
	return false;
}

static bool
read_spec(struct start_spec *start)
{
	const char *restart = call_text(start->call, "restart");
	const char *shutdown = call_text(start->call, "shutdown");
	struct spec *spec = &start->spec;
	const char *fault = NULL;
	char why[128];

	if (restart) {
		int word = value_word(restart, spec_restart_names,
		    SPEC_RESTART_COUNT);

		if (word < 0)
			return bad_spec(start, "restart",
			    "permanent, transient and temporary are allowed");
		spec->restart = (enum spec_restart)word;
	}
	if (call_flag(start->call, "significant"))
		spec->significant = true;
	if (!shutdown)
		return true;
	if (strcmp(shutdown, "brutal_kill") == 0)
		spec->shutdown_ms = SPEC_BRUTAL_KILL;
	else if (strcmp(shutdown, "infinity") == 0)
		spec->shutdown_ms = SPEC_INFINITY;
	else
		fault = value_duration(shutdown, &spec->shutdown_ms);
	if (!fault)
		return true;
	snprintf(why, sizeof(why), "%s; infinity and brutal_kill are allowed "
	    "too", fault);
	return bad_spec(start, "shutdown", why);
}

/* Tell whether a child has a name, or will have it once the supervisor comes to
 * a request in its mailbox. */
static bool
is_taken(const struct start_spec *start, const char *name)
{
	const struct host *host = start->call->host;

	return names_find(host->tree, start->sup, name) ||
	    pending_starts(host, start->sup, name);
}

/* Find a number that is not the name of a child. */
static void
make_number(struct start_spec *start)
{
	do
		snprintf(start->numbered, sizeof(start->numbered), "%llu",
		    (unsigned long long)supervisor_take_number(start->sup));
	while (is_taken(start, start->numbered));
	start->id = start->numbered;
}

/* How many names the path of a child of this supervisor has. */
static size_t
depth_below(const struct sup *sup)
{
	size_t depth = 1;

	for (; sup->self.parent; sup = sup->self.parent)
		depth++;
	return depth;
}

/* Read the id, or choose a number. */
static bool
read_id(struct start_spec *start)
{
	const char *id = call_text(start->call, "id");
	char fault[PATH_FAULT_SIZE];
	const char *why;

	if (depth_below(start->sup) > CONF_DEPTH_MAX)
		return bad_spec(start, "id", "the path would be too deep");
	if (!id && sup_is_dynamic(start->sup)) {
		make_number(start);
		return true;
	}
	if (!id) {
		call_fail_parameter(start->call, "id");
		return false;
	}
	why = strchr(id, '/') ? "a name has no '/' in it" :
	    path_check(id, fault);
	if (why)
		return bad_spec(start, "id", why);
	start->id = id;
	return true;
}

/* Append a word that must not be expanded to a command that is: each dollar is
 * written twice. */
static void
add_literal(struct strlist *words, const char *word)
{
	for (; *word; word++) {
		if (*word == '$')
			strlist_put(words, '$');
		strlist_put(words, *word);
	}
	strlist_end(words);
}

/* Extend a NULL-ended list by texts, each appended by add(); false: out of
 * memory. */
static bool
extend(char ***list, const json_t *texts,
    void (*add)(struct strlist *whole, const char *text))
{
	struct strlist whole = { 0 };
	const json_t *item;
	char **packed;
	size_t i;

	if (json_array_size(texts) == 0)
		return true;
	strlist_add_all(&whole, *list);
	json_array_foreach(texts, i, item)
		add(&whole, json_string_value(item));
	packed = strlist_pack(&whole);
	strlist_release(&whole);
	if (!packed)
		return false;
	free(*list);
	*list = packed;
	return true;
}

/* Check that each variable is NAME=value. */
static bool
check_environment(const struct start_spec *start)
{
	const json_t *variables = call_list(start->call, "environment"), *item;
	size_t i;

	json_array_foreach(variables, i, item) {
		const char *text = json_string_value(item);
		size_t len = strcspn(text, "=");

		if (text[len] != '=' || !command_is_name(text, len))
			return bad_spec(start, "environment",
			    "NAME=value is wanted");
	}
	return true;
}

static bool
make_program(struct start_spec *start)
{
	const struct supervisor_template *template =
	    supervisor_template(start->sup);
	const json_t *arguments = call_list(start->call, "arguments");
	const json_t *variables = call_list(start->call, "environment");
	const struct program *from = template ? template->program :
	    start->call->host->runtime_defaults->program;
	struct program *program;

	if (!template && json_array_size(arguments) == 0)
		return bad_spec(start, "arguments",
		    "a command is wanted: the program and its arguments");
	program = program_copy(from);
	start->program = program;
	/* of variables of the same name, the last one counts */
	if (!program || !extend(&program->argv, arguments, add_literal) ||
	    !extend(&program->env, variables, strlist_add)) {
		call_reply(start->call, NULL);
		return false;
	}
	if (json_array_size(arguments) > 0)
		program->expands = command_expands(program->argv);
	return true;
}

/* Refuse a name that is taken, with OTP's answers. For ordinary supervisors the
 * core does that; a dynamic supervisor would take the child. */
static bool
check_taken(const struct start_spec *start)
{
	const struct host *host = start->call->host;
	const struct child *child = names_find(host->tree, start->sup,
	    start->id);
	struct varlink_object parameters;
	char path[SPEC_PATH_SIZE];

	if (!sup_is_dynamic(start->sup) || !is_taken(start, start->id))
		return true;
	snprintf(path, sizeof(path), "%s/%s", start->path, start->id);
	varlink_begin(&parameters);
	if (child)
		tree_path(child, path, sizeof(path));
	varlink_put_text(&parameters, "path", path);
	if (child)
		childtext_put_pid(&parameters, child);
	call_fail(start->call, "AlreadyStarted", varlink_end(&parameters));
	return false;
}

/* Submit the request to the supervisor; the program is the child's now. */
static void
submit_start(struct start_spec *start)
{
	struct call *call = start->call;
	struct host *host = call->host;
	struct worker *worker = NULL;

	if (!pending_has_room(call))
		return;
	/* each request that waits still needs the place of its worker */
	if (host->reserve(host->engine, host->pending_count + 1) == 0)
		worker = worker_new(start->id, start->program);
	if (!worker) {
		call_reply(call, NULL);
		return;
	}
	start->program = NULL;
	worker->child.spec = start->spec;
	if (!pending_submit(call, &(struct request){
		.type = REQUEST_START_CHILD,
		.sup = start->sup,
		.name = start->id,
		.child = &worker->child,
	    }, start->path))
		worker_free(worker);
}

static void
run_start_child(struct call *call)
{
	const struct supervisor_template *template;
	struct start_spec start = {
		.call = call,
		.path = call_text(call, "supervisor"),
	};

	start.sup = verb_sup(call, start.path);
	if (!start.sup)
		return;
	template = supervisor_template(start.sup);
	start.spec = template ? template->spec :
	    call->host->runtime_defaults->spec;
	if (check_right(&start) && read_spec(&start) &&
	    check_environment(&start) && read_id(&start) &&
	    check_taken(&start) && make_program(&start))
		submit_start(&start);
	program_free(start.program);
}

const struct verb verb_start_child = {
	.right = PEER_CHANGE,
	.run = run_start_child,
};
