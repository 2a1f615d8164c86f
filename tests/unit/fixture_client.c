/* Calls of a client that has all rights. */
#include "fixture_client.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static const char shop[] =
    "[supervisor]\nmax_restarts = 100\n"
    "[worker:db]\ncommand = /good --port 1\nenvironment = SECRET=x A=b\n"
    "[supervisor:web]\nstrategy = one_for_all\n"
    "[worker:web/app]\ncommand = /good\n"
    "[worker:web/cache]\ncommand = /good\n"
    "[dynamic:pool]\nmax_children = 3\nrestart = transient\n"
    "command = /good $$x\n"
    "[dynamic:open]\nallow_arguments = yes\ncommand = /good\n"
    "[worker:temp]\ncommand = /good\nrestart = temporary\n"
    "[supervisor:busy]\n"
    "[worker:busy/slow]\ncommand = /deaf\n"
    "[worker:done]\ncommand = /done\n";


void
fixture_client_init(struct fixture_client *fixture)
{
	fixture->model = model_new(shop);
	fixture->client = model_client(fixture->model, PEER_OWN, 0);
}

void
fixture_client_release(struct fixture_client *fixture)
{
	session_free(fixture->client);
	model_free(fixture->model);
}

void
fixture_client_move(struct fixture_client *fixture, const char *file)
{
	fixture_client_release(fixture);
	fixture->model = model_new(file);
	fixture->client = model_client(fixture->model, PEER_OWN, 0);
}

void
fixture_client_reconnect(struct fixture_client *fixture)
{
	session_free(fixture->client);
	fixture->client = model_client(fixture->model, PEER_OWN, 0);
}

const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

void
fixture_client_error(struct fixture_client *fixture, const char *method,
    const char *parameters,
    const char *error, const char *key, const char *expected)
{
	json_t *reply = model_call(fixture->model, fixture->client, method,
	    parameters);
	const char *name = text_of(reply, "error");
	const json_t *details = json_object_get(reply, "parameters");

	ck_assert_ptr_nonnull(reply);
	if (strncmp(name, "io.reeve.Control.", 17) == 0)
		name += 17;
	ck_assert_str_eq(name, error);
	if (key)
		ck_assert_str_eq(text_of(details, key), expected);
	json_decref(reply);
}

json_t *
fixture_client_done(struct fixture_client *fixture, const char *method,
    const char *parameters)
{
	json_t *reply = model_call(fixture->model, fixture->client, method,
	    parameters);
	json_t *answer = json_object_get(reply, "parameters");

	ck_assert_msg(reply && !json_object_get(reply, "error"), "%s %s: %s",
	    method, parameters ? parameters : "", text_of(reply, "error"));
	json_incref(answer);
	json_decref(reply);
	return answer;
}

void
fixture_client_do(struct fixture_client *fixture, const char *method,
    const char *parameters)
{
	json_decref(fixture_client_done(fixture, method, parameters));
}

void
fixture_client_paths(struct fixture_client *fixture, const char *method,
    const char *parameters,
    const char *expected)
{
	json_t *answer = fixture_client_done(fixture, method, parameters);
	const json_t *child;
	char text[1024] = "";
	size_t i, len = 0;

	json_array_foreach(json_object_get(answer, "children"), i, child)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s ",
		    text_of(child, "path"));
	ck_assert_str_eq(text, expected);
	json_decref(answer);
}
