/* A daemon that does not answer, and what a verb says while it waits. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ctl/cmd.h"
#include "ctl/wait.h"
#include "fixture_ctl.h"
#include "unit.h"

#define PATIENCE_MS	20	/* with a daemon that does nothing */
#define LONG_MS		30000	/* with one that will answer */

static struct fixture_ctl fixture;
static int listener;

/* Be a daemon that is stopped: clients connect, but nobody accepts them. */
static void
be_stopped(int backlog)
{
	listener = fixture_ctl_bind(&fixture);
	ck_assert_int_eq(listen(listener, backlog), 0);
}

/* Be gone. */
static void
be_gone(void)
{
	close(listener);
	fixture_ctl_remove(&fixture);
}

static struct client *
connect_client(int64_t patience_ms)
{
	struct client *client = client_open(fixture.address.sun_path,
	    patience_ms);

	ck_assert_ptr_nonnull(client);
	return client;
}

/* Accept the client that waits first. */
static int
accept_client(void)
{
	int fd = accept(listener, NULL, NULL);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* Send a message as the daemon. */
static void
say(int fd, const char *message)
{
	ssize_t size = (ssize_t)strlen(message) + 1;

	ck_assert_int_eq(send(fd, message, (size_t)size, MSG_NOSIGNAL), size);
}

/* Take a call as the daemon: its bytes do not matter. */
static void
hear(int fd)
{
	char bytes[4096];

	ck_assert_int_gt(recv(fd, bytes, sizeof(bytes), 0), 0);
}

/* A reply does not come; when it comes at last, it is not lost. */
START_TEST(reply_is_late)
{
	struct client_reply reply;
	struct client *client;
	int fd;

	be_stopped(1);
	client = connect_client(PATIENCE_MS);
	ck_assert_int_eq(client_call(client, "Ping", NULL, false), 0);
	ck_assert(client_has_sent(client));
	for (int i = 0; i < 2; i++) {
		errno = 0;
		ck_assert_int_eq(client_next(client, &reply), -1);
		ck_assert_int_eq(errno, ETIMEDOUT);
	}
	fd = accept_client();
	ck_assert_int_eq(send(fd, "{\"para", 6, MSG_NOSIGNAL), 6);
	ck_assert_int_eq(client_next(client, &reply), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	say(fd, "meters\":{}}");
	ck_assert_int_eq(client_next(client, &reply), 0);
	ck_assert(json_is_object(reply.parameters));
	client_reply_clear(&reply);
	client_close(client);
	close(fd);
	be_gone();
}
END_TEST

/* A call that the kernel does not hold: it has not been made. */
START_TEST(call_is_not_taken)
{
	size_t size = (size_t)4 << 20;
	char *text = malloc(size);
	struct client *client;

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', size - 1);
	text[size - 1] = '\0';
	be_stopped(1);
	client = connect_client(PATIENCE_MS);
	errno = 0;
	ck_assert_int_eq(client_call(client, "Ping",
	    json_pack("{ss}", "text", text), false), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert(!client_has_sent(client));
	client_close(client);
	be_gone();
	free(text);
}
END_TEST

/* So many wait to be accepted that one more cannot even do that. */
START_TEST(queue_is_full)
{
	struct client *clients[16], *client;
	const struct timespec nap = { .tv_nsec = 20000000 };
	size_t count = 0;
	pid_t pid;

	be_stopped(0);
	while (count < LENGTH(clients) && (clients[count] = client_open(
	    fixture.address.sun_path, PATIENCE_MS)))
		count++;
	ck_assert_uint_lt(count, LENGTH(clients));
	ck_assert_int_eq(errno, ETIMEDOUT);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {		/* the daemon goes on */
		nanosleep(&nap, NULL);
		_exit(accept(listener, NULL, NULL) >= 0 ? 0 : 1);
	}
	client = connect_client(LONG_MS);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	client_close(client);
	while (count > 0)
		client_close(clients[--count]);
	be_gone();
}
END_TEST

/* The verb of a context; the words may be NULL. */
static void
fill(struct cmd_context *ctx, const char *verb, char **words)
{
	*ctx = (struct cmd_context){
		.socket = fixture.address.sun_path,
		.show.out = stdout,
		.args.cmd = cmd_find(verb),
		.args.words = words,
		.args.timeout_ms = PATIENCE_MS,
	};
	while (words && words[ctx->args.count])
		ctx->args.count++;
}

/* What a verb makes of a daemon that does not answer. */
static const struct {
	const char *verb;
	enum option_id option;
	enum cmd_exit exit;
} silences[] = {
	{ "ping", OPTION_COUNT, CMD_NO_DAEMON },
	{ "status", OPTION_COUNT, CMD_NO_DAEMON },
	{ "tree", OPTION_COUNT, CMD_NO_DAEMON },
	{ "events", OPTION_COUNT, CMD_NO_DAEMON },
	{ "events", OPTION_FOLLOW, CMD_NO_DAEMON },
	{ "reload", OPTION_DRY_RUN, CMD_NO_DAEMON },
	{ "reload", OPTION_COUNT, CMD_ANSWER_LOST },
	{ "reopen", OPTION_COUNT, CMD_ANSWER_LOST },
	{ "shutdown", OPTION_COUNT, CMD_ANSWER_LOST },
};

START_TEST(daemon_is_silent)
{
	char err[1024], expected[1024], pid[32] = "";
	struct fixture_capture caught;
	struct cmd_context ctx;
	enum cmd_exit exit_code;

	be_stopped(4);
	fill(&ctx, silences[_i].verb, NULL);
	if (silences[_i].option != OPTION_COUNT)
		ctx.args.options[silences[_i].option] = "";
	ctx.client = connect_client(PATIENCE_MS);
	if (REEVE_LINUX)
		snprintf(pid, sizeof(pid), " (pid %d)", (int)getpid());
	snprintf(expected, sizeof(expected), "reevectl: reeved%s has not "
	    "answered for 20ms\n'reevectl --timeout 1m' waits longer\n%s", pid,
	    silences[_i].exit == CMD_ANSWER_LOST ?
	    "it is not known whether the request is carried out\n" : "");
	caught = fixture_catch(stderr);
	exit_code = ctx.args.cmd->run(&ctx);
	fixture_release(&caught, err, sizeof(err));
	ck_assert_str_eq(err, expected);
	ck_assert_int_eq(exit_code, silences[_i].exit);
	ck_assert_int_eq(ctx.error, ETIMEDOUT);
	client_close(ctx.client);
	be_gone();
}
END_TEST

/* Every verb that changes the tree waits for it, and no other verb does. */
START_TEST(these_wait)
{
	static const char *const waiting[] = {
		"delete-child", "reload", "restart", "restart-child",
		"start-child", "terminate-child",
	};
	size_t count = 0;

	for (const struct cmd *const *cmd = cmdtable; *cmd; cmd++)
		if ((*cmd)->waits)
			ck_assert_str_eq((*cmd)->name, waiting[count++]);
	ck_assert_uint_eq(count, LENGTH(waiting));
}
END_TEST

#define CHILD(path, state) \
	"{\"path\":\"" path "\",\"state\":\"" state "\"},"
#define REST	"{\"path\":7},{}"

/* Whom a verb waits for, as the status of all children tells. */
static const struct {
	const char *verb;
	const char *word;
	const char *children;
	const char *who;
} whos[] = {
	{ "restart", "db", "", "/" },
	{ "restart", "db", CHILD("/", "up") CHILD("db", "up")
	    CHILD("web", "up") CHILD("web/app", "starting"), "/" },
	{ "restart", "db", CHILD("/", "starting") CHILD("db", "stopping")
	    CHILD("web", "up") CHILD("web/app", "starting"),
	    "/, which stops db" },
	{ "restart", "db", CHILD("/", "up") CHILD("db", "up")
	    CHILD("web", "starting") CHILD("web/app", "up")
	    CHILD("web/in", "starting") CHILD("web/in/a", "starting")
	    CHILD("z", "starting"), "web/in, which starts web/in/a" },
	{ "restart", "/", CHILD("/", "up") CHILD("db", "stopping"),
	    "/, which stops db" },
	{ "terminate-child", "web/app", CHILD("db", "starting")
	    CHILD("web", "up") CHILD("web/app", "stopping"),
	    "web, which stops web/app" },
	{ "terminate-child", "web/app", CHILD("db", "starting")
	    CHILD("web", "up") CHILD("web/app", "up")
	    CHILD("webs", "up") CHILD("webs/app", "stopping"), "web" },
	{ "start-child", "web", CHILD("web", "up") CHILD("web/a\\u001b",
	    "starting"), "web, which starts web/a\\x1b" },
	{ "start-child", "/", CHILD("db", "restarting"), "/" },
	{ "reload", NULL, CHILD("db", "unkillable") CHILD("web", "stopping"),
	    "/, which stops web" },
};

START_TEST(who_is_waited_for)
{
	char word[64], *words[] = { NULL, NULL }, text[2048], who[1024];
	struct cmd_context ctx;
	json_t *children;

	snprintf(text, sizeof(text), "[%s" REST "]", whos[_i].children);
	children = json_loads(text, 0, NULL);
	ck_assert_ptr_nonnull(children);
	if (whos[_i].word) {
		snprintf(word, sizeof(word), "%s", whos[_i].word);
		words[0] = word;
	}
	fill(&ctx, whos[_i].verb, words);
	wait_describe(&ctx.args, children, who, sizeof(who));
	ck_assert_str_eq(who, whos[_i].who);
	json_decref(children);
}
END_TEST

/* Be a daemon that has to stop something first, and tells others so. */
static _Noreturn void
be_busy(void)
{
	int first = accept_client(), second;

	hear(first);
	second = accept_client();
	hear(second);
	say(second, "{\"parameters\":{\"children\":["
	    CHILD("web", "up") CHILD("web/app", "stopping") REST "]}}");
	ck_assert_int_eq(recv(second, (char[1]){ 0 }, 1, 0), 0);
	say(first, "{\"parameters\":{\"pid\":7}}");
	_exit(0);
}

/* Read what a terminal got until it has a certain text at its end. */
static void
read_terminal(int fd, char *ret_text, size_t size, const char *end)
{
	size_t length = 0;

	do {
		ssize_t n = read(fd, ret_text + length, size - 1 - length);

		ck_assert_int_gt(n, 0);
		length += (size_t)n;
		ret_text[length] = '\0';
	} while (length < strlen(end) ||
	    strcmp(ret_text + length - strlen(end), end) != 0);
}

#define LINE	"reevectl: waits for web, which stops web/app"

/* Open a terminal: its own end, and the one for a program. */
static int
open_terminal(int *ret_slave)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);
	char *name = NULL;

	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 ||
	    !(name = ptsname(master)))
		return -1;
	*ret_slave = open(name, O_RDWR | O_NOCTTY);
	ck_assert_int_ge(*ret_slave, 0);
	return master;
}

/* After a second it is said on a terminal for whom the verb waits, and then
 * that is taken away again. */
START_TEST(terminal_is_told)
{
	char word[] = "web/app", *words[] = { word, NULL };
	char text[512], out[256], wiped[256];
	int slave, master = open_terminal(&slave), saved, status;
	struct fixture_capture caught;
	struct cmd_context ctx;
	pid_t pid;

	if (master == -1) {
		unit_skip("there is no terminal to be had");
		return;
	}
	be_stopped(4);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0)
		be_busy();
	fill(&ctx, "restart", words);
	ctx.args.timeout_ms = LONG_MS;
	ctx.client = connect_client(LONG_MS);
	caught = fixture_catch(stdout);
	saved = dup(STDERR_FILENO); /* cloexec: as the one it is a copy of */
	ck_assert_int_ge(dup2(slave, STDERR_FILENO), 0);
	status = (int)ctx.args.cmd->run(&ctx);
	ck_assert_int_ge(dup2(saved, STDERR_FILENO), 0);
	fixture_release(&caught, out, sizeof(out));
	ck_assert_int_eq(status, CMD_DONE);
	ck_assert_str_eq(out, "web/app started, pid 7\n");
	snprintf(wiped, sizeof(wiped), LINE "\r%*s\r", (int)strlen(LINE), "");
	read_terminal(master, text, sizeof(text), wiped);
	ck_assert_str_eq(text, wiped);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	client_close(ctx.client);
	close(saved);
	close(slave);
	close(master);
	be_gone();
}
END_TEST

UNIT_SUITE(ctl_wait)
{
	Suite *suite = suite_create("ctl_wait");
	TCase *tcase = tcase_create("ctlwait");

	tcase_add_test(tcase, reply_is_late);
	tcase_add_test(tcase, call_is_not_taken);
	tcase_add_test(tcase, queue_is_full);
	tcase_add_loop_test(tcase, daemon_is_silent, 0, LENGTH(silences));
	tcase_add_test(tcase, these_wait);
	tcase_add_loop_test(tcase, who_is_waited_for, 0, LENGTH(whos));
	tcase_add_test(tcase, terminal_is_told);
	suite_add_tcase(suite, tcase);
	return suite;
}
