/* The methods: the table against the interface, rights, and looking. */
#include <check.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/interface.h"
#include "control/verbtable.h"
#include "fixture_client.h"
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

/* The word of the interface file for a parameter of a verb. */
static void
type_word(const struct verb_parameter *parameter, char *ret_word, size_t size)
{
	static const char *const words[] = {
		[VERB_TEXT] = "string",
		[VERB_NUMBER] = "int",
		[VERB_FLAG] = "bool",
		[VERB_TEXTS] = "[]string",
	};

	snprintf(ret_word, size, "%s: %s%s", parameter->name,
	    parameter->optional ? "?" : "", words[parameter->type]);
}

/* The line of an interface that declares a method, with its parameters in one
 * line, blanks squeezed. */
static void
find_method(const char *interface, const char *name, char *ret_text,
    size_t size)
{
	char needle[64];
	const char *at;
	size_t len = 0;

	snprintf(needle, sizeof(needle), "\nmethod %s(", name);
	at = strstr(interface, needle);
	ck_assert_msg(at != NULL, "%s is not in the interface", name);
	for (at += strlen(needle); *at != ')' && len + 1 < size; at++)
		if (*at != '\n' && *at != '\t')
			ret_text[len++] = *at;
		else if (len > 0 && ret_text[len - 1] == ',')
			ret_text[len++] = ' ';
	ret_text[len] = '\0';
}

/* The text of the interface that a method is of. */
static const char *
interface_of(const struct method *method)
{
	char name[64];

	snprintf(name, sizeof(name), "%.*s",
	    (int)(verb_name(method) - method->name - 1), method->name);
	return interface_text(name);
}

START_TEST(table_is_what_the_interface_says)
{
	const struct method *method = &verbtable[_i];
	const char *name = verb_name(method);
	char declared[512], expected[512] = "", word[64];
	size_t len = 0;

	find_method(interface_of(method), name, declared, sizeof(declared));
	for (const struct verb_parameter *parameter = method->parameters;
	    parameter->name; parameter++) {
		type_word(parameter, word, sizeof(word));
		len += (size_t)snprintf(expected + len, sizeof(expected) - len,
		    "%s%s", len ? ", " : "", word);
	}
	ck_assert_str_eq(declared, expected);
}
END_TEST

/* "# change." or "# look." begins the comment above each method, or above some
 * methods in a row. */
static bool
is_declared_as(const struct method *method, const char *word)
{
	char needle[64];
	const char *at, *line;

	snprintf(needle, sizeof(needle), "\nmethod %s(", verb_name(method));
	at = strstr(interface_of(method), needle);
	ck_assert_ptr_nonnull(at);
	for (line = at; line[-1] != '\n' || line[0] != '\n'; line--)
		continue;	/* the empty line before */
	return strncmp(line + 1, word, strlen(word)) == 0;
}

START_TEST(interface_says_who_may)
{
	const struct method *method = &verbtable[_i];

	ck_assert_msg(is_declared_as(method, method->verb->right == PEER_LOOK ?
	    "# look. " : "# change. "), "%s", method->name);
}
END_TEST

START_TEST(interface_has_no_other_methods)
{
	size_t count = 0;

	for (size_t i = 0; i < interfaces_count; i++)
		for (const char *at = interfaces[i].text;
		    (at = strstr(at, "\nmethod ")); at++)
			count++;
	ck_assert_uint_eq(count, verbtable_count);
}
END_TEST

/* Each error of the tree is one of the interface, by OTP's word for it. */
START_TEST(errors_of_the_tree_are_declared)
{
	const char *name = interface_error_name(request_error_names[_i]);

	ck_assert_msg((name != NULL) == (_i != REQUEST_OK &&
	    _i != REQUEST_UNDEFINED), "%s", request_error_names[_i]);
	ck_assert(!name || strstr(name, "io.reeve.Control."));
}
END_TEST

/* Parameters that each method takes. */
static const char *
good_parameters(const struct method *method)
{
	const char *name = method->parameters[0].name;

	if (!name)
		return NULL;
	if (strcmp(name, "interface") == 0)
		return "{\"interface\":\"io.reeve.Control\"}";
	if (strcmp(name, "supervisor") == 0)
		return method->parameters[1].name ?
		    "{\"supervisor\":\"pool\"}" : "{\"supervisor\":\"web\"}";
	if (strstr(method->name, "Signal"))
		return "{\"path\":\"db\",\"signal\":\"HUP\"}";
	if (strcmp(name, "path") == 0 && !method->parameters[0].optional)
		return "{\"path\":\"db\"}";
	return "{}";
}

/* The clients, and their rights: members of group 7 may change, of group 8
 * look; 500 is the daemon's own user. */
static const struct {
	const char *who;
	uid_t uid;
	gid_t gid;
	enum peer_right right;
} people[] = {
	{ "root", 0, 0, PEER_OWN },
	{ "owner", 500, 500, PEER_OWN },
	{ "control_group", 1000, 7, PEER_CHANGE },
	{ "status_group", 1001, 8, PEER_LOOK },
	{ "nobody", 65534, 65534, PEER_NOTHING },
};
#define PEOPLE	((int)LENGTH(people))
#define DENIED	"io.reeve.Control.PermissionDenied"

/* Call a method as one of them; its error, "" for none. */
static void
call_as(size_t i, const struct method *method, char *ret_error, size_t size)
{
	struct peer_policy policy = { .owner = 500, .change = 7, .look = 8 };
	enum peer_right right = peer_judge(&policy, people[i].uid,
	    people[i].gid, NULL, 0);
	struct session *peer = model_client(model, right, people[i].uid);
	const char *parameters = good_parameters(method);
	json_t *reply;
	char text[256];

	ck_assert_int_eq(right, people[i].right);
	snprintf(text, sizeof(text), "{\"method\":\"%s\",\"more\":true"
	    ",\"parameters\":%s}", method->name,
	    parameters ? parameters : "{}");
	model_send(model, peer, text);
	reply = model_receive(peer);
	/* a reload is answered when it has come out */
	ck_assert(reply || model->done);
	snprintf(ret_error, size, "%s", text_of(reply, "error"));
	if (strcmp(ret_error, DENIED) == 0)
		ck_assert_str_eq(text_of(json_object_get(reply, "parameters"),
		    "needs"), peer_right_names[method->verb->right]);
	json_decref(reply);
	session_free(peer);
}

/* Every method times every identity. What a method takes says the interface
 * file, by its first word about it, not the table. */
START_TEST(rights_are_checked_for_each_method)
{
	const struct method *method = &verbtable[_i / PEOPLE];
	size_t who = (size_t)(_i % PEOPLE);
	bool looks = is_declared_as(method, "# look. ");
	bool may = people[who].right >= (looks ? PEER_LOOK : PEER_CHANGE);
	char error[128];

	call_as(who, method, error, sizeof(error));
	ck_assert_msg(may == (strcmp(error, DENIED) != 0), "%s by %s: '%s'",
	    method->name, people[who].who, error);
}
END_TEST

/* A client without the right is refused before its call is looked at. */
START_TEST(denied_calls_change_nothing)
{
	struct session *peer = model_client(model, PEER_LOOK, 1000);
	uint64_t noted = model->engine.tree.noted;

	for (size_t i = 0; i < verbtable_count; i++) {
		if (verbtable[i].verb->right < PEER_CHANGE)
			continue;
		json_decref(model_call(model, peer, verbtable[i].name,
		    good_parameters(&verbtable[i])));
	}
	ck_assert_uint_eq(model->engine.tree.noted, noted);
	ck_assert_uint_eq(model->stops + model->kills + model->reopens +
	    model->reloads + (unsigned)model->signal, 0);
	session_free(peer);
}
END_TEST

START_TEST(unknown_parameters_are_refused)
{
	const struct method *method = &verbtable[_i];
	char text[256];

	snprintf(text, sizeof(text), "{\"method\":\"%s\",\"more\":true,"
	    "\"parameters\":{\"path\":\"db\",\"colour\":\"red\"}}",
	    method->name);
	model_send(model, client, text);
	for (json_t *reply; (reply = model_receive(client));
	    json_decref(reply)) {
		ck_assert_str_eq(text_of(reply, "error"),
		    "org.varlink.service.InvalidParameter");
		ck_assert_ptr_nonnull(strstr("path colour",
		    text_of(json_object_get(reply, "parameters"),
		    "parameter")));
	}
}
END_TEST

static const struct {
	const char *method;
	const char *parameters;
	const char *wrong;
} wrong_parameters[] = {
	{ "ChildSpec", NULL, "path" },
	{ "ChildSpec", "{}", "path" },
	{ "ChildSpec", "{\"path\":null}", "path" },
	{ "ChildSpec", "{\"path\":1}", "path" },
	{ "ChildSpec", "{\"path\":[\"db\"]}", "path" },
	{ "Status", "{\"paths\":\"db\"}", "paths" },
	{ "Status", "{\"paths\":[\"db\",1]}", "paths" },
	{ "Shutdown", "{\"now\":\"yes\"}", "now" },
	{ "Shutdown", "{\"now\":1}", "now" },
	{ "Signal", "{\"path\":\"db\"}", "signal" },
	{ "Signal", "{\"path\":\"db\",\"signal\":\"\"}", "signal" },
	{ "Signal", "{\"path\":\"db\",\"signal\":\"NOPE\"}", "signal" },
	{ "Signal", "{\"path\":\"db\",\"signal\":\"0\"}", "signal" },
	{ "Signal", "{\"path\":\"db\",\"signal\":\"65\"}", "signal" },
	{ "Signal", "{\"path\":\"db\",\"signal\":\"-9\"}", "signal" },
	{ "StartChild", "{\"supervisor\":\"web\",\"arguments\":[\"/x\"]}",
	    "id" },
	{ "StartChild", "{\"supervisor\":\"pool\",\"arguments\":\"x\"}",
	    "arguments" },
	{ "StartChild", "{\"supervisor\":\"pool\",\"significant\":0}",
	    "significant" },
};

START_TEST(wrong_parameters_are_named)
{
	check_error(wrong_parameters[_i].method,
	    wrong_parameters[_i].parameters,
	    "org.varlink.service.InvalidParameter", "parameter",
	    wrong_parameters[_i].wrong);
}
END_TEST

START_TEST(unknown_methods_are_refused)
{
	check_error("Pong", NULL, "org.varlink.service.MethodNotFound",
	    "method", "io.reeve.Control.Pong");
	check_error("org.varlink.service.GetTime", NULL,
	    "org.varlink.service.MethodNotFound", "method",
	    "org.varlink.service.GetTime");
	check_error("io.reeve.Other.Ping", NULL,
	    "org.varlink.service.InterfaceNotFound", "interface",
	    "io.reeve.Other");
	check_error("io.reeve.Ping", NULL,
	    "org.varlink.service.InterfaceNotFound", "interface", "io.reeve");
	check_error("org.GetInfo", NULL,
	    "org.varlink.service.InterfaceNotFound", "interface", "org");
	check_error("io.reeve.Control.", NULL,
	    "org.varlink.service.MethodNotFound", NULL, NULL);
	check_error(".", NULL, "org.varlink.service.InterfaceNotFound",
	    "interface", "");
}
END_TEST

START_TEST(streams_want_more)
{
	check_error("Events", NULL, "org.varlink.service.ExpectedMore", NULL,
	    NULL);
	check_error("Logs", "{\"path\":\"db\"}",
	    "org.varlink.service.ExpectedMore", NULL, NULL);
}
END_TEST

START_TEST(service_describes_itself)
{
	json_t *info = check_done("org.varlink.service.GetInfo", NULL);
	json_t *text;

	ck_assert_str_eq(text_of(info, "product"), "reeved");
	ck_assert_uint_eq(json_array_size(json_object_get(info,
	    "interfaces")), 2);
	json_decref(info);
	text = check_done("org.varlink.service.GetInterfaceDescription",
	    "{\"interface\":\"io.reeve.Control\"}");
	ck_assert_str_eq(text_of(text, "description"),
	    interface_text("io.reeve.Control"));
	json_decref(text);
	text = check_done("org.varlink.service.GetInterfaceDescription",
	    "{\"interface\":\"org.varlink.service\"}");
	ck_assert_str_eq(text_of(text, "description"),
	    interface_text("org.varlink.service"));
	json_decref(text);
	check_error("org.varlink.service.GetInterfaceDescription",
	    "{\"interface\":\"x\"}", "org.varlink.service.InterfaceNotFound",
	    "interface", "x");
}
END_TEST

START_TEST(status_finds_by_path_and_pattern)
{
	check_paths("Status", NULL, "/ db web web/app web/cache pool open temp "
	    "busy busy/slow done ");
	check_paths("Status", "{\"paths\":[]}", "/ db web web/app web/cache "
	    "pool open temp busy busy/slow done ");
	check_paths("Status", "{\"paths\":[\"db\"]}", "db ");
	check_paths("Status", "{\"paths\":[\"/\"]}", "/ ");
	check_paths("Status", "{\"paths\":[\"web/*\",\"d*\"]}",
	    "web/app web/cache db done ");
	check_paths("Status", "{\"paths\":[\"/web/a??\"]}", "web/app ");
	check_paths("Status", "{\"paths\":[\"x*\"]}", "");
	check_paths("Status", "{\"paths\":[\"x/*\"]}", "");
	check_error("Status", "{\"paths\":[\"db\",\"nope\"]}", "NotFound",
	    "path", "nope");
	check_error("Status", "{\"paths\":[\"db/x\"]}", "NotFound", "path",
	    "db/x");
}
END_TEST

START_TEST(which_children_are_the_last_first)
{
	check_paths("WhichChildren", "{\"supervisor\":\"web\"}",
	    "web/cache web/app ");
	check_paths("WhichChildren", "{\"supervisor\":\"pool\"}", "");
	check_error("WhichChildren", "{\"supervisor\":\"db\"}",
	    "NotASupervisor", "path", "db");
	check_error("WhichChildren", "{\"supervisor\":\"x\"}", "NotFound",
	    "path", "x");
}
END_TEST

START_TEST(children_are_counted_as_otp_does)
{
	json_t *counts;

	model_exit(model, "temp", 0);
	do_call("TerminateChild", "{\"path\":\"db\"}");
	counts = check_done("CountChildren", "{\"supervisor\":\"/\"}");
	ck_assert_int_eq(json_integer_value(json_object_get(counts, "specs")),
	    6);
	ck_assert_int_eq(json_integer_value(json_object_get(counts,
	    "supervisors")), 4);
	ck_assert_int_eq(json_integer_value(json_object_get(counts,
	    "workers")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(counts,
	    "active")), 4);
	json_decref(counts);
}
END_TEST

START_TEST(status_says_how_a_child_is)
{
	json_t *answer, *child;

	model_pass(model, 2000);
	model_exit(model, "db", 3);
	model_pass(model, 500);
	answer = check_done("Status", "{\"paths\":[\"db\"]}");
	child = json_array_get(json_object_get(answer, "children"), 0);
	ck_assert_str_eq(text_of(child, "state"), "up");
	ck_assert_str_eq(text_of(child, "type"), "worker");
	ck_assert_int_eq(json_integer_value(json_object_get(child, "pid")),
	    model_pid(model, "db"));
	ck_assert_int_eq(json_integer_value(json_object_get(child,
	    "uptime_ms")), 500);
	ck_assert_int_eq(json_integer_value(json_object_get(child,
	    "restarts")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(
	    child, "last_end"), "number")), 3);
	json_decref(answer);
	answer = check_done("Status", "{\"paths\":[\"web\"]}");
	child = json_array_get(json_object_get(answer, "children"), 0);
	ck_assert_str_eq(text_of(child, "strategy"), "one_for_all");
	ck_assert_int_eq(json_integer_value(json_object_get(child,
	    "children")), 2);
	ck_assert_ptr_null(json_object_get(child, "last_end"));
	ck_assert_ptr_null(json_object_get(child, "pid"));
	json_decref(answer);
}
END_TEST

/* The values of an environment may be secret. */
START_TEST(childspec_keeps_secrets)
{
	json_t *answer = check_done("ChildSpec", "{\"path\":\"db\"}");
	json_t *spec = json_object_get(answer, "spec");
	char *text = json_dumps(answer, 0);

	ck_assert_ptr_nonnull(strstr(text, "SECRET"));
	ck_assert_ptr_null(strstr(text, "SECRET=x"));
	ck_assert_uint_eq(json_array_size(json_object_get(spec,
	    "environment")), 2);
	ck_assert_uint_eq(json_array_size(json_object_get(spec, "command")),
	    3);
	ck_assert_int_eq(json_integer_value(json_object_get(spec,
	    "shutdown_ms")), 5000);
	ck_assert_int_eq(json_integer_value(json_object_get(spec,
	    "start_timeout_ms")), -1);
	free(text);
	json_decref(answer);
	do_call("ChildSpec", "{\"path\":\"/\"}");
	do_call("StartChild", "{\"supervisor\":\"pool\",\"id\":\"a\"}");
	check_error("ChildSpec", "{\"path\":\"pool/a\"}", "Unsupported",
	    "path", "pool/a");
}
END_TEST

/* Whose a worker is, if it is said, is no secret. */
START_TEST(childspec_names_the_user)
{
	const struct passwd *self = getpwuid(geteuid());
	json_t *answer;
	char file[128];

	if (!self || self->pw_name[strspn(self->pw_name, "0123456789")] == 0) {
		unit_skip("it needs a user with a name");
		return;
	}
	snprintf(file, sizeof(file), "[worker:a]\ncommand = /good\n"
	    "user = %s\n[worker:b]\ncommand = /good\n", self->pw_name);
	fixture_client_move(&fixture, file);
	answer = check_done("ChildSpec", "{\"path\":\"a\"}");
	ck_assert_str_eq(json_string_value(json_object_get(
	    json_object_get(answer, "spec"), "user")), self->pw_name);
	json_decref(answer);
	answer = check_done("ChildSpec", "{\"path\":\"b\"}");
	ck_assert_ptr_null(json_object_get(json_object_get(answer, "spec"),
	    "user"));
	json_decref(answer);
}
END_TEST

UNIT_SUITE(verb)
{
	Suite *suite = suite_create("verb");
	TCase *tcase = tcase_create("verbs");
	const int count = (int)verbtable_count;

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, table_is_what_the_interface_says, 0, count);
	tcase_add_loop_test(tcase, interface_says_who_may, 0, count);
	tcase_add_test(tcase, interface_has_no_other_methods);
	tcase_add_loop_test(tcase, errors_of_the_tree_are_declared, 0,
	    REQUEST_ERROR_COUNT);
	tcase_add_loop_test(tcase, rights_are_checked_for_each_method, 0,
	    count * PEOPLE);
	tcase_add_test(tcase, denied_calls_change_nothing);
	tcase_add_loop_test(tcase, unknown_parameters_are_refused, 0, count);
	tcase_add_loop_test(tcase, wrong_parameters_are_named, 0,
	    LENGTH(wrong_parameters));
	tcase_add_test(tcase, unknown_methods_are_refused);
	tcase_add_test(tcase, streams_want_more);
	tcase_add_test(tcase, service_describes_itself);
	tcase_add_test(tcase, status_finds_by_path_and_pattern);
	tcase_add_test(tcase, which_children_are_the_last_first);
	tcase_add_test(tcase, children_are_counted_as_otp_does);
	tcase_add_test(tcase, status_says_how_a_child_is);
	tcase_add_test(tcase, childspec_keeps_secrets);
	tcase_add_test(tcase, childspec_names_the_user);
	suite_add_tcase(suite, tcase);
	return suite;
}
