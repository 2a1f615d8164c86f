/* The verbs of reevectl. */
#include "config.h"

#include "ctl/cmd.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "ctl/ask.h"

#define LINES_MAX	10000	/* of a log: more is refused anyway */

/* The parameters of a verb that takes one path. */
static json_t *
path_parameter(const struct cmd_context *ctl)
{
	return json_pack("{ss}", "path", ctl->args.words[0]);
}

/* The words of the command line as an array. */
static json_t *
strings(char *const *words)
{
	json_t *array = json_array();

	for (; words && *words; words++)
		json_array_append_new(array, json_string(*words));
	return array;
}

/* Ask for the status of paths, in as many replies as it takes. */
static enum cmd_exit
fetch_status(struct cmd_context *ctl, json_t *paths, json_t **ret_children)
{
	json_t *children = json_array();
	struct client_reply reply;
	bool more;

	if (client_call(ctl->client, "Status",
	    json_pack("{so*}", "paths", paths), true) < 0) {
		json_decref(children);
		return ask_broken();
	}
	do {
		enum cmd_exit exit_code;

		if (client_next(ctl->client, &reply) < 0) {
			json_decref(children);
			return ask_broken();
		}
		if (reply.error) {
			exit_code = ask_refused(&reply);
			client_reply_clear(&reply);
			json_decref(children);
			return exit_code;
		}
		json_array_extend(children, json_object_get(reply.parameters,
		    "children"));
		more = reply.continues;
		client_reply_clear(&reply);
	} while (more);
	*ret_children = children;
	return CMD_DONE;
}

/* LSB: all up is 0, anything else is 3. */
static enum cmd_exit
lsb_status(const json_t *children)
{
	const json_t *child;
	size_t i;

	json_array_foreach(children, i, child) {
		const char *state = json_string_value(json_object_get(child,
		    "state"));

		if (!state || strcmp(state, "up") != 0)
			return CMD_STATUS_STOPPED;
	}
	return CMD_STATUS_RUNNING;
}

/* Say that no child matches, if that is so. */
static enum cmd_exit
check_matched(const struct cmd_context *ctl, const json_t *children)
{
	char text[4096];

	if (json_array_size(children) > 0)
		return CMD_DONE;
	fprintf(stderr, "reevectl: not_found: nothing matches '%s'%s\n",
	    text_sanitise(ctl->args.words[0], strlen(ctl->args.words[0]), text,
	    sizeof(text)), ctl->args.count > 1 ? " or the others" : "");
	return CMD_STATUS_UNKNOWN;
}

/* status: some children, or all. */
static enum cmd_exit
run_status(struct cmd_context *ctl)
{
	bool some = ctl->args.count > 0;
	json_t *children;
	enum cmd_exit exit_code = fetch_status(ctl,
	    some ? strings(ctl->args.words) : NULL, &children);

	if (some && (exit_code == CMD_REFUSED ||
	    exit_code == CMD_NOT_PERMITTED))	/* 3 is "not running" */
		return CMD_STATUS_UNKNOWN;
	if (exit_code)
		return exit_code;
	if (some)
		exit_code = check_matched(ctl, children);
	if (ctl->args.json)
		show_json(children);
	else if (!exit_code)
		show_status(&ctl->show, children);
	if (some && !exit_code)
		exit_code = lsb_status(children);
	json_decref(children);
	return exit_code;
}

/* tree: all, drawn. */
static enum cmd_exit
run_tree(struct cmd_context *ctl)
{
	json_t *children;
	enum cmd_exit exit_code = fetch_status(ctl, NULL, &children);

	if (exit_code)
		return exit_code;
	if (ctl->args.json)
		show_json(children);
	else
		show_tree(&ctl->show, children);
	json_decref(children);
	return CMD_DONE;
}

/* Every path, a line each: what the shells complete. */
static enum cmd_exit
run_paths(struct cmd_context *ctl)
{
	json_t *children;
	const json_t *child;
	size_t i;
	enum cmd_exit exit_code = fetch_status(ctl, NULL, &children);

	if (exit_code)
		return exit_code;
	json_array_foreach(children, i, child) {
		const char *path = json_string_value(json_object_get(child,
		    "path"));

		if (path)
			show_line(&ctl->show, path);
	}
	json_decref(children);
	return CMD_DONE;
}

/* which-children. */
static enum cmd_exit
run_which_children(struct cmd_context *ctl)
{
	struct client_reply reply;
	enum cmd_exit exit_code = ask_daemon(ctl, "WhichChildren",
	    json_pack("{ss}", "supervisor", ctl->args.words[0]), &reply);
	const json_t *children;

	if (exit_code)
		return exit_code;
	children = json_object_get(reply.parameters, "children");
	if (ctl->args.json)
		show_json(children);
	else
		show_which(&ctl->show, children);
	client_reply_clear(&reply);
	return CMD_DONE;
}

/* count-children. */
static enum cmd_exit
run_count_children(struct cmd_context *ctl)
{
	static const char *const keys[] = {
		"active", "specs", "supervisors", "workers",
	};
	struct client_reply reply;
	enum cmd_exit exit_code = ask_daemon(ctl, "CountChildren",
	    json_pack("{ss}", "supervisor", ctl->args.words[0]), &reply);

	if (exit_code)
		return exit_code;
	if (ctl->args.json)
		show_json(reply.parameters);
	else
		for (size_t i = 0; i < 4; i++)
			printf("%s %" JSON_INTEGER_FORMAT "%s", keys[i],
			    json_integer_value(json_object_get(
			    reply.parameters, keys[i])), i < 3 ? ", " : "\n");
	client_reply_clear(&reply);
	return CMD_DONE;
}

/* childspec. */
static enum cmd_exit
run_childspec(struct cmd_context *ctl)
{
	struct client_reply reply;
	enum cmd_exit exit_code = ask_daemon(ctl, "ChildSpec",
	    path_parameter(ctl), &reply);
	const json_t *spec;

	if (exit_code)
		return exit_code;
	spec = json_object_get(reply.parameters, "spec");
	if (ctl->args.json)
		show_json(spec);
	else
		show_spec(&ctl->show, spec);
	client_reply_clear(&reply);
	return CMD_DONE;
}

/* Write the path and the pid of a child that was started. */
static void
print_started(const struct cmd_context *ctl, const struct client_reply *reply,
    const char *path)
{
	const json_t *pid = json_object_get(reply->parameters, "pid");
	char text[4096];

	if (ctl->args.json) {
		show_json(reply->parameters);
		return;
	}
	if (json_is_integer(pid))
		printf("%s started, pid %" JSON_INTEGER_FORMAT "\n",
		    text_sanitise(path, strlen(path), text, sizeof(text)),
		    json_integer_value(pid));
	else
		printf("%s started\n", text_sanitise(path, strlen(path), text,
		    sizeof(text)));
}

/* start-child: on a dynamic supervisor, or any other. */
static enum cmd_exit
run_start_child(struct cmd_context *ctl)
{
	const struct cmd_args *args = &ctl->args;
	json_t *parameters = json_pack("{ss ss* ss* ss* sO*}", "supervisor",
	    args->words[0], "id", args->id, "restart", args->restart,
	    "shutdown", args->shutdown, "environment", args->environment);
	struct client_reply reply;
	enum cmd_exit exit_code;
	const char *path;

	if (args->command)
		json_object_set_new(parameters, "arguments",
		    strings(args->command));
	if (args->significant)
		json_object_set_new(parameters, "significant", json_true());
	exit_code = ask_daemon(ctl, "StartChild", parameters, &reply);
	if (exit_code)
		return exit_code;
	path = json_string_value(json_object_get(reply.parameters, "path"));
	print_started(ctl, &reply, path ? path : "?");
	client_reply_clear(&reply);
	return CMD_DONE;
}

/* terminate-child. */
static enum cmd_exit
run_terminate_child(struct cmd_context *ctl)
{
	return ask_plain(ctl, "TerminateChild", path_parameter(ctl));
}

/* delete-child. */
static enum cmd_exit
run_delete_child(struct cmd_context *ctl)
{
	return ask_plain(ctl, "DeleteChild", path_parameter(ctl));
}

/* restart-child and restart differ in the method only. */
static enum cmd_exit
start_again(struct cmd_context *ctl, const char *method)
{
	struct client_reply reply;
	enum cmd_exit exit_code = ask_daemon(ctl, method, path_parameter(ctl),
	    &reply);

	if (exit_code)
		return exit_code;
	print_started(ctl, &reply, ctl->args.words[0]);
	client_reply_clear(&reply);
	return CMD_DONE;
}

/* restart-child. */
static enum cmd_exit
run_restart_child(struct cmd_context *ctl)
{
	return start_again(ctl, "RestartChild");
}

/* restart: planned, with whom the strategy names. */
static enum cmd_exit
run_restart(struct cmd_context *ctl)
{
	return start_again(ctl, "Restart");
}

/* signal. */
static enum cmd_exit
run_signal(struct cmd_context *ctl)
{
	return ask_plain(ctl, "Signal", json_pack("{ss ss}", "path",
	    ctl->args.words[0], "signal", ctl->args.words[1]));
}

/* Read a stream to its end, showing each reply. */
static enum cmd_exit
stream(struct cmd_context *ctl, const char *method, json_t *parameters,
    void (*show)(const struct cmd_context *, const json_t *))
{
	struct client_reply reply;
	bool more;

	if (client_call(ctl->client, method, parameters, true) < 0)
		return ask_broken();
	do {
		if (client_next(ctl->client, &reply) < 0)
			return ask_broken();
		if (reply.error) {
			enum cmd_exit exit_code = ask_refused(&reply);

			client_reply_clear(&reply);
			return exit_code;
		}
		show(ctl, reply.parameters);
		more = reply.continues;
		client_reply_clear(&reply);
	} while (more && !ferror(stdout));
	return CMD_DONE;
}

/* Show one line of a log. */
static void
print_line(const struct cmd_context *ctl, const json_t *parameters)
{
	const char *line = json_string_value(json_object_get(parameters,
	    "line"));

	if (!line)
		return;
	if (ctl->args.json)
		show_json(parameters);
	else
		show_line(&ctl->show, line);
	fflush(stdout);
}

/* Show one event. */
static void
print_event(const struct cmd_context *ctl, const json_t *parameters)
{
	const json_t *event = json_object_get(parameters, "event");

	if (!event)
		return;
	if (ctl->args.json)
		show_json(event);
	else
		show_event(&ctl->show, event);
	fflush(stdout);
}

/* Read -n; -1: it was not given. */
static int
read_lines(const struct cmd_context *ctl, int64_t *ret_lines)
{
	char *end, text[256];

	if (!ctl->args.lines)
		return 0;
	errno = 0;
	*ret_lines = strtoll(ctl->args.lines, &end, 10);
	if (errno == 0 && *end == '\0' && end != ctl->args.lines &&
	    *ret_lines >= 0 && *ret_lines <= LINES_MAX)
		return 1;
	fprintf(stderr, "reevectl: -n %s: a number of lines is wanted, up to "
	    "%d\n", text_sanitise(ctl->args.lines, strlen(ctl->args.lines),
	    text, sizeof(text)), LINES_MAX);
	return -1;
}

/* logs. */
static enum cmd_exit
run_logs(struct cmd_context *ctl)
{
	json_t *parameters = path_parameter(ctl);
	int64_t lines = 0;
	int rc = read_lines(ctl, &lines);

	if (rc < 0) {
		json_decref(parameters);
		return CMD_USAGE;
	}
	if (rc > 0)
		json_object_set_new(parameters, "lines", json_integer(lines));
	if (ctl->args.follow)
		json_object_set_new(parameters, "follow", json_true());
	return stream(ctl, "Logs", parameters, print_line);
}

/* events. */
static enum cmd_exit
run_events(struct cmd_context *ctl)
{
	json_t *parameters = json_object();

	if (ctl->args.count > 0)
		json_object_set_new(parameters, "path",
		    json_string(ctl->args.words[0]));
	if (ctl->args.follow)
		json_object_set_new(parameters, "follow", json_true());
	return stream(ctl, "Events", parameters, print_event);
}

/* reload. */
static enum cmd_exit
run_reload(struct cmd_context *ctl)
{
	struct client_reply reply;
	enum cmd_exit exit_code = ask_daemon(ctl, "Reload", json_pack("{sb}",
	    "dry_run", ctl->args.dry_run), &reply);
	const json_t *steps, *step;
	size_t i;

	if (exit_code)
		return exit_code;
	steps = json_object_get(reply.parameters, "steps");
	if (ctl->args.json) {
		show_json(steps);
	} else {
		json_array_foreach(steps, i, step)
			if (json_is_string(step))
				show_line(&ctl->show,
				    json_string_value(step));
	}
	client_reply_clear(&reply);
	return CMD_DONE;
}

/* reopen. */
static enum cmd_exit
run_reopen(struct cmd_context *ctl)
{
	return ask_plain(ctl, "Reopen", NULL);
}

/* shutdown. */
static enum cmd_exit
run_shutdown(struct cmd_context *ctl)
{
	return ask_plain(ctl, "Shutdown", json_pack("{sb}", "now",
	    ctl->args.now));
}

/* ping. */
static enum cmd_exit
run_ping(struct cmd_context *ctl)
{
	struct client_reply reply;
	enum cmd_exit exit_code = ask_daemon(ctl, "Ping", NULL, &reply);
	char version[64], uptime[64], state[64];

	if (exit_code)
		return exit_code;
	if (ctl->args.json) {
		show_json(reply.parameters);
	} else {
		const json_t *text = json_object_get(reply.parameters,
		    "version");
		const json_t *word = json_object_get(reply.parameters,
		    "state");

		printf("reeved %s, pid %" JSON_INTEGER_FORMAT ", %s for %s\n",
		    text_sanitise(json_string_value(text),
		    json_string_length(text), version, sizeof(version)),
		    json_integer_value(json_object_get(reply.parameters,
		    "pid")), text_sanitise(json_string_value(word),
		    json_string_length(word), state, sizeof(state)),
		    show_duration(json_integer_value(json_object_get(
		    reply.parameters, "uptime_ms")), uptime, sizeof(uptime)));
	}
	client_reply_clear(&reply);
	return CMD_DONE;
}

const struct cmd ctlverbs[] = {
	{ "status", "[path ...]", "state, pid, uptime, restarts, last end",
	    CTL_JSON, 0, SIZE_MAX, run_status, false },
	{ "tree", "", "the same, drawn as a tree",
	    CTL_JSON, 0, 0, run_tree, false },
	{ "paths", "", "every path, a line each",
	    0, 0, 0, run_paths, false },
	{ "which-children", "supervisor", "its children, the last one first",
	    CTL_JSON, 1, 1, run_which_children, false },
	{ "count-children", "supervisor", "active, specs, supervisors, workers",
	    CTL_JSON, 1, 1, run_count_children, false },
	{ "childspec", "path", "the specification with all defaults",
	    CTL_JSON, 1, 1, run_childspec, false },
	{ "start-child", "supervisor [--id name] [--restart type] "
	    "[--shutdown time] [--significant] [--env name=value] "
	    "[-- argument ...]", "add a child and start it",
	    CTL_JSON | CTL_SPEC, 1, 1, run_start_child, false },
	{ "terminate-child", "path", "stop a child; its spec stays",
	    0, 1, 1, run_terminate_child, false },
	{ "restart-child", "path", "start a child that is down",
	    CTL_JSON, 1, 1, run_restart_child, false },
	{ "delete-child", "path", "forget a child that is down",
	    0, 1, 1, run_delete_child, false },
	{ "restart", "path", "planned restart, with whom its strategy names",
	    CTL_JSON, 1, 1, run_restart, false },
	{ "signal", "path signal", "send a signal to a worker's process",
	    0, 2, 2, run_signal, false },
	{ "logs", "[-f] [-n lines] path", "the last lines of a worker's log",
	    CTL_JSON | CTL_FOLLOW | CTL_LINES, 1, 1, run_logs, false },
	{ "events", "[-f] [path]", "what happened, and why",
	    CTL_JSON | CTL_FOLLOW, 0, 1, run_events, false },
	{ "reload", "[--dry-run]", "read the configuration again",
	    CTL_JSON | CTL_DRY_RUN, 0, 0, run_reload, false },
	{ "reopen", "", "open the daemon's log file again",
	    0, 0, 0, run_reopen, false },
	{ "shutdown", "[--now]", "stop everything in order; --now: kill it",
	    CTL_NOW, 0, 0, run_shutdown, false },
	{ "ping", "", "is a daemon there",
	    CTL_JSON, 0, 0, run_ping, false },
	{ "new", "name", "write a small project that runs at once",
	    0, 1, 1, ctlnew_run, true },
};
const size_t ctlverb_count = LENGTH(ctlverbs);

const struct cmd *
cmd_find(const char *name)
{
	for (size_t i = 0; i < ctlverb_count; i++)
		if (strcmp(ctlverbs[i].name, name) == 0)
			return &ctlverbs[i];
	return NULL;
}
