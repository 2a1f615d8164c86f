/* The log that goes to syslogd: the form of a line, a syslogd that does not
 * read, that is restarted, that is not there, and one with a stream. */
#include "config.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "fixture.h"
#include "fixture_log.h"
#include "unit.h"

#define MANY	60000		/* lines: more than the memory holds */

static struct fixture fix;
static struct fixture_log account;
static int server;		/* of syslogd; -1: it does not run */
static long number;

/* Let syslogd run. */
static void
serve(int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
	    fixture_path(&fix, "socket"));
	unlink(address.sun_path);
	server = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(server, 0);
	ck_assert_int_eq(bind(server, (struct sockaddr *)&address,
	    sizeof(address)), 0);
	if (type == SOCK_STREAM)
		ck_assert_int_eq(listen(server, 1), 0);
}

static void
end_server(void)
{
	if (server >= 0)
		close(server);
	server = -1;
}

static void
setup(void)
{
	fixture_open(&fix);
	account = (struct fixture_log){ .next = 0 };
	number = 0;
	server = -1;
	signal(SIGPIPE, SIG_IGN);
}

static void
teardown(void)
{
	end_server();
	while (log_open(LOG_TO_STDERR, NULL) == -1)
		poll(NULL, 0, 1);
	fixture_close(&fix);
}

static void
open_log(void)
{
	ck_assert_int_eq(log_open(LOG_TO_SYSLOG, fixture_path(&fix, "socket")),
	    0);
}

/* The next datagram; "": there is none. */
static const char *
receive(void)
{
	static char text[8192];
	ssize_t size = recv(server, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[size > 0 ? size : 0] = '\0';
	return text;
}

/* Look at one datagram, when it comes. */
static void
receive_one(void)
{
	struct pollfd entry = { .fd = server, .events = POLLIN };
	char text[8192];

	ck_assert_int_eq(poll(&entry, 1, FIXTURE_LOG_SOON_MS), 1);
	snprintf(text, sizeof(text), "%s", receive());
	fixture_log_read(&account, text);
}

/* Look at all datagrams, until the account is complete. */
static void
receive_all(void)
{
	while (!fixture_log_is_complete(&account, number))
		receive_one();
}

/* Fail unless a datagram is this text in the form of syslogd. */
static void
check_form(const char *line, int priority, const char *text)
{
	char head[100], month[4], rest[100] = "";
	int found, day, hour, minute, second, pid, size = 0;

	snprintf(head, sizeof(head), "<%d>", priority);
	ck_assert_int_eq(strncmp(line, head, strlen(head)), 0);
	ck_assert_int_eq(sscanf(line, "<%d>%3s %2d %2d:%2d:%2d%n", &found,
	    month, &day, &hour, &minute, &second, &size), 6);
	ck_assert_int_eq(size, (int)strlen(head) + 15);
	ck_assert_int_eq(sscanf(line + size, " reeved[%d]: %99[^\n]", &pid,
	    rest), 2);
	ck_assert_int_eq(pid, getpid());
	ck_assert_str_eq(rest, text);
	ck_assert_ptr_null(strchr(line, '\n'));
}

START_TEST(form)
{
	serve(SOCK_DGRAM);
	open_log();
	log_notice("one %d", 1);
	log_warning("two\nlines");
	log_error("three");
	check_form(receive(), 29, "one 1");
	check_form(receive(), 28, "warning: two\\x0alines");
	check_form(receive(), 27, "error: three");
	ck_assert_str_eq(receive(), "");
}
END_TEST

/* The month and the day are local, as everywhere in that log. */
START_TEST(local_time)
{
	char text[CLOCK_TEXT_SIZE];

	setenv("TZ", "XYZ-2", 1);
	clock_know_zone();
	ck_assert_str_eq(clock_syslog_text(INT64_C(1699135628000), text),
	    "Nov  5 00:07:08");
	unsetenv("TZ");
}
END_TEST

/* A syslogd that does not read: before the loop runs it is waited for a moment;
 * what is lost is told as soon as it reads. */
START_TEST(is_not_read)
{
	int64_t began_ms = clock_ms();
	char text[60];

	serve(SOCK_DGRAM);
	open_log();
	fixture_log_lines(&number, 5000);
	ck_assert_int_lt(clock_ms() - began_ms, FIXTURE_LOG_SOON_MS);
	ck_assert_uint_gt(log_lost(), 0);
	while (*receive())
		continue;
	log_notice("back");
	ck_assert_ptr_nonnull(strstr(receive(), "]: back"));
	snprintf(text, sizeof(text), "warning: %lu lines of this log were lost",
	    log_lost());
	check_form(receive(), 28, text);
}
END_TEST

/* The same beside the loop, where it is told without a further line. */
START_TEST(is_not_read_beside)
{
	int64_t began_ms = clock_ms();

	serve(SOCK_DGRAM);
	open_log();
	log_beside(-1);
	fixture_log_lines(&number, MANY);
	ck_assert_int_lt(clock_ms() - began_ms, FIXTURE_LOG_SOON_MS);
	ck_assert_uint_gt(log_lost(), 0);
	receive_all();
	ck_assert_int_eq(account.missing, 0);
}
END_TEST

/* A burst that is more than the queue of a socket holds is read as a whole. */
START_TEST(burst)
{
	serve(SOCK_DGRAM);
	open_log();
	log_beside(-1);
	fixture_log_lines(&number, 3000);
	receive_all();
	ck_assert_int_eq(account.seen, number);
	ck_assert_int_eq(account.missing, 0);
}
END_TEST

/* It is restarted: the next line goes to the new one. */
START_TEST(is_restarted)
{
	serve(SOCK_DGRAM);
	open_log();
	log_notice("line %ld", number++);
	receive_all();
	end_server();
	serve(SOCK_DGRAM);
	log_notice("line %ld", number++);
	receive_all();
	ck_assert_int_eq(account.seen, 2);
}
END_TEST

/* It is restarted while a line waits for the old one. */
START_TEST(is_restarted_unread)
{
	serve(SOCK_DGRAM);
	open_log();
	log_beside(-1);
	fixture_log_lines(&number, 3000);
	end_server();
	serve(SOCK_DGRAM);
	fixture_log_lines(&number, 1);
	while (account.next < number)
		receive_one();
	ck_assert_int_gt(account.seen, 1);
}
END_TEST

/* It does not run: that is no error, and is told when it does. */
START_TEST(is_missing)
{
	open_log();
	fixture_log_lines(&number, 3);
	ck_assert_uint_eq(log_lost(), 3);
	serve(SOCK_DGRAM);
	fixture_log_lines(&number, 1);
	receive_all();
	ck_assert_int_eq(account.seen, 1);
	ck_assert_int_eq(account.told, 3);
}
END_TEST

/* One that listens for a stream gets a line each. */
START_TEST(stream)
{
	int client;

	serve(SOCK_STREAM);
	open_log();
	client = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	ck_assert_int_ge(client, 0);
	log_beside(-1);
	fixture_log_lines(&number, 3000);
	fixture_log_drain(&account, client, number);
	ck_assert_int_eq(account.seen, number);
	ck_assert_int_eq(account.missing, 0);
	close(client);
}
END_TEST

/* One whose stream is full is not waited for at once. */
START_TEST(stream_is_not_read)
{
	int64_t began_ms = clock_ms();

	serve(SOCK_STREAM);
	open_log();
	fixture_log_lines(&number, 20000);
	ck_assert_int_lt(clock_ms() - began_ms, FIXTURE_LOG_SOON_MS);
	ck_assert_uint_gt(log_lost(), 0);
}
END_TEST

UNIT_SUITE_FORKS(logsyslog)
{
	Suite *suite = suite_create("logsyslog");
	TCase *tcase = tcase_create("logsyslog");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, form);
	tcase_add_test(tcase, local_time);
	tcase_add_test(tcase, is_not_read);
	tcase_add_test(tcase, is_not_read_beside);
	tcase_add_test(tcase, burst);
	tcase_add_test(tcase, is_restarted);
	tcase_add_test(tcase, is_restarted_unread);
	tcase_add_test(tcase, is_missing);
	tcase_add_test(tcase, stream);
	tcase_add_test(tcase, stream_is_not_read);
	suite_add_tcase(suite, tcase);
	return suite;
}
