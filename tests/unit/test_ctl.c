/*
 * The client's side of the control socket, and the verbs that speak over it:
 * with a daemon that says whatever it is told to, right or wrong.
 */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/cmd.h"
#include "fixture_ctl.h"
#include "unit.h"

static struct fixture_ctl fixture;
static int server;		/* the daemon's end of the conversation */

/* Connect a client to a daemon, which is `server'. */
static struct client *
connect_client(void)
{
	int listener = fixture_ctl_bind(&fixture);
	struct client *client;

	ck_assert_int_eq(listen(listener, 1), 0);
	client = client_open(fixture.address.sun_path, 10000);
	ck_assert_ptr_nonnull(client);
	server = accept(listener, NULL, NULL);
	ck_assert_int_ge(server, 0);
	close(listener);
	fixture_ctl_remove(&fixture);
	return client;
}

/* Let the daemon send messages, each ended by a line end in place of a NUL. */
static void
say(const char *messages)
{
	size_t size = strlen(messages);
	char *bytes = strdup(messages);

	ck_assert_ptr_nonnull(bytes);
	for (char *at = bytes; *at; at++)
		if (*at == '\n')
			*at = '\0';
	ck_assert_int_eq(send(server, bytes, size, MSG_NOSIGNAL),
	    (ssize_t)size);
	free(bytes);
}

#define ERROR(name, parameters) "{\"error\":\"io.reeve.Control." name "\"," \
	"\"parameters\":{" parameters "}}\n"
#define HUNG_UP	"reevectl: the daemon closed the connection\n"
#define LOST	HUNG_UP "it is not known whether the request is carried out\n"
#define NO_REEVED "reevectl: the program at the socket is not reeved\n"
#define HEADER	"PATH  STATE            PID        UP  RESTARTS  LAST END\n"
#define ROW(path) "{\"path\":\"" path "\",\"state\":\"up\",\"restarts\":0}"
#define SHOWN(path) path "     up                 -         -         0  -\n"

/* A verb, what the daemon answers, and what reevectl makes of it. */
static const struct {
	const char *verb;
	const char *words[2];
	const char *options[OPTION_COUNT];
	const char *replies;
	const char *call;	/* what it is asked first, from "method"; or
				   NULL */
	const char *out;
	const char *err;
	enum cmd_exit exit;
} talks[] = {
	/* no answer, or none of a reeved */
	{ .verb = "status", .replies = "", .err = HUNG_UP, .exit = 2 },
	{ .verb = "status", .replies = "x\n", .err = NO_REEVED, .exit = 2 },
	{ .verb = "status", .replies = "[]\n", .err = NO_REEVED, .exit = 2 },
	{ .verb = "status", .replies = "{\"error\":", .err = HUNG_UP,
	    .exit = 2 },
	{ .verb = "status", .replies =
	    "{\"continues\":true,\"parameters\":{\"children\":[" ROW("a")
	    "]}}\n", .err = HUNG_UP, .exit = 2 },
	{ .verb = "tree", .replies = "", .err = HUNG_UP, .exit = 2 },
	{ .verb = "paths", .replies = "", .err = HUNG_UP, .exit = 2 },
	{ .verb = "which-children", .words = { "/" }, .replies = "",
	    .err = HUNG_UP, .exit = 2 },
	{ .verb = "count-children", .words = { "/" }, .replies = "",
	    .err = HUNG_UP, .exit = 2 },
	{ .verb = "childspec", .words = { "a" }, .replies = "",
	    .err = HUNG_UP, .exit = 2 },
	{ .verb = "start-child", .words = { "a" }, .replies = "",
	    .err = LOST, .exit = CMD_ANSWER_LOST },
	{ .verb = "restart", .words = { "a" }, .replies = "",
	    .err = LOST, .exit = CMD_ANSWER_LOST },
	{ .verb = "reload", .replies = "", .err = LOST,
	    .exit = CMD_ANSWER_LOST },
	{ .verb = "reload", .options = { [OPTION_DRY_RUN] = "" },
	    .replies = "", .err = HUNG_UP, .exit = 2 },
	{ .verb = "ping", .replies = "", .err = HUNG_UP, .exit = 2 },
	{ .verb = "shutdown", .replies = "", .err = LOST,
	    .exit = CMD_ANSWER_LOST },
	{ .verb = "logs", .words = { "a" }, .replies = "", .err = HUNG_UP,
	    .exit = 2 },
	{ .verb = "events", .replies = "", .err = HUNG_UP, .exit = 2 },

	/* answers in several parts */
	{ .verb = "status", .replies =
	    "{\"continues\":true,\"parameters\":{\"children\":[" ROW("a")
	    "]}}\n{\"parameters\":{\"children\":[" ROW("b") "]}}\n",
	    .call = "io.reeve.Control.Status\",\"parameters\":{},"
	    "\"more\":true}", .out = HEADER SHOWN("a") SHOWN("b") },
	{ .verb = "status", .words = { "a" }, .replies =
	    "{\"parameters\":{\"children\":[" ROW("a") "]}}\n",
	    .call = "io.reeve.Control.Status\",\"parameters\":{\"paths\":"
	    "[\"a\"]},\"more\":true}", .out = HEADER SHOWN("a") },
	{ .verb = "status", .words = { "a" }, .replies =
	    "{\"parameters\":{\"children\":[{\"path\":\"a\"}]}}\n",
	    .options = { [OPTION_JSON] = "" }, .out = "[{\"path\":\"a\"}]\n",
	    .exit = CMD_STATUS_STOPPED },
	{ .verb = "status", .words = { "a*", "b" }, .replies =
	    "{\"parameters\":{\"children\":[]}}\n", .err = "reevectl: "
	    "not_found: nothing matches 'a*' or the others\n",
	    .exit = CMD_STATUS_UNKNOWN },
	{ .verb = "tree", .replies = "{\"parameters\":{\"children\":[]}}\n",
	    .options = { [OPTION_JSON] = "" }, .out = "[]\n" },
	{ .verb = "paths", .replies =
	    "{\"parameters\":{\"children\":[{\"path\":\"a\\u001b\"},{},"
	    "{\"path\":7},{\"path\":\"b\"}]}}\n", .out = "a\\x1b\nb\n" },
	{ .verb = "which-children", .words = { "/" }, .replies =
	    "{\"parameters\":{\"children\":[]}}\n",
	    .options = { [OPTION_JSON] = "" },
	    .call = "io.reeve.Control.WhichChildren\",\"parameters\":"
	    "{\"supervisor\":\"/\"}}", .out = "[]\n" },
	{ .verb = "count-children", .words = { "/" }, .replies =
	    "{\"parameters\":{\"active\":1,\"specs\":2,\"workers\":\"x\"}}\n",
	    .out = "active 1, specs 2, supervisors 0, workers 0\n" },
	{ .verb = "childspec", .words = { "a" }, .replies =
	    "{\"parameters\":{\"spec\":{\"id\":\"a\"}}}\n",
	    .options = { [OPTION_JSON] = "" }, .out = "{\"id\":\"a\"}\n" },
	{ .verb = "start-child", .words = { "a" }, .replies = "{}\n",
	    .options = { [OPTION_ID] = "x", [OPTION_RESTART] = "temporary",
	    [OPTION_SHUTDOWN] = "5s",
	    [OPTION_SIGNIFICANT] = "" },
	    .call = "io.reeve.Control.StartChild\","
	    "\"parameters\":{\"supervisor\":\"a\",\"id\":\"x\",\"restart\":"
	    "\"temporary\",\"shutdown\":\"5s\",\"significant\":true}}",
	    .out = "? started\n" },
	{ .verb = "restart-child", .words = { "a" }, .replies =
	    "{\"parameters\":{\"pid\":7}}\n", .out = "a started, pid 7\n" },
	{ .verb = "restart", .words = { "a" }, .replies =
	    "{\"parameters\":{}}\n", .out = "a started\n" },
	{ .verb = "logs", .words = { "a" }, .options = { [OPTION_LINES] = "7",
	    [OPTION_FOLLOW] = "" },
	    .replies = "{\"continues\":true,\"parameters\":"
	    "{\"line\":\"one\"}}\n{\"continues\":true}\n{\"parameters\":"
	    "{\"line\":\"two\"}}\n", .call = "io.reeve.Control.Logs\","
	    "\"parameters\":{\"path\":\"a\",\"lines\":7,\"follow\":true},"
	    "\"more\":true}", .out = "one\ntwo\n" },
	{ .verb = "events", .words = { "a" },
	    .options = { [OPTION_FOLLOW] = "" },
	    .replies = "{\"continues\":true}\n{\"parameters\":{\"event\":"
	    "{\"number\":1,\"time\":\"T\",\"path\":\"a\",\"text\":\"b\"}}}\n",
	    .call = "io.reeve.Control.Events\",\"parameters\":{\"path\":"
	    "\"a\",\"follow\":true},\"more\":true}",
	    .out = "    1  T  a: b\n" },
	{ .verb = "reload", .options = { [OPTION_DRY_RUN] = "" }, .replies =
	    "{\"parameters\":{\"steps\":[\"a\",7,\"b\"]}}\n", .call =
	    "io.reeve.Control.Reload\",\"parameters\":{\"dry_run\":true}}",
	    .out = "a\nb\n" },
	{ .verb = "reload", .options = { [OPTION_JSON] = "" }, .replies =
	    "{\"parameters\":{\"steps\":[\"\\u007f\"]}}\n",
	    .out = "[\"\\u007F\"]\n" },
	{ .verb = "shutdown", .options = { [OPTION_NOW] = "" },
	    .replies = "{}\n",
	    .call = "io.reeve.Control.Shutdown\",\"parameters\":"
	    "{\"now\":true}}" },
	{ .verb = "reopen", .replies = "{}\n", .call =
	    "io.reeve.Control.Reopen\"}" },
	{ .verb = "ping", .replies = "{}\n", .out =
	    "reeved , pid 0,  for 0ms\n" },

	/* refusals */
	{ .verb = "status", .replies = ERROR("Busy", ""),
	    .err = "reevectl: busy\n", .exit = 1 },
	{ .verb = "status", .words = { "a" }, .replies = ERROR("NotFound",
	    "\"path\":\"a\""), .err = "reevectl: not_found: a\n",
	    .exit = CMD_STATUS_UNKNOWN },
	{ .verb = "status", .words = { "a" }, .replies = ERROR(
	    "PermissionDenied", "\"needs\":\"look\""),
	    .err = "reevectl: permission denied: needs look\n",
	    .exit = CMD_STATUS_UNKNOWN },
	{ .verb = "tree", .replies = ERROR("OutOfMemory", ""),
	    .err = "reevectl: out of memory\n", .exit = 1 },
	{ .verb = "ping", .replies = ERROR("PermissionDenied",
	    "\"needs\":\"change\""), .err = "reevectl: permission denied: "
	    "needs change\n", .exit = CMD_NOT_PERMITTED },
	{ .verb = "ping", .replies = "{\"error\":\"com.example.Odd\\u001b\"}"
	    "\n", .err = "reevectl: com.example.Odd\\x1b\n", .exit = 1 },
	{ .verb = "logs", .words = { "a" }, .replies = ERROR("LogUnavailable",
	    "\"path\":\"a\",\"why\":\"none\\u001b\""),
	    .err = "reevectl: no log: a: none\\x1b\n", .exit = 1 },
	{ .verb = "reload", .replies = ERROR("ConfigErrors",
	    "\"errors\":[\"f:1: a\",7,\"f:2: b\\u001b\"]"), .err = "reevectl: "
	    "refused, nothing is changed\nf:1: a\n\nf:2: b\\x1b\n",
	    .exit = 1 },
	{ .verb = "ping", .replies = "{\"error\":\"org.varlink.service."
	    "MethodNotFound\",\"parameters\":{\"method\":\"M\"}}\n",
	    .err = "reevectl: the daemon knows no: M\n", .exit = 1 },
	{ .verb = "start-child", .words = { "a" }, .replies =
	    ERROR("MaxChildren", "\"path\":\"a\",\"max_children\":3"),
	    .err = "reevectl: max_children: a, max_children 3\n", .exit = 1 },

	/* what is not a number of lines */
	{ .verb = "logs", .words = { "a" }, .options = { [OPTION_LINES] = "" },
	    .replies = "", .exit = CMD_USAGE,
	    .err = "reevectl: -n '': it must be "
	    "a number of lines, 0 to 10000\n" },
	{ .verb = "logs", .words = { "a" },
	    .options = { [OPTION_LINES] = "-1" },
	    .replies = "", .exit = CMD_USAGE,
	    .err = "reevectl: -n '-1': it must be "
	    "a number of lines, 0 to 10000\n" },
	{ .verb = "logs", .words = { "a" },
	    .options = { [OPTION_LINES] = "10001" },
	    .replies = "", .exit = CMD_USAGE,
	    .err = "reevectl: -n '10001': it must be "
	    "a number of lines, 0 to 10000\n" },
	{ .verb = "logs", .words = { "a" }, .options = { [OPTION_LINES] =
	    "99999999999999999999" }, .replies = "", .exit = CMD_USAGE,
	    .err = "reevectl: -n '99999999999999999999': it must be "
	    "a number of lines, 0 to 10000\n" },
};

/* Run the verb of a talk; returns its exit code. */
static enum cmd_exit
run(int talk, struct client *client)
{
	struct cmd_context ctl = {
		.client = client,
		.args.timeout_ms = CMD_TIMEOUT_MS,
	};
	char copies[2][16], *words[3] = { NULL };

	for (size_t i = 0; i < 2 && talks[talk].words[i]; i++) {
		snprintf(copies[i], sizeof(copies[i]), "%s",
		    talks[talk].words[i]);
		words[i] = copies[i];
		ctl.args.count++;
	}
	ctl.args.words = words;
	memcpy(ctl.args.options, talks[talk].options,
	    sizeof(ctl.args.options));
	ctl.args.cmd = cmd_find(talks[talk].verb);
	ctl.show = (struct show){ .out = stdout };
	return ctl.args.cmd->run(&ctl);
}

START_TEST(verbs_bear_any_answer)
{
	struct client *client = connect_client();
	char out[4096], err[4096], call[512];
	struct fixture_capture caught[2];
	enum cmd_exit exit_code;
	ssize_t n;

	say(talks[_i].replies);
	ck_assert_int_eq(shutdown(server, SHUT_WR), 0);
	caught[0] = fixture_catch(stdout);
	caught[1] = fixture_catch(stderr);
	exit_code = run(_i, client);
	fixture_release(&caught[0], out, sizeof(out));
	fixture_release(&caught[1], err, sizeof(err));
	ck_assert_str_eq(err, talks[_i].err ? talks[_i].err : "");
	ck_assert_str_eq(out, talks[_i].out ? talks[_i].out : "");
	ck_assert_int_eq(exit_code, talks[_i].exit);
	client_close(client);
	n = recv(server, call, sizeof(call) - 1, 0);
	ck_assert_int_ge(n, 0);
	call[n] = '\0';
	if (talks[_i].call) {
		ck_assert_int_gt(n, 11);
		ck_assert_str_eq(call + 11, talks[_i].call);
	}
	close(server);
}
END_TEST

/* Ask for the one reply to a call without parameters. */
static int
call(struct client *client, struct client_reply *ret_reply)
{
	if (client_call(client, "Ping", NULL, false) < 0)
		return -1;
	return client_next(client, ret_reply);
}

/* A client that is refused gets the reason, although it can send no call. */
START_TEST(turned_away_with_a_word)
{
	struct client *client = connect_client();
	struct client_reply reply;

	say("{\"error\":\"io.reeve.Control.Busy\"}\n");
	close(server);
	ck_assert_int_eq(call(client, &reply), 0);
	ck_assert_str_eq(reply.error, "io.reeve.Control.Busy");
	client_reply_clear(&reply);
	errno = 0;
	ck_assert_int_eq(call(client, &reply), -1);
	ck_assert_int_eq(errno, ECONNRESET);
	client_close(client);
}
END_TEST

/* What cannot be said as JSON is not said. */
START_TEST(call_must_be_text)
{
	struct client *client = connect_client();

	errno = 0;
	ck_assert_int_eq(client_call(client, "\xff", NULL, false), -1);
	ck_assert_int_eq(errno, ENOMEM);
	client_close(client);
	close(server);
}
END_TEST

/* A daemon that says no end of things. */
START_TEST(reply_is_bounded)
{
	struct client *client = connect_client();
	struct client_reply reply;
	char bytes[65536];
	pid_t pid;

	memset(bytes, 'x', sizeof(bytes));
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		client_close(client);
		while (send(server, bytes, sizeof(bytes), MSG_NOSIGNAL) > 0)
			continue;
		_exit(0);
	}
	close(server);
	errno = 0;
	ck_assert_int_eq(call(client, &reply), -1);
	ck_assert_int_eq(errno, EPROTO);
	client_close(client);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

static volatile sig_atomic_t ticks;	/* all that there were */
static volatile sig_atomic_t since;	/* those since it has received all */

/* Be a slow daemon: nothing at first, then hear it all, then answer. */
static void
on_tick(int number)
{
	static const char reply[] = "{\"parameters\":{}}";
	int saved = errno;
	char bytes[4096];
	ssize_t n;

	(void)number;
	if (++ticks >= 3) {
		while ((n = recv(server, bytes, sizeof(bytes),
		    MSG_DONTWAIT)) > 0)
			if (bytes[n - 1] == '\0')
				since = 1;
	}
	if (since > 0 && since++ == 3)
		send(server, reply, sizeof(reply), MSG_NOSIGNAL);
	errno = saved;
}

/* Signals that interrupt a long call, and the wait for its reply. */
START_TEST(signals_do_not_disturb)
{
	const struct sigaction action = { .sa_handler = on_tick };
	const struct itimerval often = {
		.it_interval = { .tv_usec = 2000 },
		.it_value = { .tv_usec = 2000 },
	}, never = { .it_value = { .tv_usec = 0 } };
	struct client *client = connect_client();
	struct client_reply reply;
	char *text = malloc(1 << 20);

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', (1 << 20) - 1);
	text[(1 << 20) - 1] = '\0';
	ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
	ck_assert_int_eq(client_call(client, "Ping",
	    json_pack("{ss}", "text", text), false), 0);
	ck_assert_int_ge(ticks, 3);
	ck_assert_int_eq(client_next(client, &reply), 0);
	ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
	ck_assert_int_gt(since, 3);
	signal(SIGALRM, SIG_DFL);
	ck_assert(json_is_object(reply.parameters));
	client_reply_clear(&reply);
	client_close(client);
	close(server);
	free(text);
}
END_TEST

/* Fail to connect, for a reason. */
static void
expect_no_client(const char *path, int error)
{
	errno = 0;
	ck_assert_ptr_null(client_open(path, 10000));
	ck_assert_int_eq(errno, error);
}

START_TEST(connecting_fails)
{
	struct rlimit limit, none;
	char path[256];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	expect_no_client(path, ENAMETOOLONG);
	expect_no_client("/tmp/reeve-ctl.none/none", ENOENT);
	close(fixture_ctl_bind(&fixture));
	expect_no_client(fixture.address.sun_path, ECONNREFUSED);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	expect_no_client(fixture.address.sun_path, EMFILE);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	fixture_ctl_remove(&fixture);
	client_close(NULL);
}
END_TEST

/* Where the socket is looked for. */
START_TEST(socket_is_found)
{
	char path[64], home[] = "/somewhere";

	setenv("REEVE_SOCKET", "/a/b", 1);
	setenv("XDG_RUNTIME_DIR", home, 1);
	ck_assert_str_eq(client_default_socket(path, sizeof(path)), "/a/b");
	setenv("REEVE_SOCKET", "", 1);
	ck_assert_str_eq(client_default_socket(path, sizeof(path)),
	    geteuid() == 0 ? "/run/reeve/reeve.sock" :
	    "/somewhere/reeve/reeve.sock");
	unsetenv("REEVE_SOCKET");
	setenv("XDG_RUNTIME_DIR", "", 1);
	ck_assert_str_eq(client_default_socket(path, sizeof(path)),
	    "/run/reeve/reeve.sock");
	unsetenv("XDG_RUNTIME_DIR");
	ck_assert_str_eq(client_default_socket(path, sizeof(path)),
	    "/run/reeve/reeve.sock");
}
END_TEST

START_TEST(verbs_are_found)
{
	for (const struct cmd *const *cmd = cmdtable; *cmd; cmd++)
		ck_assert_ptr_eq(cmd_find((*cmd)->name), *cmd);
	ck_assert_ptr_null(cmd_find("statu"));
}
END_TEST

/* The words of a usage: name, and whether it may be left out. */
static const struct {
	const char *usage;
	size_t index;
	const char *word;
	bool optional;
} usages[] = {
	{ "", 0, "", true },
	{ "path", 0, "path", false },
	{ "path", 1, "", true },
	{ "path signal", 1, "signal", false },
	{ "path signal", 2, "", true },
	{ "[path]", 0, "path", true },
	{ "[path]", 1, "", true },
	{ "[path ...]", 0, "path", true },
	{ "[path ...]", 9, "path", true },
	{ "supervisor [path ...]", 0, "supervisor", false },
	{ "supervisor [path ...]", 5, "path", true },
};

START_TEST(usage_says_which_words)
{
	const struct cmd cmd = { .usage = usages[_i].usage };
	char word[CMD_WORD_SIZE];
	bool optional;

	ck_assert_str_eq(cmd_word(&cmd, usages[_i].index, word, &optional),
	    usages[_i].word);
	ck_assert_int_eq(optional, usages[_i].optional);
}
END_TEST

UNIT_SUITE(ctl)
{
	Suite *suite = suite_create("ctl");
	TCase *tcase = tcase_create("ctl");

	tcase_add_loop_test(tcase, verbs_bear_any_answer, 0, LENGTH(talks));
	tcase_add_test(tcase, turned_away_with_a_word);
	tcase_add_test(tcase, call_must_be_text);
	tcase_add_test(tcase, reply_is_bounded);
	tcase_add_test(tcase, signals_do_not_disturb);
	tcase_add_test(tcase, connecting_fails);
	tcase_add_test(tcase, socket_is_found);
	tcase_add_test(tcase, verbs_are_found);
	tcase_add_loop_test(tcase, usage_says_which_words, 0, LENGTH(usages));
	suite_add_tcase(suite, tcase);
	return suite;
}
