/* The log while a thread writes it: nothing makes the caller wait, and each
 * line is there, in order, or told as lost. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "fixture.h"
#include "fixture_log.h"
#include "unit.h"

#define MANY	60000		/* lines: more than the memory holds */

static struct fixture fix;
static struct fixture_log account;
static int saved;		/* stderr */
static int reader;		/* of the pipe in its place */
static long number;

static void
setup(void)
{
	fixture_open(&fix);
	account = (struct fixture_log){ .next = 0 };
	number = 0;
	reader = saved = -1;
	signal(SIGPIPE, SIG_IGN);
}

static void
teardown(void)
{
	if (reader >= 0)
		close(reader);	/* what is not written yet is lost */
	log_tee(-1);
	while (log_open(LOG_TO_STDERR, NULL) == -1)
		poll(NULL, 0, 1);
	if (saved >= 0) {
		dup2(saved, STDERR_FILENO);
		close(saved);
	}
	fixture_close(&fix);
}

/* Put a pipe in the place of stderr. */
static void
use_pipe(void)
{
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	saved = dup(STDERR_FILENO); /* cloexec: as the one it is a copy of */
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	reader = ends[0];
}

/* Write the log into the file "log", beside. */
static void
use_file(void)
{
	ck_assert_int_eq(log_open(LOG_TO_FILE, fixture_path(&fix, "log")), 0);
	log_beside(-1);
}

/* Look at a whole file of the log. */
static void
read_file(const char *name)
{
	static char text[8 << 20];
	int fd = open(fixture_path(&fix, name), O_RDONLY | O_CLOEXEC);
	ssize_t size = read(fd, text, sizeof(text) - 1);

	ck_assert_int_ge(size, 0);
	text[size] = '\0';
	close(fd);
	fixture_log_read(&account, text);
}

/* A burst is there as a whole when the log is joined, in order. */
START_TEST(burst)
{
	use_file();
	fixture_log_lines(&number, 15000);
	log_join();
	log_notice("line %ld", number++);
	read_file("log");
	ck_assert_int_eq(account.told, 0);
	ck_assert_int_eq(account.seen, number);
}
END_TEST

/* Lines are written without a join. */
START_TEST(is_written_soon)
{
	int64_t until_ms = clock_ms() + FIXTURE_LOG_SOON_MS;

	use_file();
	for (int i = 0; i < 100; i++) {
		char text[30];

		log_hold();
		log_notice("held %d.", i);
		log_release();
		snprintf(text, sizeof(text), "held %d.\n", i);
		while (!strstr(fixture_read(&fix, "log"), text)) {
			ck_assert_int_lt(clock_ms(), until_ms);
			poll(NULL, 0, 1);
		}
	}
}
END_TEST

/* Nothing is written while lines are held. */
START_TEST(hold)
{
	use_file();
	log_hold();
	log_notice("line 0");
	poll(NULL, 0, 20);
	ck_assert_str_eq(fixture_read(&fix, "log"), "");
	log_release();
	log_join();
	ck_assert_ptr_nonnull(strstr(fixture_read(&fix, "log"), "line 0\n"));
}
END_TEST

/* A burst that finds no room, on a disk that is as fast as it is: what is lost
 * is told. */
START_TEST(too_large_a_burst)
{
	use_file();
	fixture_log_lines(&number, MANY);
	log_join();
	read_file("log");
	ck_assert(fixture_log_is_complete(&account, number));
	ck_assert_uint_eq(log_lost(), (unsigned long)account.told);
}
END_TEST

/* A pipe that is not read: nothing waits; when it is read again, what was lost
 * is told without a further line. */
START_TEST(pipe_is_not_read)
{
	int64_t began_ms;

	use_pipe();
	log_open(LOG_TO_STDERR, NULL);
	log_beside(-1);
	began_ms = clock_ms();
	fixture_log_lines(&number, MANY);
	ck_assert_int_lt(clock_ms() - began_ms, FIXTURE_LOG_SOON_MS);
	ck_assert_uint_gt(log_lost(), 0);
	fixture_log_drain(&account, reader, number);
	ck_assert_int_eq(account.missing, 0);
	ck_assert_uint_eq(log_lost(), (unsigned long)account.told);
	fixture_log_lines(&number, 10);
	log_join();
	fixture_log_drain(&account, reader, number);
}
END_TEST

/* A thread that does not get on is given a moment once, and not each time. */
START_TEST(settles_or_not)
{
	int64_t began_ms;

	use_pipe();
	log_open(LOG_TO_STDERR, NULL);
	log_beside(-1);
	log_settle();
	fixture_log_lines(&number, 5000);
	began_ms = clock_ms();
	for (int i = 0; i < 20000; i++)
		log_settle();
	ck_assert_int_lt(clock_ms() - began_ms, FIXTURE_LOG_SOON_MS);
	fixture_log_drain(&account, reader, number);
	ck_assert_int_eq(account.missing, 0);
}
END_TEST

/* One that is read now and then: lost lines are told where they are missing. */
START_TEST(pipe_is_slow)
{
	use_pipe();
	log_open(LOG_TO_STDERR, NULL);
	log_beside(-1);
	for (int i = 0; i < 20; i++) {
		char text[20000];

		fixture_log_lines(&number, 3000);
		ck_assert_int_gt(read(reader, text, sizeof(text)), 0);
	}
	ck_assert_uint_gt(log_lost(), 0);
}
END_TEST

/* Nobody will ever read: the end does not wait for long, and lines after it are
 * dropped. */
START_TEST(end_does_not_wait)
{
	int64_t began_ms = clock_ms();
	unsigned long lost;

	use_pipe();
	log_open(LOG_TO_STDERR, NULL);
	log_beside(-1);
	fixture_log_lines(&number, MANY);
	log_join();
	lost = log_lost();
	fixture_log_lines(&number, 10);
	ck_assert_int_lt(clock_ms() - began_ms, FIXTURE_LOG_SOON_MS);
	ck_assert_uint_eq(log_lost(), lost + 10);
	ck_assert_int_eq(log_open(LOG_TO_FILE, fixture_path(&fix, "log")), -1);
	ck_assert_int_eq(errno, EBUSY);
}
END_TEST

/* Write the log into a file, beside; returns where news come. */
static int
use_file_with_news(const char *path)
{
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(log_open(LOG_TO_FILE, path), 0);
	log_beside(ends[1]);
	return ends[0];
}

/* Wait until the log has been opened again; returns the error. */
static int
await_reopened(int news, int asked)
{
	struct log_reopening reopening;

	ck_assert_int_gt(asked, 0);
	do
		ck_assert_int_eq(read(news, &reopening, sizeof(reopening)),
		    (int)sizeof(reopening));
	while (reopening.number < asked);
	return reopening.error;
}

START_TEST(reopen)
{
	char path[300], byte;
	int news;

	snprintf(path, sizeof(path), "%s", fixture_path(&fix, "log"));
	news = use_file_with_news(path);
	fixture_log_lines(&number, 100);
	ck_assert_int_eq(rename(path, fixture_path(&fix, "old")), 0);
	ck_assert_int_eq(await_reopened(news, log_reopen()), 0);
	fixture_log_lines(&number, 100);
	log_reopen();
	ck_assert_int_eq(await_reopened(news, log_reopen()), 0);
	log_join();
	read_file("old");
	read_file("log");
	ck_assert_int_eq(account.seen, number);
	ck_assert_int_eq(account.missing, 0);
	ck_assert_ptr_nonnull(strstr(fixture_read(&fix, "log"), "line 199\n"));
	/* no descriptor of the pipe is left */
	ck_assert_int_eq(read(news, &byte, 1), 0);
	close(news);
}
END_TEST

/* A file that cannot be opened leaves the old one. */
START_TEST(reopen_fails)
{
	char dir[300], file[350];
	int news;

	snprintf(dir, sizeof(dir), "%s", fixture_path(&fix, "dir"));
	snprintf(file, sizeof(file), "%s/log", dir);
	ck_assert_int_eq(mkdir(dir, 0755), 0);
	news = use_file_with_news(file);
	ck_assert_int_eq(rename(dir, fixture_path(&fix, "gone")), 0);
	ck_assert_int_eq(await_reopened(news, log_reopen()), ENOENT);
	log_notice("still here");
	log_join();
	ck_assert_ptr_nonnull(strstr(fixture_read(&fix, "gone/log"),
	    "still here\n"));
	unlink(fixture_path(&fix, "gone/log"));
	close(news);
}
END_TEST

/* Only a file is opened again. */
START_TEST(reopen_nothing)
{
	log_open(LOG_TO_STDERR, NULL);
	log_beside(-1);
	ck_assert_int_eq(log_reopen(), 0);
}
END_TEST

/* Wait until a file ends with a text: log_join() waits for a disk too, but not
 * for one that is busy for long. */
static void
await_end(const char *name, const char *end)
{
	size_t size = strlen(end);
	char text[32] = "";
	int fd = open(fixture_path(&fix, name), O_RDONLY | O_CLOEXEC);

	ck_assert_int_ne(fd, -1);
	ck_assert_uint_lt(size, sizeof(text));
	for (int i = 0; i < 6000 && strcmp(text, end) != 0; i++) {
		off_t at = lseek(fd, 0, SEEK_END) - (off_t)size;

		if (at >= 0 && pread(fd, text, size, at) != (ssize_t)size)
			*text = '\0';
		poll(NULL, 0, 10);
	}
	ck_assert_str_eq(text, end);
	close(fd);
}

/* A copy to stderr that is not read: the log has all. */
START_TEST(copy_is_not_read)
{
	use_pipe();
	ck_assert_int_eq(log_open(LOG_TO_FILE, fixture_path(&fix, "log")), 0);
	log_tee(STDERR_FILENO);
	log_beside(-1);
	for (; number < 1000; number++) {
		log_warning("%300s", "copied");
		log_notice("line %ld", number);
	}
	log_release();
	await_end("log", "line 999\n");
	log_tee(-1);
	log_join();
	read_file("log");
	ck_assert_int_eq(account.seen + account.missing, number);
	ck_assert_uint_eq(log_lost(), 0);
}
END_TEST

/* One that is read has all warnings, in order, and is waited for at the end. */
START_TEST(copy)
{
	use_pipe();
	log_open(LOG_TO_FILE, fixture_path(&fix, "log"));
	log_tee(STDERR_FILENO);
	log_beside(-1);
	for (int i = 0; i < 100; i++)
		log_warning("copy %d", i);
	log_notice("a notice");
	log_join();
	for (int i = 0; i < 100; i++) {
		char text[60] = "", line[60];
		ssize_t size = snprintf(line, sizeof(line),
		    "reeved: warning: copy %d\n", i);

		ck_assert_int_eq(read(reader, text, (size_t)size), size);
		ck_assert_str_eq(text, line);
	}
}
END_TEST

/* A descriptor that does not block loses copies while it is full, and no
 * longer. */
START_TEST(copy_that_does_not_block)
{
	char text[4096] = "";
	int ends[2];
	ssize_t n;

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	log_open(LOG_TO_FILE, fixture_path(&fix, "log"));
	log_tee(ends[1]);
	for (int i = 0; i < 2000; i++)
		log_warning("%100s", "copied");
	while (read(ends[0], text, sizeof(text)) > 0)
		continue;
	log_error("why");
	n = read(ends[0], text, sizeof(text) - 1);
	ck_assert_int_gt(n, 0);
	text[n] = '\0';
	ck_assert_str_eq(text, "reeved: error: why\n");
	ck_assert_uint_eq(log_lost(), 0);
	log_tee(-1);
	close(ends[0]);
	close(ends[1]);
}
END_TEST

/* The thread takes no signal. */
START_TEST(signals)
{
	sigset_t set, pending;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	use_file();
	kill(getpid(), SIGUSR2);
	log_notice("line 0");
	log_join();
	sigpending(&pending);
	ck_assert(sigismember(&pending, SIGUSR2));
	signal(SIGUSR2, SIG_IGN);
	signal(SIGUSR2, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
END_TEST

/* It may begin and end again and again. */
START_TEST(many_times)
{
	use_file();
	for (int i = 0; i < 100; i++) {
		log_beside(-1);
		fixture_log_lines(&number, 3);
		log_join();
		log_join();
		fixture_log_lines(&number, 3);
	}
	read_file("log");
	ck_assert_int_eq(account.seen, number);
	ck_assert_int_eq(account.missing, 0);
}
END_TEST

UNIT_SUITE_FORKS(logbeside)
{
	Suite *suite = suite_create("logbeside");
	TCase *tcase = tcase_create("logbeside");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, burst);
	tcase_add_test(tcase, is_written_soon);
	tcase_add_test(tcase, hold);
	tcase_add_test(tcase, too_large_a_burst);
	tcase_add_test(tcase, pipe_is_not_read);
	tcase_add_test(tcase, settles_or_not);
	tcase_add_test(tcase, pipe_is_slow);
	tcase_add_test(tcase, end_does_not_wait);
	tcase_add_test(tcase, reopen);
	tcase_add_test(tcase, reopen_fails);
	tcase_add_test(tcase, reopen_nothing);
	tcase_add_test(tcase, copy_is_not_read);
	tcase_add_test(tcase, copy);
	tcase_add_test(tcase, copy_that_does_not_block);
	tcase_add_test(tcase, signals);
	tcase_add_test(tcase, many_times);
	suite_add_tcase(suite, tcase);
	return suite;
}
