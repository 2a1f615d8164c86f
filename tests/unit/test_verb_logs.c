/* Logs: the last lines of a file, and what comes to it. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "fixture_control.h"
#include "hangs.h"
#include "unit.h"

static struct fixture_control here;
static char file[64];		/* of the worker db */

/* Make the fixture of a test. */
static void
set_up(void)
{
	fixture_control_init(&here);
	here.model->host.log_dir = here.dir;
	snprintf(file, sizeof(file), "%s/db.log", here.dir);
	fixture_control_listen(&here, NULL);
}

/* Take it away. */
static void
tear_down(void)
{
	unlink(file);
	fixture_control_release(&here);
}

/* Append bytes to the log. */
static void
write_bytes(const char *bytes, size_t size)
{
	int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, bytes, size), (ssize_t)size);
	close(fd);
}

/* Append a text to the log. */
static void
write_log(const char *text)
{
	write_bytes(text, strlen(text));
}

/* Ask for so many lines, perhaps to follow. */
static int
ask_lines(int lines, bool follow)
{
	char text[256];
	int fd = connect_client();

	snprintf(text, sizeof(text), "{\"method\":\"io.reeve.Control.Logs\","
	    "\"more\":true,\"parameters\":{\"path\":\"db\",\"lines\":%d,"
	    "\"follow\":%s}}", lines, follow ? "true" : "false");
	send_call(fd, text);
	return fd;
}

/* Hear one line, just as it is expected. */
static void
hear_line(int fd, const char *expected)
{
	char text[65536];
	json_t *reply;

	ck_assert_int_gt(receive(fd, text, sizeof(text)), 0);
	reply = json_loads(text, 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(
	    reply, "parameters"), "line")), expected);
	json_decref(reply);
}

/* Tell whether it is a line that is heard. */
static bool
hears_line(int fd)
{
	char text[4096];

	ck_assert_int_gt(receive(fd, text, sizeof(text)), 0);
	return strstr(text, "\"line\"");
}

/* Hear that there are no more. */
static void
hear_no_more(int fd)
{
	receive_with(fd, "{\"parameters\":{}}");
	close(fd);
}

static const struct {
	const char *text;
	int lines;
	const char *first;	/* of the lines that are told; NULL: none */
	int count;
} tails[] = {
	{ "", 10, NULL, 0 },
	{ "a\n", 10, "a", 1 },
	{ "a", 10, "a", 1 },
	{ "\n", 10, "", 1 },
	{ "a\nb\nc\n", 0, NULL, 0 },
	{ "a\nb\nc\n", 1, "c", 1 },
	{ "a\nb\nc\n", 2, "b", 2 },
	{ "a\nb\nc\n", 3, "a", 3 },
	{ "a\nb\nc\n", 4, "a", 3 },
	{ "a\nb\nc", 1, "c", 1 },
	{ "a\nb\nc", 2, "b", 2 },
	{ "a\nb\nc", 9, "a", 3 },
	{ "a\n\n\n", 2, "", 2 },
	{ "a\x1b[2J\xff\n", 1, "a\x1b[2J\\xff", 1 },
};

START_TEST(last_lines_are_told)
{
	char text[4096];
	int fd, count = 1;

	write_log(tails[_i].text);
	fd = ask_lines(tails[_i].lines, false);
	if (tails[_i].first) {
		hear_line(fd, tails[_i].first);
		for (; count < tails[_i].count; count++)
			ck_assert_int_gt(receive(fd, text, sizeof(text)), 0);
	}
	hear_no_more(fd);
}
END_TEST

/* Thousands of lines, over many reads back and forth. */
START_TEST(many_lines_are_told)
{
	char line[64];
	int fd;

	for (int i = 0; i < 9000; i++) {
		snprintf(line, sizeof(line), "line %d of many\n", i);
		write_log(line);
	}
	fd = ask_lines(7000, false);
	for (int i = 2000; i < 9000; i++) {
		snprintf(line, sizeof(line), "line %d of many", i);
		hear_line(fd, line);
	}
	hear_no_more(fd);
}
END_TEST

/* A client that does not follow gets what was there when it asked: else there
 * would be no end where lines are written faster than it takes them. */
START_TEST(what_comes_later_is_not_told)
{
	char line[64];
	int fd;

	for (int i = 0; i < 9000; i++) {
		snprintf(line, sizeof(line), "line %d of many\n", i);
		write_log(line);
	}
	write_log("the last");
	fd = ask_lines(9001, false);
	hear_line(fd, "line 0 of many");
	write_log(", and more\nlater\n");
	for (int i = 1; i < 9000; i++) {
		snprintf(line, sizeof(line), "line %d of many", i);
		hear_line(fd, line);
	}
	hear_line(fd, "the last");
	hear_no_more(fd);
}
END_TEST

/* A line longer than what is read at once is told in pieces, all of it. */
START_TEST(long_lines_are_cut)
{
	static char text[40001];
	char told[65536];
	size_t total = 0;
	int fd;

	memset(text, 'x', 40000);
	text[40000] = '\n';
	write_bytes(text, sizeof(text));
	write_log("end\n");
	fd = ask_lines(2, false);
	for (;;) {
		json_t *reply;
		const char *line;

		ck_assert_int_gt(receive(fd, told, sizeof(told)), 0);
		reply = json_loads(told, 0, NULL);
		line = json_string_value(json_object_get(json_object_get(
		    reply, "parameters"), "line"));
		ck_assert_ptr_nonnull(line);
		if (strcmp(line, "end") == 0) {
			json_decref(reply);
			break;
		}
		ck_assert_uint_le(strlen(line), 16384);
		total += strlen(line);
		json_decref(reply);
	}
	ck_assert_uint_eq(total, 40000);
	hear_no_more(fd);
}
END_TEST

/* Whole lines as they come, also if the file is rotated or emptied. */
START_TEST(new_lines_are_followed)
{
	char other[80];
	int fd;

	write_log("old\nlast\n");
	fd = ask_lines(1, true);
	hear_line(fd, "last");
	write_log("one\ntw");
	hear_line(fd, "one");
	write_log("o\n");
	hear_line(fd, "two");
	snprintf(other, sizeof(other), "%s.1", file);
	ck_assert_int_eq(rename(file, other), 0);
	write_log("new file\n");
	hear_line(fd, "new file");
	ck_assert_int_eq(truncate(file, 0), 0);
	for (int i = 0; i < 3; i++)
		turn_loop();
	write_log("x\n");
	hear_line(fd, "x");
	close(fd);
	while (control_clients(here.control) > 0)
		turn_loop();
	unlink(other);
}
END_TEST

/* A client that follows and says that it wants no more gets all that is there,
 * the line without an end too. */
START_TEST(following_ends)
{
	int fd;

	write_log("one\nhalf");
	fd = ask_lines(10, true);
	hear_line(fd, "one");
	ck_assert_int_eq(shutdown(fd, SHUT_WR), 0);
	hear_line(fd, "half");
	hear_no_more(fd);
}
END_TEST

/* What is written faster than the client takes it waits in the file. */
START_TEST(lines_wait_for_the_client)
{
	char line[64];
	int fd;

	for (int i = 0; i < 9000; i++) {
		snprintf(line, sizeof(line), "line %d of many\n", i);
		write_log(line);
	}
	fd = ask_lines(10000, true);
	for (int i = 0; i < 200; i++)
		turn_loop();
	for (int i = 0; i < 9000; i++) {
		snprintf(line, sizeof(line), "line %d of many", i);
		hear_line(fd, line);
	}
	write_log("new\n");
	hear_line(fd, "new");
	close(fd);
}
END_TEST

/* A disk that does not answer: others are served meanwhile. */
START_TEST(a_hanging_disk_is_given_up)
{
	int fd, other;

	write_log("one\n");
	other = connect_client();
	hangs = "lseek";
	here.model->host.patience_ms = 100;
	fd = ask_lines(10, _i);
	send_call(other, PING);
	receive_with(other, "uptime_ms");
	receive_with(fd, "LogUnavailable");
	close(fd);

	/* its client goes */
	here.model->host.patience_ms = 0;
	fd = ask_lines(10, _i);
	send_call(other, PING);
	receive_with(other, "uptime_ms");
	close(fd);
	while (waitpid(-1, NULL, WNOHANG) != -1)
		turn_loop();
	ck_assert_uint_eq(control_clients(here.control), 1);
	hangs = NULL;
	close(other);
}
END_TEST

/* There are not too many who read. */
START_TEST(readers_are_few)
{
	int fds[33];

	write_log("one\n");
	for (size_t i = 0; i < LENGTH(fds); i++) {
		fds[i] = ask_lines(10, true);
		receive_with(fds[i], i < 32 ? "one" :
		    "32 processes read logs already");
	}
	/* one goes, and another may come */
	close(fds[0]);
	do {
		close(fds[32]);
		fds[32] = ask_lines(10, true);
	} while (!hears_line(fds[32]));
	for (size_t i = 1; i < LENGTH(fds); i++)
		close(fds[i]);
}
END_TEST

/* Check that the log is refused, with a reason. */
static void
check_refused(const char *path, const char *why)
{
	char text[256];
	int fd = connect_client();

	snprintf(text, sizeof(text), "{\"method\":\"io.reeve.Control.Logs\","
	    "\"more\":true,\"parameters\":{\"path\":\"%s\"}}", path);
	send_call(fd, text);
	receive_with(fd, why);
	close(fd);
}

START_TEST(what_is_no_log_is_refused)
{
	check_refused("db", "LogUnavailable");
	check_refused("busy", "NotAWorker");
	check_refused("nope", "NotFound");
	ck_assert_int_eq(mkfifo(file, 0600), 0);
	check_refused("db", "LogUnavailable");
	unlink(file);
	here.model->host.log_dir = NULL;
	check_refused("db", "there is no log_dir");
}
END_TEST

/* Somebody else's file under the name of the log, by a second name of it. */
START_TEST(files_of_two_names_are_refused)
{
	char other[80];

	write_log("secret\n");
	snprintf(other, sizeof(other), "%s.2", file);
	ck_assert_int_eq(link(file, other), 0);
	check_refused("db", "LogUnavailable");
	unlink(other);
	check_refused("db", "secret");
}
END_TEST

START_TEST(number_of_lines_is_checked)
{
	int fd;

	write_log("x\n");
	fd = ask_lines(-1, false);
	receive_with(fd, "InvalidParameter");
	close(fd);
	fd = ask_lines(10001, false);
	receive_with(fd, "InvalidParameter");
	close(fd);
}
END_TEST

UNIT_SUITE(verb_logs)
{
	Suite *suite = suite_create("verb_logs");
	TCase *tcase = tcase_create("logs");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_loop_test(tcase, last_lines_are_told, 0, LENGTH(tails));
	tcase_add_test(tcase, many_lines_are_told);
	tcase_add_test(tcase, what_comes_later_is_not_told);
	tcase_add_test(tcase, long_lines_are_cut);
	tcase_add_test(tcase, new_lines_are_followed);
	tcase_add_test(tcase, following_ends);
	tcase_add_test(tcase, lines_wait_for_the_client);
	tcase_add_loop_test(tcase, a_hanging_disk_is_given_up, 0, 2);
	tcase_add_test(tcase, readers_are_few);
	tcase_add_test(tcase, what_is_no_log_is_refused);
	tcase_add_test(tcase, files_of_two_names_are_refused);
	tcase_add_test(tcase, number_of_lines_is_checked);
	suite_add_tcase(suite, tcase);
	return suite;
}
