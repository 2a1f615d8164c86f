/* The methods that change something, and all their answers. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/supervisor.h"
#include "engine/worker.h"
#include "fixture_client.h"
#include "process/program.h"
#include "reload/reload.h"
#include "unit.h"

static struct fixture_client fixture;
static struct model *model;	/* the fixture's */
#define client	(fixture.client)

/* Make the fixture of a test. */
static void
set_up(void)
{
	fixture_client_init(&fixture);
	model = fixture.model;
}

/* Free it. */
static void
tear_down(void)
{
	fixture_client_release(&fixture);
}

START_TEST(terminate_restart_delete)
{
	json_t *answer;

	check_error("RestartChild", "{\"path\":\"db\"}", "Running", "path",
	    "db");
	check_error("DeleteChild", "{\"path\":\"db\"}", "Running", "path",
	    "db");
	do_call("TerminateChild", "{\"path\":\"db\"}");
	ck_assert_int_eq(model_child(model, "db")->state, CHILD_DOWN);
	do_call("TerminateChild", "{\"path\":\"db\"}");
	answer = check_done("RestartChild", "{\"path\":\"db\"}");
	ck_assert_int_eq(json_integer_value(json_object_get(answer, "pid")),
	    model_pid(model, "db"));
	json_decref(answer);
	do_call("TerminateChild", "{\"path\":\"db\"}");
	do_call("DeleteChild", "{\"path\":\"db\"}");
	check_error("DeleteChild", "{\"path\":\"db\"}", "NotFound", "path",
	    "db");
	check_error("TerminateChild", "{\"path\":\"db\"}", "NotFound", "path",
	    "db");
	check_error("TerminateChild", "{\"path\":\"/\"}", "Unsupported",
	    "path", "/");
	do_call("TerminateChild", "{\"path\":\"temp\"}");
	ck_assert_ptr_null(model_child(model, "temp"));
}
END_TEST

START_TEST(restart_takes_the_siblings_along)
{
	pid_t app = model_pid(model, "web/app"), db = model_pid(model, "db");
	pid_t cache = model_pid(model, "web/cache");
	json_t *answer = check_done("Restart", "{\"path\":\"web/app\"}");

	ck_assert_int_ne(model_pid(model, "web/app"), app);
	ck_assert_int_ne(model_pid(model, "web/cache"), cache);
	ck_assert_int_eq(model_pid(model, "db"), db);
	ck_assert_int_eq(json_integer_value(json_object_get(answer, "pid")),
	    model_pid(model, "web/app"));
	ck_assert_uint_eq(model_child(model, "web/app")->restarts, 0);
	json_decref(answer);
	do_call("Restart", "{\"path\":\"web\"}");
	check_error("Restart", "{\"path\":\"temp\"}", "Unsupported", "path",
	    "temp");
	do_call("StartChild", "{\"supervisor\":\"pool\",\"id\":\"a\"}");
	check_error("Restart", "{\"path\":\"pool/a\"}", "Unsupported", "path",
	    "pool/a");
	check_error("RestartChild", "{\"path\":\"pool/a\"}", "Unsupported",
	    "path", "pool/a");
}
END_TEST

START_TEST(signals_go_to_the_process)
{
	do_call("Signal", "{\"path\":\"db\",\"signal\":\"HUP\"}");
	ck_assert_int_eq(model->signal, 1);
	ck_assert_int_eq(model->signalled, model_pid(model, "db"));
	do_call("Signal", "{\"path\":\"db\",\"signal\":\"sigusr1\"}");
	ck_assert_int_eq(model->signal, 10);
	do_call("Signal", "{\"path\":\"db\",\"signal\":\"12\"}");
	ck_assert_int_eq(model->signal, 12);
	check_error("Signal", "{\"path\":\"web\",\"signal\":\"HUP\"}",
	    "NotAWorker", "path", "web");
	check_error("Signal", "{\"path\":\"done\",\"signal\":\"HUP\"}",
	    "NoProcess", "path", "done");
	check_error("Signal", "{\"path\":\"x\",\"signal\":\"HUP\"}",
	    "NotFound", "path", "x");
}
END_TEST

START_TEST(daemon_is_told)
{
	json_t *answer = check_done("Ping", NULL);

	ck_assert_str_eq(text_of(answer, "state"), "up");
	json_decref(answer);
	do_call("Reopen", NULL);
	do_call("Shutdown", NULL);
	do_call("Shutdown", "{\"now\":true}");
	ck_assert_uint_eq(model->reopens, 1);
	ck_assert_uint_eq(model->stops, 1);
	ck_assert_uint_eq(model->kills, 1);
}
END_TEST

/* Start a child, and check its path. */
static void
check_start(const char *parameters, const char *path)
{
	json_t *answer = check_done("StartChild", parameters);

	ck_assert_str_eq(text_of(answer, "path"), path);
	ck_assert_int_eq(json_integer_value(json_object_get(answer, "pid")),
	    model_pid(model, path));
	ck_assert_int_gt(model_pid(model, path), 0);
	json_decref(answer);
}

START_TEST(dynamic_children_have_names_or_numbers)
{
	check_start("{\"supervisor\":\"pool\"}", "pool/1");
	check_start("{\"supervisor\":\"pool\",\"id\":\"2\"}", "pool/2");
	check_start("{\"supervisor\":\"pool\"}", "pool/3");
	check_error("StartChild", "{\"supervisor\":\"pool\"}", "MaxChildren",
	    "path", "pool");
	do_call("TerminateChild", "{\"path\":\"pool/2\"}");
	ck_assert_ptr_null(model_child(model, "pool/2"));
	check_start("{\"supervisor\":\"pool\",\"id\":\"a.b-c@d_E\"}",
	    "pool/a.b-c@d_E");
	check_error("StartChild", "{\"supervisor\":\"pool\",\"id\":\"3\"}",
	    "AlreadyStarted", "path", "pool/3");
	check_error("TerminateChild", "{\"path\":\"pool/2\"}", "NotFound",
	    "path", "pool/2");
}
END_TEST

START_TEST(dynamic_child_is_of_the_template)
{
	const struct child *child;

	check_start("{\"supervisor\":\"pool\",\"id\":\"a\"}", "pool/a");
	child = model_child(model, "pool/a");
	ck_assert_int_eq(child->spec.restart, SPEC_TRANSIENT);
	ck_assert_int_eq(child->spec.shutdown_ms, 5000);
	check_start("{\"supervisor\":\"pool\",\"id\":\"b\",\"restart\":"
	    "\"temporary\",\"shutdown\":\"250ms\"}", "pool/b");
	child = model_child(model, "pool/b");
	ck_assert_int_eq(child->spec.restart, SPEC_TEMPORARY);
	ck_assert_int_eq(child->spec.shutdown_ms, 250);
	check_start("{\"supervisor\":\"pool\",\"id\":\"c\",\"shutdown\":"
	    "\"brutal_kill\"}", "pool/c");
	ck_assert_int_eq(model_child(model, "pool/c")->spec.shutdown_ms,
	    SPEC_BRUTAL_KILL);
	model_exit(model, "pool/a", 1);		/* transient: it is back */
	ck_assert_int_gt(model_pid(model, "pool/a"), 0);
	model_exit(model, "pool/a", 0);
	ck_assert_ptr_null(model_child(model, "pool/a"));
	model_exit(model, "pool/b", 1);
	ck_assert_ptr_null(model_child(model, "pool/b"));
}
END_TEST

/* What a client adds is taken as it is: nothing of it is expanded. */
START_TEST(arguments_are_added_literally)
{
	const struct program *program;

	check_start("{\"supervisor\":\"pool\",\"id\":\"a\",\"arguments\":"
	    "[\"${HOME}\",\"a b\"],\"environment\":[\"X=$1\",\"Y=\"]}",
	    "pool/a");
	program = worker_of(model_child(model, "pool/a"))->program;
	ck_assert(program->expands);
	ck_assert_str_eq(program->argv[0], "/good");
	ck_assert_str_eq(program->argv[1], "$$x");
	ck_assert_str_eq(program->argv[2], "$${HOME}");
	ck_assert_str_eq(program->argv[3], "a b");
	ck_assert_ptr_null(program->argv[4]);
	ck_assert_str_eq(program->env[0], "X=$1");
	ck_assert_str_eq(program->env[1], "Y=");
	program = supervisor_template(sup_of(model_child(model,
	    "pool")))->program;
	ck_assert_ptr_null(program->argv[2]);
}
END_TEST

static const char *const others_commands[] = {
	"{\"supervisor\":\"pool\",\"arguments\":[\"x\"]}",
	"{\"supervisor\":\"pool\",\"environment\":[\"LD_PRELOAD=x\"]}",
	"{\"supervisor\":\"web\",\"id\":\"x\",\"arguments\":[\"/bin/sh\"]}",
	"{\"supervisor\":\"web\",\"id\":\"x\"}",
	"{\"supervisor\":\"/\",\"id\":\"x\",\"arguments\":[\"/bin/sh\"]}",
};

/* control_group is no shell: commands are those of the file. */
START_TEST(nobody_else_brings_commands)
{
	struct session *peer = model_client(model, PEER_CHANGE, 1000);
	json_t *reply = model_call(model, peer, "StartChild",
	    others_commands[_i]);

	ck_assert_str_eq(text_of(reply, "error"),
	    "io.reeve.Control.PermissionDenied");
	ck_assert_str_eq(text_of(json_object_get(reply, "parameters"),
	    "needs"), "own");
	json_decref(reply);
	reply = model_call(model, peer, "StartChild",
	    "{\"supervisor\":\"pool\",\"arguments\":[]}");
	ck_assert_ptr_null(json_object_get(reply, "error"));
	json_decref(reply);
	reply = model_call(model, peer, "StartChild",
	    "{\"supervisor\":\"open\",\"arguments\":[\"x\"],"
	    "\"environment\":[\"A=b\"]}");
	ck_assert_ptr_null(json_object_get(reply, "error"));
	json_decref(reply);
	session_free(peer);
}
END_TEST

START_TEST(ordinary_supervisors_take_commands)
{
	check_start("{\"supervisor\":\"web\",\"id\":\"x\",\"arguments\":"
	    "[\"/good\",\"y\"],\"restart\":\"transient\"}", "web/x");
	check_paths("WhichChildren", "{\"supervisor\":\"web\"}",
	    "web/x web/cache web/app ");
	check_error("StartChild", "{\"supervisor\":\"web\",\"id\":\"x\","
	    "\"arguments\":[\"/good\"]}", "AlreadyStarted", "path", "web/x");
	do_call("TerminateChild", "{\"path\":\"web/x\"}");
	check_error("StartChild", "{\"supervisor\":\"web\",\"id\":\"x\","
	    "\"arguments\":[\"/good\"]}", "AlreadyPresent", "path", "web/x");
	check_error("StartChild", "{\"supervisor\":\"web\",\"id\":\"y\","
	    "\"arguments\":[\"/bad\"]}", "StartFailed", "why", "it is bad");
	ck_assert_ptr_null(model_child(model, "web/y"));
	do_call("StartChild", "{\"supervisor\":\"web\",\"id\":\"z\","
	    "\"arguments\":[\"/done\"]}");
	ck_assert_int_eq(model_child(model, "web/z")->state, CHILD_DOWN);
}
END_TEST

/* What [worker] says holds for those that come at run time as well. */
START_TEST(newcomers_have_the_defaults_of_the_file)
{
	static const char text[] = "[worker]\nrestart = temporary\n"
	    "shutdown = 7s\ndirectory = /tmp\nenvironment = A=b\n"
	    "ready = fd:3\n[worker:db]\ncommand = /good\n"
	    "directory = /usr\n";
	struct model *other = model_new(text);
	struct session *peer = model_client(other, PEER_OWN, 0);
	const struct worker *worker;

	json_decref(model_call(other, peer, "StartChild",
	    "{\"supervisor\":\"/\",\"id\":\"x\",\"arguments\":[\"/good\"],"
	    "\"environment\":[\"C=d\"]}"));
	model_ready(other, "x");
	worker = worker_of(model_child(other, "x"));
	ck_assert_int_eq(worker->child.spec.restart, SPEC_TEMPORARY);
	ck_assert_int_eq(worker->child.spec.shutdown_ms, 7000);
	ck_assert_int_eq(worker->child.spec.start_timeout_ms, 60000);
	ck_assert_int_eq(worker->program->ready, READY_FD);
	ck_assert_str_eq(worker->program->directory, "/tmp");
	ck_assert_str_eq(worker->program->env[0], "A=b");
	ck_assert_str_eq(worker->program->env[1], "C=d");
	ck_assert_str_eq(worker->program->argv[0], "/good");
	ck_assert_ptr_null(worker->program->argv[1]);
	session_free(peer);
	model_free(other);
}
END_TEST

static const struct {
	const char *parameters;
	const char *key;
} bad_specs[] = {
	{ "{\"supervisor\":\"pool\",\"restart\":\"always\"}", "restart" },
	{ "{\"supervisor\":\"pool\",\"shutdown\":\"5\"}", "shutdown" },
	{ "{\"supervisor\":\"pool\",\"shutdown\":\"-1s\"}", "shutdown" },
	{ "{\"supervisor\":\"pool\",\"significant\":true}", "significant" },
	{ "{\"supervisor\":\"pool\",\"id\":\"\"}", "id" },
	{ "{\"supervisor\":\"pool\",\"id\":\"..\"}", "id" },
	{ "{\"supervisor\":\"pool\",\"id\":\"a/b\"}", "id" },
	{ "{\"supervisor\":\"pool\",\"id\":\"a b\"}", "id" },
	{ "{\"supervisor\":\"pool\",\"id\":\"a*\"}", "id" },
	{ "{\"supervisor\":\"pool\",\"id\":\"a\\u001b[2J\"}", "id" },
	{ "{\"supervisor\":\"pool\",\"environment\":[\"A\"]}", "environment" },
	{ "{\"supervisor\":\"pool\",\"environment\":[\"=x\"]}",
	    "environment" },
	{ "{\"supervisor\":\"pool\",\"environment\":[\"A B=x\"]}",
	    "environment" },
	{ "{\"supervisor\":\"web\",\"id\":\"x\"}", "arguments" },
	{ "{\"supervisor\":\"web\",\"id\":\"x\",\"arguments\":[]}",
	    "arguments" },
};

START_TEST(bad_specs_are_refused)
{
	uint64_t noted = model->engine.tree.noted;

	check_error("StartChild", bad_specs[_i].parameters, "BadSpec", "key",
	    bad_specs[_i].key);
	/* the core has the last word on one, and is asked by a request */
	ck_assert_uint_le(model->engine.tree.noted, noted + 1);
}
END_TEST

/* Paths are as deep as in a file, and no deeper. */
START_TEST(start_child_is_as_deep_as_a_file)
{
	char file[2048] = "", path[64] = "", call[128];

	for (int depth = 1; depth <= CONF_DEPTH_MAX; depth++) {
		size_t len = strlen(file);

		snprintf(path, sizeof(path), "%.*s", 2 * depth - 1,
		    "s/s/s/s/s/s/s/s/s/s/s/s/s/s/s/s");
		snprintf(file + len, sizeof(file) - len,
		    "[supervisor:%s]\n", path);
	}
	fixture_client_move(&fixture, file);
	snprintf(call, sizeof(call), "{\"supervisor\":\"%s\",\"id\":\"x\","
	    "\"arguments\":[\"/good\"]}", path);
	check_error("StartChild", call, "BadSpec", "key", "id");
	path[strlen(path) - 2] = '\0';
	snprintf(call, sizeof(call), "{\"supervisor\":\"%s\",\"id\":\"x\","
	    "\"arguments\":[\"/good\"]}", path);
	do_call("StartChild", call);
}
END_TEST

/* A supervisor that waits for a child answers readers and lets askers wait. */
START_TEST(busy_supervisor_can_be_looked_at)
{
	struct session *other = model_client(model, PEER_LOOK, 1000);
	json_t *reply;

	ck_assert_ptr_null(model_call(model, client, "TerminateChild",
	    "{\"path\":\"busy/slow\"}"));
	ck_assert_int_eq(session_state(client), SESSION_BUSY);
	reply = model_call(model, other, "Status", "{\"paths\":[\"busy/*\"]}");
	ck_assert_str_eq(text_of(json_array_get(json_object_get(
	    json_object_get(reply, "parameters"), "children"), 0), "state"),
	    "stopping");
	json_decref(reply);
	model_pass(model, 5000);
	reply = model_receive(client);
	ck_assert_ptr_nonnull(reply);
	ck_assert_ptr_null(json_object_get(reply, "error"));
	ck_assert_int_eq(model_child(model, "busy/slow")->state, CHILD_DOWN);
	json_decref(reply);
	session_free(other);
}
END_TEST

/* A request is carried out, although its client has gone. */
START_TEST(request_outlives_its_client)
{
	struct session *gone = model_client(model, PEER_OWN, 0);

	ck_assert_ptr_null(model_call(model, gone, "TerminateChild",
	    "{\"path\":\"busy/slow\"}"));
	ck_assert_uint_eq(model->host.pending_count, 1);
	session_free(gone);
	ck_assert_uint_eq(model->host.pending_count, 1);
	model_pass(model, 5000);
	ck_assert_uint_eq(model->host.pending_count, 0);
	ck_assert_int_eq(model_child(model, "busy/slow")->state, CHILD_DOWN);
}
END_TEST

/* Two start the same name on a dynamic supervisor that has no time yet. */
START_TEST(names_are_unique_among_those_that_wait)
{
	struct session *first = model_client(model, PEER_OWN, 0);
	static char deaf[] = "/deaf";

	check_start("{\"supervisor\":\"open\",\"id\":\"x\",\"shutdown\":"
	    "\"10s\"}", "open/x");
	worker_of(model_child(model, "open/x"))->program->argv[0] = deaf;
	ck_assert_ptr_null(model_call(model, first, "TerminateChild",
	    "{\"path\":\"open/x\"}"));
	ck_assert_ptr_null(model_call(model, client, "StartChild",
	    "{\"supervisor\":\"open\",\"id\":\"y\"}"));
	json_decref(model_receive(first));
	fixture_client_reconnect(&fixture);
	check_error("StartChild", "{\"supervisor\":\"open\",\"id\":\"y\"}",
	    "AlreadyStarted", "path", "open/y");
	model_pass(model, 10000);
	ck_assert_int_gt(model_pid(model, "open/y"), 0);
	session_free(first);
}
END_TEST

/* Those whose client went are bounded as well. */
START_TEST(requests_in_flight_are_bounded)
{
	for (int i = 0; i < HOST_PENDING_MAX; i++) {
		struct session *gone = model_client(model, PEER_OWN, 0);

		ck_assert_ptr_null(model_call(model, gone, "TerminateChild",
		    "{\"path\":\"busy/slow\"}"));
		session_free(gone);
	}
	check_error("TerminateChild", "{\"path\":\"busy/slow\"}", "Busy",
	    "what", "requests");
	model_pass(model, 5000);
	do_call("TerminateChild", "{\"path\":\"busy/slow\"}");
}
END_TEST

START_TEST(supervisor_that_ends_says_so)
{
	struct session *waits = model_client(model, PEER_OWN, 0);
	json_t *reply;

	ck_assert_ptr_null(model_call(model, client, "TerminateChild",
	    "{\"path\":\"busy/slow\"}"));
	ck_assert_ptr_null(model_call(model, waits, "RestartChild",
	    "{\"path\":\"busy/slow\"}"));
	model_stop(model, true);
	reply = model_receive(waits);
	ck_assert_str_eq(text_of(reply, "error"),
	    "io.reeve.Control.SupervisorEnded");
	ck_assert_str_eq(text_of(json_object_get(reply, "parameters"),
	    "path"), "busy");
	json_decref(reply);
	json_decref(model_receive(client));
	check_error("TerminateChild", "{\"path\":\"web/app\"}", "NoProcess",
	    "path", "web");
	check_error("TerminateChild", "{\"path\":\"web\"}", "NoProcess",
	    "path", "/");
	session_free(waits);
}
END_TEST

/* Begin to reload, and let it come out so; failure: of one step, or NULL. */
static json_t *
reload(enum reload_outcome outcome, const char *line, const char *failure)
{
	struct strlist lines = { 0 }, failures = { 0 };
	struct reload_result result = {
		.lines = &lines,
		.failures = &failures,
		.outcome = outcome,
	};

	ck_assert_ptr_null(model_call(model, client, "Reload", NULL));
	strlist_add(&lines, line);
	if (failure)
		strlist_add(&failures, failure);
	model->done(model->done_arg, &result);
	model->done = NULL;
	strlist_release(&lines);
	strlist_release(&failures);
	model_serve(model, client);
	return model_receive(client);
}

/* Check a list of an answer, "a;b;"; the answer is released. */
static void
check_list(json_t *reply, const char *error, const char *key,
    const char *lines)
{
	char text[200] = "";
	const json_t *line;
	size_t i;

	if (error)
		ck_assert_str_eq(text_of(reply, "error"), error);
	else
		ck_assert_ptr_null(json_object_get(reply, "error"));
	json_array_foreach(json_object_get(json_object_get(reply,
	    "parameters"), key), i, line)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "%s;", json_string_value(line));
	ck_assert_str_eq(text, lines);
	json_decref(reply);
}

START_TEST(reload_tells_how_it_came_out)
{
	check_list(reload(RELOAD_DONE, "start x", NULL), NULL, "steps",
	    "start x;");
	check_list(reload(RELOAD_REFUSED, "f:1: bad", NULL),
	    "io.reeve.Control.ConfigErrors", "errors", "f:1: bad;");
	check_list(reload(RELOAD_INCOMPLETE, "start x", "cannot start x"),
	    "io.reeve.Control.ReloadIncomplete", "errors",
	    "start x;cannot start x;");
	ck_assert_ptr_null(model_call(model, client, "Reload", NULL));
	fixture_client_reconnect(&fixture);
	ck_assert_uint_eq(model->forgotten, 1);
	ck_assert_ptr_null(model->done);
}
END_TEST

/* A client that has closed its sending side still gets the outcome; its stream
 * is not run again and again meanwhile. */
START_TEST(reload_is_answered_after_a_hang_up)
{
	struct strlist none = { 0 };
	struct reload_result result = { .lines = &none, .failures = &none };
	json_t *reply;

	ck_assert_ptr_null(model_call(model, client, "Reload", NULL));
	session_hang_up(client);
	ck_assert(!session_serve(client, model->now_ms));
	ck_assert_int_eq(session_state(client), SESSION_BUSY);
	model->done(model->done_arg, &result);
	model->done = NULL;
	model_serve(model, client);
	reply = model_receive(client);
	ck_assert_ptr_nonnull(json_object_get(reply, "parameters"));
	ck_assert_int_eq(session_state(client), SESSION_OVER);
	json_decref(reply);
}
END_TEST

/* The log is on a slow disk: a client is answered when its own request is done,
 * also if it has closed its sending side. */
START_TEST(reopen_is_answered_when_it_is_done)
{
	struct session *other = model_client(model, PEER_CHANGE, 0);
	json_t *reply;

	model->is_slow = true;
	ck_assert_ptr_null(model_call(model, client, "Reopen", NULL));
	ck_assert_ptr_null(model_call(model, other, "Reopen", NULL));
	session_hang_up(other);
	ck_assert(!session_serve(other, model->now_ms));
	host_reopened(&model->host, 1, 0);
	model_serve(model, client);
	model_serve(model, other);
	reply = model_receive(client);
	ck_assert_ptr_null(json_object_get(reply, "error"));
	ck_assert_ptr_nonnull(json_object_get(reply, "parameters"));
	json_decref(reply);
	ck_assert_ptr_null(model_receive(other));
	host_reopened(&model->host, 2, ENOENT);
	model_serve(model, other);
	reply = model_receive(other);
	ck_assert_str_eq(text_of(reply, "error"),
	    "io.reeve.Control.LogUnavailable");
	ck_assert_str_eq(text_of(json_object_get(reply, "parameters"), "why"),
	    strerror(ENOENT));
	json_decref(reply);
	session_free(other);
	/* a client that goes is forgotten */
	ck_assert_ptr_null(model_call(model, client, "Reopen", NULL));
	fixture_client_reconnect(&fixture);
	host_reopened(&model->host, 3, 0);
}
END_TEST

UNIT_SUITE(verb_change)
{
	Suite *suite = suite_create("verb_change");
	TCase *tcase = tcase_create("change");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, terminate_restart_delete);
	tcase_add_test(tcase, restart_takes_the_siblings_along);
	tcase_add_test(tcase, signals_go_to_the_process);
	tcase_add_test(tcase, daemon_is_told);
	tcase_add_test(tcase, dynamic_children_have_names_or_numbers);
	tcase_add_test(tcase, dynamic_child_is_of_the_template);
	tcase_add_test(tcase, arguments_are_added_literally);
	tcase_add_loop_test(tcase, nobody_else_brings_commands, 0,
	    LENGTH(others_commands));
	tcase_add_test(tcase, ordinary_supervisors_take_commands);
	tcase_add_test(tcase, newcomers_have_the_defaults_of_the_file);
	tcase_add_loop_test(tcase, bad_specs_are_refused, 0,
	    LENGTH(bad_specs));
	tcase_add_test(tcase, start_child_is_as_deep_as_a_file);
	tcase_add_test(tcase, busy_supervisor_can_be_looked_at);
	tcase_add_test(tcase, request_outlives_its_client);
	tcase_add_test(tcase, names_are_unique_among_those_that_wait);
	tcase_add_test(tcase, requests_in_flight_are_bounded);
	tcase_add_test(tcase, supervisor_that_ends_says_so);
	tcase_add_test(tcase, reload_tells_how_it_came_out);
	tcase_add_test(tcase, reload_is_answered_after_a_hang_up);
	tcase_add_test(tcase, reopen_is_answered_when_it_is_done);
	suite_add_tcase(suite, tcase);
	return suite;
}
