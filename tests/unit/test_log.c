/* The daemon's own messages: where lines go, and what is lost. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "fixture.h"
#include "unit.h"

static struct fixture fix;

/* Begin a test. */
static void
setup(void)
{
	fixture_open(&fix);
}

/* End a test. */
static void
teardown(void)
{
	log_open(LOG_TO_STDERR, NULL);
	log_set_level(LOG_LEVEL_NOTICE);
	fixture_close(&fix);
}

/* Open the file "log" as the log. */
static void
open_log(void)
{
	ck_assert_int_eq(log_open(LOG_TO_FILE, fixture_path(&fix, "log")), 0);
}

START_TEST(test_file)
{
	const char *text;
	int year, lines = 0;

	open_log();
	log_notice("one %d", 1);
	log_warning("two");
	log_error("three\nreeved: error: forged");
	text = fixture_read(&fix, "log");
	ck_assert_int_eq(sscanf(text, "%4d-", &year), 1);
	ck_assert_int_gt(year, 2000);
	ck_assert_ptr_nonnull(strstr(text, " reeved: one 1\n"));
	ck_assert_ptr_nonnull(strstr(text, " reeved: warning: two\n"));
	ck_assert_ptr_nonnull(strstr(text,
	    " reeved: error: three\\x0areeved: error: forged\n"));
	for (; *text; text++)
		lines += *text == '\n';
	ck_assert_int_eq(lines, 3);
}
END_TEST

START_TEST(test_level)
{
	open_log();
	log_set_level(LOG_LEVEL_ERROR);
	log_warning("one");
	log_notice("two");
	log_error("three");
	ck_assert_ptr_null(strstr(fixture_read(&fix, "log"), "one"));
	ck_assert_ptr_null(strstr(fixture_read(&fix, "log"), "two"));
	ck_assert_ptr_nonnull(strstr(fixture_read(&fix, "log"), "three"));
}
END_TEST

/* A message that is too long is cut, and its line ends. */
START_TEST(test_long)
{
	static char text[20000];
	const char *line;

	memset(text, 'x', sizeof(text) - 1);
	open_log();
	log_notice("%s", text);
	log_notice("after");
	line = fixture_read(&fix, "log");
	ck_assert_uint_gt(strcspn(line, "\n"), 1000);
	ck_assert_uint_lt(strcspn(line, "\n"), 4096);
	ck_assert_ptr_nonnull(strstr(line, "reeved: after\n"));
}
END_TEST

START_TEST(test_reopen)
{
	char path[300];

	open_log();
	log_notice("one");
	snprintf(path, sizeof(path), "%s", fixture_path(&fix, "log"));
	ck_assert_int_eq(rename(path, fixture_path(&fix, "old")), 0);
	log_notice("two");
	ck_assert_int_eq(log_reopen(), 0);
	log_notice("three");
	ck_assert_ptr_nonnull(strstr(fixture_read(&fix, "old"), "two"));
	ck_assert_ptr_null(strstr(fixture_read(&fix, "old"), "three"));
	ck_assert_ptr_nonnull(strstr(fixture_read(&fix, "log"), "three"));
}
END_TEST

/* A target that cannot be opened leaves the old one. */
START_TEST(test_open_fails)
{
	open_log();
	ck_assert_int_eq(log_open(LOG_TO_FILE, "/no/such/dir/log"), -1);
	ck_assert_int_eq(errno, ENOENT);
	log_notice("still here");
	ck_assert_ptr_nonnull(strstr(fixture_read(&fix, "log"), "still here"));
}
END_TEST

/* errno is the caller's. */
START_TEST(test_errno)
{
	open_log();
	errno = EXDEV;
	log_notice("%s", "x");
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

/* Lines that a full disk refuses are counted; the log says so later. */
START_TEST(test_full)
{
	const char *text;
	int saved, file, full;

	if (access("/dev/full", W_OK) == -1) {
		unit_skip("there is no /dev/full");
		return;
	}
	saved = dup(STDERR_FILENO); /* cloexec: as the one it is a copy of */
	full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	file = open(fixture_path(&fix, "err"), O_WRONLY | O_CREAT | O_APPEND |
	    O_CLOEXEC, 0600);
	dup2(full, STDERR_FILENO);
	log_open(LOG_TO_STDERR, NULL);
	for (int i = 0; i < 3; i++)
		log_notice("lost");
	dup2(file, STDERR_FILENO);
	log_notice("back");
	log_notice("again");
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(full);
	close(file);
	text = fixture_read(&fix, "err");
	ck_assert_ptr_nonnull(strstr(text, "back\n"));
	ck_assert_ptr_nonnull(strstr(text, "again\n"));
	ck_assert_ptr_nonnull(strstr(text, " 3 "));
	ck_assert_ptr_null(strstr(text, "reeved: lost\n"));
	ck_assert_uint_eq(log_lost(), 3);
}
END_TEST

/* A line is not lost if only its copy cannot be written. */
START_TEST(test_tee_gone)
{
	const char *path = fixture_path(&fix, "log");
	unsigned long lost = log_lost();
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(log_open(LOG_TO_FILE, path), 0);
	log_tee(ends[1]);
	log_warning("one");
	log_tee(-1);
	close(ends[1]);
	log_warning("two");
	ck_assert_uint_eq(log_lost(), lost);
	ck_assert_ptr_null(strstr(fixture_read(&fix, "log"), "lost"));
	ck_assert_ptr_nonnull(strstr(fixture_read(&fix, "log"), "one"));
	signal(SIGPIPE, SIG_DFL);
}
END_TEST

/* A pipe that is not read does not stop the daemon. */
START_TEST(test_stalled_pipe)
{
	int fds[2], saved = dup(STDERR_FILENO); /* cloexec: as that one */

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	dup2(fds[1], STDERR_FILENO);
	log_open(LOG_TO_STDERR, NULL);
	for (int i = 0; i < 5000; i++)
		log_notice("line %d of a pipe that is full sooner or later", i);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fds[0]);
	close(fds[1]);
	ck_assert_uint_gt(log_lost(), 0);
}
END_TEST

UNIT_SUITE_FORKS(log)
{
	Suite *suite = suite_create("log");
	TCase *tcase = tcase_create("log");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_file);
	tcase_add_test(tcase, test_level);
	tcase_add_test(tcase, test_long);
	tcase_add_test(tcase, test_reopen);
	tcase_add_test(tcase, test_open_fails);
	tcase_add_test(tcase, test_errno);
	tcase_add_test(tcase, test_full);
	tcase_add_test(tcase, test_tee_gone);
	tcase_add_test(tcase, test_stalled_pipe);
	suite_add_tcase(suite, tcase);
	return suite;
}
