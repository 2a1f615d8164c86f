/*
 * Memory that runs out while a daemon is asked and changed over its control
 * side: every allocation of the tree, the requests, their replies and the
 * events fails in its turn, those of the JSON library as well. Each time a
 * request is done or refused, what was not asked for is as before, and when
 * there is memory again everything answers, and nothing has leaked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/build.h"
#include "engine/worker.h"
#include "faults/wrap.h"
#include "unit/model.h"

static const char tree[] =
    "[supervisor]\nmax_restarts = 100\n"
    "[worker:db]\ncommand = /good --port 1\nenvironment = A=b\n"
    "[supervisor:web]\nstrategy = one_for_all\n"
    "[worker:web/app]\ncommand = /good\n"
    "[worker:web/cache]\ncommand = /good\n"
    "[dynamic:pool]\nrestart = transient\ncommand = /good $$x\n"
    "[dynamic:open]\nallow_arguments = yes\ncommand = /good\n"
    "[worker:done]\ncommand = /done\n";

/* A call, and the error that it always ends with; NULL: with none. */
struct entry {
	const char *method;
	const char *parameters;
	const char *error;
};

static const struct entry looks[] = {
	{"Ping", NULL, NULL},
	{"org.varlink.service.GetInfo", NULL, NULL},
	{"org.varlink.service.GetInterfaceDescription",
	    "{\"interface\":\"io.reeve.Control\"}", NULL},
	{"Status", NULL, NULL},
	{"Status", "{\"paths\":[\"web/*\",\"db\"]}", NULL},
	{"Status", "{\"paths\":[\"nobody\"]}", "NotFound"},
	{"WhichChildren", "{\"supervisor\":\"web\"}", NULL},
	{"WhichChildren", "{\"supervisor\":\"db\"}", "NotASupervisor"},
	{"CountChildren", "{\"supervisor\":\"/\"}", NULL},
	{"ChildSpec", "{\"path\":\"db\"}", NULL},
	{"ChildSpec", "{\"path\":\"a/path/that/is/long/and/not/there\"}",
	    "NotFound"},
	{"Events", NULL, "org.varlink.service.ExpectedMore"},
	{"Nothing", NULL, "org.varlink.service.MethodNotFound"},
};

static const struct entry changes[] = {
	{"StartChild", "{\"supervisor\":\"pool\",\"id\":\"x\"}", NULL},
	{"StartChild", "{\"supervisor\":\"open\",\"arguments\":[\"a\",\"b\"],"
	    "\"environment\":[\"A=b\"],\"restart\":\"temporary\"}", NULL},
	{"StartChild", "{\"supervisor\":\"web\",\"id\":\"new\","
	    "\"arguments\":[\"/good\",\"a\"],\"shutdown\":\"3s\"}", NULL},
	{"StartChild", "{\"supervisor\":\"web\",\"id\":\"worse\","
	    "\"arguments\":[\"/bad\"]}", "StartFailed"},
	{"TerminateChild", "{\"path\":\"web/app\"}", NULL},
	{"RestartChild", "{\"path\":\"web/app\"}", NULL},
	{"RestartChild", "{\"path\":\"web/app\"}", "Running"},
	{"Restart", "{\"path\":\"web/cache\"}", NULL},
	{"Signal", "{\"path\":\"db\",\"signal\":\"HUP\"}", NULL},
	{"TerminateChild", "{\"path\":\"db\"}", NULL},
	{"DeleteChild", "{\"path\":\"db\"}", NULL},
	{"Reopen", NULL, NULL},
	{"Status", NULL, NULL},
};

/* The name of a reply's error without its interface; NULL: it is none. */
static const char *
error_of(const json_t *reply)
{
	const char *name = json_string_value(json_object_get(reply, "error"));

	if (name && strncmp(name, "io.reeve.Control.", 17) == 0)
		name += 17;
	return name;
}

/* Tell whether a reply is what a request ends with. */
static bool
is_expected(const struct entry *entry, const json_t *reply)
{
	const char *error = error_of(reply);

	return reply && (error ? entry->error && strcmp(error,
	    entry->error) == 0 : !entry->error);
}

/* Tell whether a reply says that memory was short: that, or nothing. What came
 * before may have failed, so that this is about nobody, or somebody else, or
 * is done although it should be no more to do. */
static bool
is_shortage(const struct entry *entry, const json_t *reply)
{
	static const char *const errors[] = {"OutOfMemory", "NotFound",
	    "Running", "AlreadyStarted"};
	const char *error = error_of(reply);

	if (!reply || (!error && strcmp(entry->error, "Running") == 0))
		return true;
	for (size_t i = 0; error && i < sizeof(errors) / sizeof(*errors); i++)
		if (strcmp(error, errors[i]) == 0)
			return true;
	return false;
}

/* Ask for something; a client that has hung up is replaced by another. */
static enum wrap_end
ask(struct model *model, struct session **client, const struct entry *entry)
{
	enum wrap_end end = WRAP_RIGHT;
	json_t *reply;

	if (!*client)
		*client = model_client(model, PEER_OWN, 0);
	if (!*client)
		return WRAP_SHORTAGE;
	reply = model_call(model, *client, entry->method, entry->parameters);
	if (!is_expected(entry, reply)) {
		end = is_shortage(entry, reply) ? WRAP_SHORTAGE : WRAP_WRONG;
		if (end == WRAP_WRONG)
			printf("%s: %s\n", entry->method, error_of(reply) ?
			    error_of(reply) : "done");
	}
	if (end != WRAP_RIGHT) {
		session_free(*client);
		*client = NULL;
	}
	json_decref(reply);
	return end;
}

/* See that all is well when there is memory: as many children are told of as
 * there are, and each supervisor counts its own. */
static bool
is_well(struct model *model)
{
	struct session *client = model_client(model, PEER_OWN, 0);
	json_t *reply = model_call(model, client, "CountChildren",
	    "{\"supervisor\":\"web\"}");
	json_t *counts = json_object_get(reply, "parameters");
	const struct sup *web = sup_of(model_child(model, "web"));
	json_int_t specs = 0;
	bool well;

	for (struct list *link = web->children.next; link != &web->children;
	    link = link->next)
		specs++;
	well = json_integer_value(json_object_get(counts, "specs")) == specs &&
	    model_child(model, "pool") && model_child(model, "web/cache") &&
	    model_pid(model, "web/cache") != 0;
	json_decref(reply);
	reply = model_call(model, client, "StartChild",
	    "{\"supervisor\":\"pool\",\"id\":\"last\"}");
	well = well && reply && !error_of(reply) &&
	    model_pid(model, "pool/last") != 0;
	json_decref(reply);
	session_free(client);
	return well;
}

struct script {
	const struct entry *entries;
	size_t count;
};

/* Make a daemon, and ask for everything in a script. */
static enum wrap_end
run(void *arg)
{
	const struct script *script = arg;
	struct model *model = model_new(tree);
	struct session *client = NULL;
	enum wrap_end end = WRAP_RIGHT;

	if (!model)
		return WRAP_SHORTAGE;
	for (size_t i = 0; i < script->count && end != WRAP_WRONG; i++) {
		enum wrap_end one = ask(model, &client, &script->entries[i]);

		if (one != WRAP_RIGHT)
			end = one;
	}
	if (client)
		session_free(client);
	if (!wrap_let_succeed() && end == WRAP_SHORTAGE)
		end = WRAP_WRONG;
	if (!is_well(model))
		end = WRAP_WRONG;
	model_free(model);
	return end;
}

int
main(void)
{
	struct script look = {looks, sizeof(looks) / sizeof(*looks)};
	struct script change = {changes, sizeof(changes) / sizeof(*changes)};
	const struct wrap_case cases[] = {
		{"control: look", run, &look},
		{"control: change", run, &change},
	};
	size_t passed = 0, failed = 0;

	json_set_alloc_funcs(malloc, free);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		wrap_fail_each(&cases[i], &passed, &failed);
	printf("control: %zu passed, %zu failed, 0 skipped\n", passed, failed);
	return failed > 0;
}
