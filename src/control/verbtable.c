/*
 * Which verb serves a call: the method is looked up, and the client's right and
 * the parameters are checked, before the verb runs.
 */
#include "config.h"

#include "control/verbtable.h"

#include <stdio.h>
#include <string.h>

#include "base/interface.h"
#include "base/log.h"

#define SERVICE	INTERFACE_SERVICE "."

/* A client's words are shown up to so many bytes. */
#define SHOWN	200

static const struct method *
find_method(const char *name)
{
	for (size_t i = 0; i < verbtable_count; i++)
		if (strcmp(verbtable[i].name, name) == 0)
			return &verbtable[i];
	return NULL;
}

/* Refuse a method that is not in the table: either its interface is unknown, or
 * the interface has no such method. */
static void
fail_unknown(struct call *call, const char *name)
{
	const char *dot = strrchr(name, '.');
	char interface[SHOWN];

	snprintf(interface, sizeof(interface), "%.*s",
	    dot ? (int)(dot - name) : 0, name);
	if (interface_text(interface))
		call_fail_with(call, SERVICE "MethodNotFound", "method", name);
	else
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

static bool
is_value_of(const struct verb_parameter *parameter, const json_t *value)
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

static bool
has_parameter(const struct method *method, const char *name)
{
	const struct verb_parameter *parameter = method->parameters;

	for (; parameter->name; parameter++)
		if (strcmp(parameter->name, name) == 0)
			return true;
	return false;
}

/* Find a parameter that is unknown, missing or of another type; or NULL. */
static const char *
wrong_parameter(const struct method *method, json_t *parameters)
{
	const struct verb_parameter *parameter = method->parameters;
	const char *name;
	json_t *value;

	json_object_foreach(parameters, name, value)
		if (!has_parameter(method, name))
			return name;
	for (; parameter->name; parameter++)
		if (!is_value_of(parameter, json_object_get(parameters,
		    parameter->name)))
			return parameter->name;
	return NULL;
}

/* Refuse a client that lacks the right. The quota also limits the lines that
 * this adds to the log. */
static void
fail_forbidden(struct call *call)
{
	const struct peer *peer = call->peer;

	if (quota_take(&call->host->quota, peer->uid, call->now_ms) == 0)
		log_warning("control: uid %u, pid %d: %s: permission denied",
		    (unsigned)peer->uid, (int)peer->pid,
		    verb_name(call->method));
	call_fail_with(call, "PermissionDenied", "method", call->method->name,
	    "needs", peer_right_names[call->method->verb->right]);
}

bool
verbtable_prepare(struct call *call, const char *name)
{
	const struct method *method = find_method(name);
	const char *wrong;

	call->method = method;
	if (!method) {
		fail_unknown(call, name);
		return false;
	}
	if (call->peer->right < method->verb->right) {
		fail_forbidden(call);
		return false;
	}
	wrong = wrong_parameter(method, call->parameters);
	if (wrong) {
		call_fail_parameter(call, wrong);
		return false;
	}
	if (method->verb->more && !call->more) {
		call_fail(call, SERVICE "ExpectedMore", NULL);
		return false;
	}
	return true;
}

int64_t
verbtable_wait_ms(struct call *call)
{
	if (call->method->verb->right < PEER_CHANGE || call->peer->uid == 0)
		return 0;
	return quota_take(&call->host->quota, call->peer->uid, call->now_ms);
}
