/* What the daemon tells its launcher, and that it never waits. */
#include <check.h>
#include <errno.h>
#include <ev.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/upstream.h"
#include "fixture.h"
#include "unit.h"

/* Listen where NOTIFY_SOCKET says; the text begins with / or @. */
static int
listen_at(const char *text)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	ck_assert_uint_lt(strlen(text), sizeof(address.sun_path));
	memcpy(address.sun_path, text, strlen(text));
	if (text[0] == '@')
		address.sun_path[0] = '\0';
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, (socklen_t)(
	    offsetof(struct sockaddr_un, sun_path) + strlen(text))), 0);
	ck_assert_int_eq(setenv("NOTIFY_SOCKET", text, 1), 0);
	return fd;
}

/* Fail unless this is the next message; "" for none. */
static void
expect(int fd, const char *message)
{
	char text[500] = "";
	ssize_t size = recv(fd, text, sizeof(text) - 1, 0);

	if (size == -1)
		ck_assert_int_eq(errno, EAGAIN);
	ck_assert_str_eq(text, message);
}

/* Go through a life. */
static void
live(int fd)
{
	struct upstream *notifier = upstream_open();
	char text[200];
	long long before, since;

	ck_assert_ptr_nonnull(notifier);
	ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	expect(fd, "");
	upstream_reloading(notifier);
	upstream_reloaded(notifier, 2, false);
	expect(fd, "");		/* it is not up yet */
	upstream_ready(notifier, 1);
	snprintf(text, sizeof(text), "READY=1\nMAINPID=%d\n"
	    "STATUS=running, 1 child", (int)getpid());
	expect(fd, text);
	before = clock_us();
	upstream_reloading(notifier);
	ck_assert_int_gt(recv(fd, text, sizeof(text) - 1, 0), 0);
	ck_assert_int_eq(sscanf(text,
	    "RELOADING=1\nMONOTONIC_USEC=%lld\nSTATUS=reloading", &since), 1);
	ck_assert(since >= before && since <= clock_us());
	upstream_reloaded(notifier, 20, false);
	expect(fd, "READY=1\nSTATUS=running, 20 children");
	upstream_reloaded(notifier, 20, true);
	expect(fd, "READY=1\nSTATUS=running, 20 children; the last reload was "
	    "refused, the log says why");
	upstream_stopping(notifier);
	upstream_stopping(notifier);
	expect(fd, "STOPPING=1\nSTATUS=stopping");
	expect(fd, "");
	upstream_close(notifier);
	close(fd);
}

START_TEST(tells_a_path)
{
	struct fixture fix;

	fixture_open(&fix);
	live(listen_at(fixture_path(&fix, "notify")));
	fixture_close(&fix);
}

START_TEST(tells_an_abstract_name)
{
	char name[60];

	snprintf(name, sizeof(name), "@reeve-test-%d", (int)getpid());
	if (access("/proc/self/ns", F_OK) == -1) {
		unit_skip("no abstract names here");
		return;
	}
	live(listen_at(name));
}

/* Without a socket, or with a word that names none, no message is sent. */
START_TEST(tells_nobody)
{
	static const char *const no_sockets[] = {
		"", "@", "/", "relative", "vsock:2:1234",
		("/a/very/long/path/that/no/address/of/a/socket/has/room/for/"
		"as/it/has/more/than/one/hundred/and/eight/bytes/in/it/alone"),
	};

	unsetenv("NOTIFY_SOCKET");
	ck_assert_ptr_null(upstream_open());
	for (size_t i = 0; i < LENGTH(no_sockets); i++) {
		setenv("NOTIFY_SOCKET", no_sockets[i], 1);
		ck_assert_ptr_null(upstream_open());
		ck_assert_ptr_null(getenv("NOTIFY_SOCKET"));
	}
	upstream_ready(NULL, 1);
	upstream_reloading(NULL);
	upstream_reloaded(NULL, 1, true);
	upstream_stopping(NULL);
	upstream_close(NULL);
}

/* The socket is gone, or is not read: the daemon goes on. */
START_TEST(never_waits)
{
	struct upstream *notifier;
	struct fixture fix;
	int fd;

	fixture_open(&fix);
	log_open(LOG_TO_FILE, fixture_path(&fix, "log"));
	fd = listen_at(fixture_path(&fix, "notify"));
	notifier = upstream_open();
	for (int i = 0; i < 10000; i++)
		upstream_ready(notifier, 1);
	ck_assert_ptr_nonnull(strstr(fixture_read(&fix, "log"),
	    "cannot notify the launcher"));
	close(fd);
	upstream_stopping(notifier);
	upstream_close(notifier);
	log_open(LOG_TO_STDERR, NULL);
	fixture_close(&fix);
}

/* Nothing waits any more: the loop may end. */
static void
on_timer(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	(void)watcher;
	(void)revents;
	ev_break(loop, EVBREAK_ALL);
}

/* Fill up what the launcher does not read. */
static void
fill(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	while (sendto(sender, "x", 1, 0, (struct sockaddr *)&address,
	    sizeof(address)) == 1)
		continue;
	ck_assert(errno == EAGAIN || errno == ENOBUFS);
	close(sender);
}

/* Read away what fill() has sent. */
static void
drain(int fd)
{
	char text[500];

	while (recv(fd, text, 1, MSG_PEEK) == 1 && text[0] == 'x')
		recv(fd, text, sizeof(text), 0);
}

/* What is not read in time is told later: the latest, with our pid if that is
 * not known yet. */
START_TEST(tells_again)
{
	struct ev_loop *loop = ev_loop_new(0);
	struct upstream *notifier;
	struct fixture fix;
	ev_timer timer;
	char text[100];
	int fd;

	fixture_open(&fix);
	fd = listen_at(fixture_path(&fix, "notify"));
	notifier = upstream_open();
	log_open(LOG_TO_FILE, fixture_path(&fix, "log"));
	upstream_watch(notifier, loop);
	fill(fixture_path(&fix, "notify"));
	upstream_ready(notifier, 1);
	upstream_reloading(notifier);
	upstream_reloaded(notifier, 2, false);
	drain(fd);
	expect(fd, "");
	ev_timer_init(&timer, on_timer, 20., 0.);
	ev_timer_start(loop, &timer);
	ev_unref(loop);
	ev_run(loop, 0);
	snprintf(text, sizeof(text), "READY=1\nMAINPID=%d\n"
	    "STATUS=running, 2 children", (int)getpid());
	expect(fd, text);
	expect(fd, "");
	upstream_unwatch(notifier);
	upstream_unwatch(notifier);
	upstream_close(notifier);
	close(fd);
	ev_ref(loop);
	ev_timer_stop(loop, &timer);
	ev_loop_destroy(loop);
	ck_assert_str_ne(fixture_read(&fix, "log"), "");
	log_open(LOG_TO_STDERR, NULL);
	fixture_close(&fix);
}

UNIT_SUITE(upstream)
{
	Suite *suite = suite_create("upstream");
	TCase *tcase = tcase_create("notify");

	tcase_add_test(tcase, tells_a_path);
	tcase_add_test(tcase, tells_an_abstract_name);
	tcase_add_test(tcase, tells_nobody);
	tcase_add_test(tcase, never_waits);
	tcase_add_test(tcase, tells_again);
	suite_add_tcase(suite, tcase);
	return suite;
}
