/*
 * StartChild: on a dynamic supervisor a child of its template, on any other one
 * a new worker that has what [worker] says, with a command of the client's. The
 * latter, and arguments or environment where a template does not allow them,
 * would give whoever may change things a shell as the daemon's user: that takes
 * to be it, or root.
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
#include "control/pending.h"
#include "control/verb.h"
#include "engine/build.h"
#include "engine/events.h"
#include "engine/worker.h"

/* What a call asks for, once it is read. */
struct wish {
	struct call *call;
	struct sup *sup;
	const char *path;	/* of it */
	const char *id;
	struct spec spec;
	struct program *program; /* owned */
	char numbered[24];	/* an id that was made up */
};

/* Refuse a value. */
static bool
bad_spec(const struct wish *wish, const char *key, const char *why)
{
	call_fail_with(wish->call, "BadSpec", "path", wish->path, "key", key,
	    "why", why);
	return false;
}

/* Tell whether the client brings anything of his own to run. */
static bool
brings_own(const struct call *call)
{
	return json_array_size(call_list(call, "arguments")) > 0 ||
	    json_array_size(call_list(call, "environment")) > 0;
}

/* See that the client may ask for what he asks for. */
static bool
check_right(const struct wish *wish)
{
	const struct supervisor_template *template =
	    supervisor_template(wish->sup);
	struct call *call = wish->call;

	if (call->peer->right >= PEER_OWN ||
	    (template && (template->allow_arguments || !brings_own(call))))
		return true;
	call_fail_with(call, "PermissionDenied", "method", call->verb->method,
	    "needs", peer_right_names[PEER_OWN]);
	return false;
}

/* Read restart, shutdown and significant. */
static bool
read_spec(struct wish *wish)
{
	const char *restart = call_text(wish->call, "restart");
	const char *shutdown = call_text(wish->call, "shutdown");
	struct spec *spec = &wish->spec;
	const char *fault = NULL;
	char why[128];

	if (restart) {
		int word = value_word(restart, spec_restart_names,
		    SPEC_RESTART_COUNT);

		if (word < 0)
			return bad_spec(wish, "restart", "permanent, transient "
			    "and temporary are allowed");
		spec->restart = (enum spec_restart)word;
	}
	if (call_flag(wish->call, "significant"))
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
	return bad_spec(wish, "shutdown", why);
}

/* Tell whether a name is taken, or will be once the supervisor comes to it. */
static bool
is_taken(const struct wish *wish, const char *name)
{
	const struct host *host = wish->call->host;

	return names_find(host->tree, wish->sup, name, strlen(name)) ||
	    pending_starts(host, wish->sup, name);
}

/* Find a number that is no child's name. */
static void
make_number(struct wish *wish)
{
	do
		snprintf(wish->numbered, sizeof(wish->numbered), "%llu",
		    (unsigned long long)supervisor_take_number(wish->sup));
	while (is_taken(wish, wish->numbered));
	wish->id = wish->numbered;
}

/* Tell how long a path would be with a name more. */
static size_t
depth_below(const struct sup *sup)
{
	size_t depth = 1;

	for (; sup->self.parent; sup = sup->self.parent)
		depth++;
	return depth;
}

/* Read the id, or make one up. */
static bool
read_id(struct wish *wish)
{
	const char *id = call_text(wish->call, "id");
	char fault[PATH_FAULT_SIZE];
	const char *why;

	if (depth_below(wish->sup) > CONF_DEPTH_MAX)
		return bad_spec(wish, "id", "the path would be too deep");
	if (!id && sup_is_dynamic(wish->sup)) {
		make_number(wish);
		return true;
	}
	if (!id) {
		call_fail_parameter(wish->call, "id");
		return false;
	}
	why = strchr(id, '/') ? "a name has no '/' in it" :
	    path_check(id, fault);
	if (why)
		return bad_spec(wish, "id", why);
	wish->id = id;
	return true;
}

/* Append a word that is to be taken as it is to a command that may be expanded:
 * each dollar twice. */
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

/* Append the arguments to the command. */
static bool
add_arguments(struct program *program, const json_t *arguments)
{
	struct strlist words = STRLIST_EMPTY;
	const json_t *item;
	char **argv;
	size_t i;

	strlist_add_all(&words, program->argv);
	json_array_foreach(arguments, i, item)
		add_literal(&words, json_string_value(item));
	argv = strlist_pack(&words);
	strlist_release(&words);
	if (!argv)
		return false;
	free(program->argv);
	program->argv = argv;
	program->expands = command_expands(argv);
	return true;
}

/* Append variables to the environment; of a name the last one counts. */
static bool
add_environment(struct program *program, const json_t *variables)
{
	struct strlist list = STRLIST_EMPTY;
	const json_t *item;
	char **env;
	size_t i;

	strlist_add_all(&list, program->env);
	json_array_foreach(variables, i, item)
		strlist_add(&list, json_string_value(item));
	env = strlist_pack(&list);
	strlist_release(&list);
	if (!env)
		return false;
	free(program->env);
	program->env = env;
	return true;
}

/* See that each variable is NAME=value. */
static bool
check_environment(const struct wish *wish)
{
	const json_t *variables = call_list(wish->call, "environment"), *item;
	size_t i;

	json_array_foreach(variables, i, item) {
		const char *text = json_string_value(item);
		size_t len = strcspn(text, "=");

		if (text[len] != '=' || !command_is_name(text, len))
			return bad_spec(wish, "environment",
			    "NAME=value is wanted");
	}
	return true;
}

/* Make what the child is to run. */
static bool
make_program(struct wish *wish)
{
	const struct supervisor_template *template =
	    supervisor_template(wish->sup);
	const json_t *arguments = call_list(wish->call, "arguments");
	const json_t *variables = call_list(wish->call, "environment");
	const struct program *from = template ? template->program :
	    wish->call->host->newcomer->program;
	struct program *program;

	if (!template && json_array_size(arguments) == 0)
		return bad_spec(wish, "arguments",
		    "a command is wanted: the program and its arguments");
	program = program_copy(from);
	wish->program = program;
	if (program &&
	    (json_array_size(arguments) == 0 ||
	    add_arguments(program, arguments)) &&
	    (json_array_size(variables) == 0 ||
	    add_environment(program, variables)))
		return true;
	call_reply(wish->call, NULL);
	return false;
}

/* Refuse a second child of one name: OTP's answers, which the core gives for
 * ordinary supervisors; a dynamic one would take it. */
static bool
check_taken(const struct wish *wish)
{
	const struct host *host = wish->call->host;
	const struct child *child = names_find(host->tree, wish->sup,
	    wish->id, strlen(wish->id));
	struct varlink_object parameters;
	char path[EVENTS_PATH_SIZE];

	if (!sup_is_dynamic(wish->sup) || !is_taken(wish, wish->id))
		return true;
	snprintf(path, sizeof(path), "%s/%s", wish->path, wish->id);
	varlink_begin(&parameters);
	if (child)
		tree_path(child, path, sizeof(path));
	varlink_put_text(&parameters, "path", path);
	if (child && worker_of_const(child)->proc.pid > 0)
		varlink_put_int(&parameters, "pid",
		    worker_of_const(child)->proc.pid);
	call_fail(wish->call, "AlreadyStarted", varlink_end(&parameters));
	return false;
}

/* Put the request to the supervisor; the program is the child's now. */
static void
submit(struct wish *wish)
{
	struct call *call = wish->call;
	struct host *host = call->host;
	struct pending *pending = pending_new(call, REQUEST_START_CHILD,
	    wish->sup, wish->id);
	struct worker *worker = NULL;

	if (!pending)
		return;
	/* those that wait for their turn have need of their places still */
	if (host->reserve(host->engine, host->pending_count + 1) == 0)
		worker = worker_new(wish->id, wish->program);
	if (!worker) {
		pending_free(pending);
		call_reply(call, NULL);
		return;
	}
	wish->program = NULL;
	worker->child.spec = wish->spec;
	pending_request(pending)->child = &worker->child;
	pending_request(pending)->cause = verb_record(call, wish->path, 0);
	pending_submit(pending);
}

void
verb_start_child(struct call *call)
{
	const struct supervisor_template *template;
	struct wish wish = {
		.call = call,
		.path = call_text(call, "supervisor"),
	};

	wish.sup = verb_sup(call, wish.path);
	if (!wish.sup)
		return;
	template = supervisor_template(wish.sup);
	wish.spec = template ? template->spec : call->host->newcomer->spec;
	if (check_right(&wish) && read_spec(&wish) &&
	    check_environment(&wish) && read_id(&wish) &&
	    check_taken(&wish) && make_program(&wish))
		submit(&wish);
	program_free(wish.program);
}
