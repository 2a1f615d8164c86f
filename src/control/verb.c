/* The table of methods, and what they have in common. */
#include "config.h"

#include "control/verb.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/log.h"
#include "base/varlink.h"
#include "engine/eventnote.h"
#include "engine/events.h"

#define SERVICE		"org.varlink.service."
#define CONTROL		"io.reeve.Control."

/* A caller's words are shown up to so many bytes. */
#define SHOWN		200

const struct verb verbs[] = {
	{
		.method = SERVICE "GetInfo",
		.right = PEER_LOOK,
		.run = verb_get_info,
	},
	{
		.method = SERVICE "GetInterfaceDescription",
		.right = PEER_LOOK,
		.run = verb_get_interface_description,
		.parameters = { { "interface", VERB_TEXT, false } },
	},
	{
		.method = CONTROL "Ping",
		.right = PEER_LOOK,
		.run = verb_ping,
	},
	{
		.method = CONTROL "Status",
		.right = PEER_LOOK,
		.run = verb_status,
		.parameters = { { "paths", VERB_TEXTS, true } },
	},
	{
		.method = CONTROL "WhichChildren",
		.right = PEER_LOOK,
		.run = verb_which_children,
		.parameters = { { "supervisor", VERB_TEXT, false } },
	},
	{
		.method = CONTROL "CountChildren",
		.right = PEER_LOOK,
		.run = verb_count_children,
		.parameters = { { "supervisor", VERB_TEXT, false } },
	},
	{
		.method = CONTROL "ChildSpec",
		.right = PEER_LOOK,
		.run = verb_child_spec,
		.parameters = { { "path", VERB_TEXT, false } },
	},
	{
		.method = CONTROL "StartChild",
		.right = PEER_CHANGE,
		.run = verb_start_child,
		.parameters = {
			{ "supervisor", VERB_TEXT, false },
			{ "id", VERB_TEXT, true },
			{ "restart", VERB_TEXT, true },
			{ "shutdown", VERB_TEXT, true },
			{ "significant", VERB_FLAG, true },
			{ "environment", VERB_TEXTS, true },
			{ "arguments", VERB_TEXTS, true },
		},
	},
	{
		.method = CONTROL "TerminateChild",
		.right = PEER_CHANGE,
		.run = verb_terminate_child,
		.parameters = { { "path", VERB_TEXT, false } },
	},
	{
		.method = CONTROL "RestartChild",
		.right = PEER_CHANGE,
		.run = verb_restart_child,
		.parameters = { { "path", VERB_TEXT, false } },
	},
	{
		.method = CONTROL "DeleteChild",
		.right = PEER_CHANGE,
		.run = verb_delete_child,
		.parameters = { { "path", VERB_TEXT, false } },
	},
	{
		.method = CONTROL "Restart",
		.right = PEER_CHANGE,
		.run = verb_restart,
		.parameters = { { "path", VERB_TEXT, false } },
	},
	{
		.method = CONTROL "Signal",
		.right = PEER_CHANGE,
		.run = verb_signal,
		.parameters = {
			{ "path", VERB_TEXT, false },
			{ "signal", VERB_TEXT, false },
		},
	},
	{
		.method = CONTROL "Events",
		.right = PEER_LOOK,
		.run = verb_events,
		.more = true,
		.parameters = {
			{ "path", VERB_TEXT, true },
			{ "from", VERB_NUMBER, true },
			{ "follow", VERB_FLAG, true },
		},
	},
	{
		.method = CONTROL "Logs",
		.right = PEER_LOOK,
		.run = verb_logs,
		.more = true,
		.parameters = {
			{ "path", VERB_TEXT, false },
			{ "lines", VERB_NUMBER, true },
			{ "follow", VERB_FLAG, true },
		},
	},
	{
		.method = CONTROL "Reload",
		.right = PEER_CHANGE,
		.run = verb_reload,
		.parameters = { { "dry_run", VERB_FLAG, true } },
	},
	{
		.method = CONTROL "Reopen",
		.right = PEER_CHANGE,
		.run = verb_reopen,
	},
	{
		.method = CONTROL "Shutdown",
		.right = PEER_CHANGE,
		.run = verb_shutdown,
		.parameters = { { "now", VERB_FLAG, true } },
	},
};
const size_t verbs_count = LENGTH(verbs);

/* The row of a method; NULL: there is none. */
static const struct verb *
find(const char *method)
{
	for (size_t i = 0; i < verbs_count; i++)
		if (strcmp(verbs[i].method, method) == 0)
			return &verbs[i];
	return NULL;
}

/* Tell whether so much of a method's name is that of an interface. */
static bool
is_of(const char *method, size_t len, const char *interface)
{
	return len == strlen(interface) &&
	    strncmp(method, interface, len) == 0;
}

/* Refuse a method that is not there. */
static void
fail_unknown(struct call *call, const char *method)
{
	const char *dot = strrchr(method, '.');
	size_t len = dot ? (size_t)(dot - method) + 1 : 0;
	char interface[SHOWN];

	if (is_of(method, len, SERVICE) || is_of(method, len, CONTROL)) {
		call_fail_with(call, SERVICE "MethodNotFound", "method",
		    method);
		return;
	}
	snprintf(interface, sizeof(interface), "%.*s",
	    len > 0 ? (int)(len - 1 < SHOWN ? len - 1 : SHOWN) : 0, method);
	call_fail_with(call, SERVICE "InterfaceNotFound", "interface",
	    interface);
}

/* Tell whether an array has nothing but strings. */
static bool
are_texts(const json_t *value)
{
	const json_t *item;
	size_t i;

	json_array_foreach(value, i, item)
		if (!json_is_string(item))
			return false;
	return json_is_array(value);
}

/* Tell whether a value is as a parameter wants it. */
static bool
fits(const struct verb_parameter *parameter, const json_t *value)
{
	if (!value || json_is_null(value))
		return parameter->optional;
	switch (parameter->type) {
	case VERB_TEXT:
		return json_is_string(value);
	case VERB_NUMBER:
		return json_is_integer(value);
	case VERB_FLAG:
		return json_is_boolean(value);
	case VERB_TEXTS:
		return are_texts(value);
	}
	return false;
}

/* Tell whether a verb has a parameter of that name. */
static bool
knows(const struct verb *verb, const char *name)
{
	const struct verb_parameter *parameter = verb->parameters;

	for (; parameter->name; parameter++)
		if (strcmp(parameter->name, name) == 0)
			return true;
	return false;
}

/* Find a parameter that is unknown, missing or of another type; or NULL. */
static const char *
wrong_parameter(const struct verb *verb, json_t *parameters)
{
	const struct verb_parameter *parameter = verb->parameters;
	const char *name;
	json_t *value;

	json_object_foreach(parameters, name, value)
		if (!knows(verb, name))
			return name;
	for (; parameter->name; parameter++)
		if (!fits(parameter, json_object_get(parameters,
		    parameter->name)))
			return parameter->name;
	return NULL;
}

/* Refuse somebody, and say so in the log, as often as his quota allows. */
static void
fail_forbidden(struct call *call, const struct verb *verb)
{
	const struct peer *peer = call->peer;

	if (quota_take(&call->host->quota, peer->uid, call->now_ms) == 0)
		log_warning("control: uid %u, pid %d: %s: permission denied",
		    (unsigned)peer->uid, (int)peer->pid,
		    strrchr(verb->method, '.') + 1);
	call_fail_with(call, "PermissionDenied", "method", verb->method,
	    "needs", peer_right_names[verb->right]);
}

bool
verb_prepare(struct call *call, const char *method)
{
	const struct verb *verb = find(method);
	const char *wrong;

	call->verb = verb;
	if (!verb) {
		fail_unknown(call, method);
		return false;
	}
	if (call->peer->right < verb->right) {
		fail_forbidden(call, verb);
		return false;
	}
	wrong = wrong_parameter(verb, call->parameters);
	if (wrong) {
		call_fail_parameter(call, wrong);
		return false;
	}
	if (verb->more && !call->more) {
		call_fail(call, SERVICE "ExpectedMore", NULL);
		return false;
	}
	return true;
}

int64_t
verb_wait_ms(struct call *call)
{
	if (call->verb->right < PEER_CHANGE || call->peer->uid == 0)
		return 0;
	return quota_take(&call->host->quota, call->peer->uid, call->now_ms);
}

struct child *
verb_child(struct call *call, const char *path)
{
	struct child *child = tree_find(call->host->tree, path);

	if (!child)
		call_fail_with(call, "NotFound", "path", path);
	return child;
}

struct sup *
verb_sup(struct call *call, const char *path)
{
	struct child *child = verb_child(call, path);

	if (!child)
		return NULL;
	if (child_is_sup(child))
		return sup_of(child);
	call_fail_with(call, "NotASupervisor", "path", path);
	return NULL;
}

const char *
verb_own_path(const struct call *call, const char *path, char *ret_path,
    size_t size)
{
	const struct child *child = tree_find(call->host->tree, path);

	if (!child)
		return path;
	tree_path(child, ret_path, size);
	return ret_path;
}

uint64_t
verb_record(struct call *call, const char *path, int signal)
{
	const char *name = strrchr(call->verb->method, '.') + 1;
	const struct peer *peer = call->peer;
	char own[EVENTS_PATH_SIZE], what[128];
	uint64_t number;

	path = verb_own_path(call, path, own, sizeof(own));
	log_notice("control: uid %u, pid %d: %s %s", (unsigned)peer->uid,
	    (int)peer->pid, name, path);
	snprintf(what, sizeof(what), "uid %u, pid %d, asked for %s",
	    (unsigned)peer->uid, (int)peer->pid, name);
	number = eventnote_request(call->host->events, call->host->tree, path,
	    what, signal, 0);
	host_wake_followers(call->host);
	return number;
}
