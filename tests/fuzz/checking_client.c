/* A client that knows what it is owed. */
#include "fuzz/checking_client.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/interface.h"
#include "base/varlink.h"
#include "control/verbtable.h"

#define SERVICE		INTERFACE_SERVICE "."
#define CONTROL		INTERFACE_CONTROL "."

void
checking_client_fail(const char *what, const char *about)
{
	fprintf(stderr, "%s: %s\n", what, about);
	abort();
}

void
checking_client_open(struct checking_client *client, struct model *model,
    enum peer_right right, uid_t uid)
{
	*client = (struct checking_client){ .model = model, .reads = true };
	client->session = model_client(model, right, uid);
	if (!client->session)
		checking_client_fail("out of memory", "session");
}

void
checking_client_close(struct checking_client *client)
{
	session_free(client->session);
	bytes_release(&client->partial);
	bytes_release(&client->debts);
}

size_t
checking_client_owed(const struct checking_client *client)
{
	return client->debts.size / sizeof(struct checking_client_debt);
}

/* The row of a method; NULL: there is none. */
static const struct method *
find_method(const char *name)
{
	for (size_t i = 0; i < verbtable_count; i++)
		if (strcmp(verbtable[i].name, name) == 0)
			return &verbtable[i];
	return NULL;
}

/* Note what is owed for a message; size without its NUL. */
static void
note_message(struct checking_client *client, size_t size)
{
	const char *bytes = size > 0 ? bytes_first(&client->partial) : "";
	struct checking_client_debt debt = { .method = NULL };
	struct varlink_call call;

	if (size > VARLINK_MESSAGE_MAX || varlink_parse(bytes, size, &call)) {
		client->refused = true;
	} else {
		debt.is_message = true;
		debt.method = find_method(call.method);
		debt.more = call.more;
		size = call.oneway ? 0 : sizeof(debt);
		varlink_call_release(&call);
		if (size == 0)
			return;
	}
	if (!bytes_append(&client->debts, &debt, sizeof(debt), SIZE_MAX))
		checking_client_fail("out of memory", "debts");
}

/* Note what is owed for bytes that were sent. */
static void
note_bytes(struct checking_client *client, const char *bytes, size_t size)
{
	struct bytes *partial = &client->partial;

	for (size_t i = 0; i < size && !client->refused; i++) {
		if (bytes[i] == '\0') {
			note_message(client, partial->size);
			bytes_take(partial, partial->size);
			continue;
		}
		if (!bytes_append(partial, &bytes[i], 1, SIZE_MAX))
			checking_client_fail("out of memory", "bytes");
		if (partial->size > VARLINK_MESSAGE_MAX)
			note_message(client, partial->size);
	}
}

void
checking_client_send(struct checking_client *client, const char *bytes,
    size_t size)
{
	while (size > 0) {
		size_t room = session_room(client->session);

		if (room > size)
			room = size;
		if (room == 0)
			return;
		if (session_feed(client->session, bytes, room) < 0)
			checking_client_fail("out of memory", "input");
		note_bytes(client, bytes, room);
		bytes += room;
		size -= room;
		checking_client_serve(client);
	}
}

void
checking_client_hang_up(struct checking_client *client)
{
	session_hang_up(client->session);
	client->hung_up = true;
}

/*
 * Tell whether an interface declares a parameter of something: of a method,
 * begin is "\nmethod Name(" and mark "-> ("; of an error "\nerror Name (".
 */
static bool
declares(const char *interface, const char *begin, const char *mark,
    const char *name)
{
	const char *at = strstr(interface, begin), *end;
	size_t len = strlen(name);

	at = at ? strstr(at + 1, mark) : NULL;
	if (!at)
		return false;
	at += strlen(mark);
	end = strchr(at, ')');
	for (; at && at < end; at = strpbrk(at, " \t(")) {
		at += strspn(at, " \t\n(");
		if (strncmp(at, name, len) == 0 && at[len] == ':')
			return true;
	}
	return false;
}

/* Check the parameters of a reply against what is declared. */
static void
check_parameters(json_t *parameters, const char *interface,
    const char *begin, const char *mark)
{
	const char *name;
	const json_t *value;

	json_object_foreach(parameters, name, value)
		if (!declares(interface, begin, mark, name))
			checking_client_fail(begin, name);
}

/* Find the interface that a full name is of; the name behind it. */
static const char *
split_name(const char *name, const char **ret_interface)
{
	bool is_service = strncmp(name, SERVICE, strlen(SERVICE)) == 0;
	const char *prefix = is_service ? SERVICE : CONTROL;

	if (strncmp(name, prefix, strlen(prefix)) != 0)
		checking_client_fail("a name of no interface", name);
	*ret_interface = interface_text(is_service ? INTERFACE_SERVICE :
	    INTERFACE_CONTROL);
	return name + strlen(prefix);
}

/* Check an error. */
static void
check_error(const struct checking_client_debt *debt, const char *error,
    json_t *parameters)
{
	const char *interface, *name = split_name(error, &interface);
	bool is_bad = strcmp(error, CONTROL "BadMessage") == 0;
	bool is_unknown = strcmp(error, SERVICE "MethodNotFound") == 0 ||
	    strcmp(error, SERVICE "InterfaceNotFound") == 0;
	char begin[128];

	if (is_bad == debt->is_message)
		checking_client_fail("BadMessage out of place", error);
	if (debt->is_message && !debt->method && !is_unknown)
		checking_client_fail("another error for an unknown method",
		    error);
	snprintf(begin, sizeof(begin), "\nerror %s (", name);
	if (!strstr(interface, begin))
		checking_client_fail("an error that is not declared", error);
	check_parameters(parameters, interface, begin, "(");
}

/* Check a reply that is no error. */
static void
check_reply(const struct checking_client_debt *debt, json_t *parameters)
{
	const char *interface, *name;
	char begin[128];

	if (!debt->method)
		checking_client_fail("a reply", "to what is no method");
	name = split_name(debt->method->name, &interface);
	snprintf(begin, sizeof(begin), "\nmethod %s(", name);
	check_parameters(parameters, interface, begin, "-> (");
}

/* Check a message of the session's against what is owed; it is dropped. */
static void
check_message(struct checking_client *client, json_t *message)
{
	const char *error = json_string_value(json_object_get(message,
	    "error"));
	json_t *parameters = json_object_get(message, "parameters");
	bool continues = json_is_true(json_object_get(message, "continues"));
	struct checking_client_debt debt;

	if (client->debts.size == 0)
		checking_client_fail("a reply that nobody is owed", error ?
		    error : "");
	memcpy(&debt, bytes_first(&client->debts), sizeof(debt));
	if (!json_is_object(parameters) || json_object_size(message) !=
	    1u + (error != NULL) + continues)
		checking_client_fail("a message of another form", error ?
		    error : "");
	if (continues && (error || !debt.more))
		checking_client_fail("a reply more than was asked for", "");
	if (error)
		check_error(&debt, error, parameters);
	else
		check_reply(&debt, parameters);
	if (!continues)
		bytes_take(&client->debts, sizeof(debt));
	json_decref(message);
}

/* Take all that the session has to send, and check it. */
static void
read_output(struct checking_client *client)
{
	struct bytes *output = session_output(client->session);
	json_t *message;

	while ((message = model_receive(client->session)))
		check_message(client, message);
	if (output->size > 0 && memchr(bytes_first(output), '\0',
	    output->size))
		checking_client_fail("a reply is no JSON", bytes_first(output));
}

bool
checking_client_serve(struct checking_client *client)
{
	struct session *session = client->session;
	bool any = false, more;

	do {
		model_settle(client->model);
		more = session_serve(session, client->model->now_ms);
		any = any || more;
		if (client->reads)
			read_output(client);
	} while (more);
	if (session_state(session) == SESSION_OVER && !client->refused &&
	    !client->hung_up)
		checking_client_fail("a session is over", "that did no wrong");
	return any;
}
