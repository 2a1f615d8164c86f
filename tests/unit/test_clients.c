/* The control socket: what bad clients cost the others: nothing. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "fixture_control.h"
#include "unit.h"

static struct fixture_control here;

/* Make the fixture of a test. */
static void
set_up(void)
{
	fixture_control_init(&here);
}

/* Take it away. */
static void
tear_down(void)
{
	fixture_control_release(&here);
}

START_TEST(what_is_no_call_ends_the_connection)
{
	static char big[300000];
	int fd, other;

	listen_with(NULL);
	other = connect_client();
	fd = connect_client();
	send_call(fd, "nonsense");
	receive_with(fd, "BadMessage");
	receive_end(fd);
	memset(big, ' ', sizeof(big));
	fd = connect_client();
	while (send(fd, big, sizeof(big), MSG_NOSIGNAL) > 0 ||
	    errno == EAGAIN)
		turn_loop();
	receive_with(fd, "longer than 256 KiB");
	receive_end(fd);
	send_call(other, PING);
	receive_with(other, "\"state\":\"up\"");
	close(other);
}
END_TEST

/* A call of just the size that is allowed is read, one byte more is not. */
START_TEST(size_of_a_call_is_bounded)
{
	static char big[(256 << 10) + 2];
	size_t at = strlen(PING);
	int fd;

	listen_with(NULL);
	memcpy(big, PING, at);
	memset(big + at, ' ', (256 << 10) - at);
	fd = connect_client();
	send_bytes(fd, big, (256 << 10) + 1);
	receive_with(fd, "\"state\":\"up\"");
	memset(big + at, ' ', (256 << 10) + 1 - at);
	send_bytes(fd, big, sizeof(big) - 1);
	receive_with(fd, "BadMessage");
	close(fd);
}
END_TEST

START_TEST(clients_are_numbered)
{
	unsigned most = geteuid() == 0 ? CONTROL_CLIENTS_MAX :
	    CONTROL_CLIENTS_PER_UID;
	int fds[CONTROL_CLIENTS_MAX], fd;

	listen_with(NULL);
	for (unsigned i = 0; i < most; i++) {
		fds[i] = connect_client();
		turn_loop();
	}
	fd = connect_client();
	receive_with(fd, "io.reeve.Control.Busy");
	receive_end(fd);
	for (unsigned i = 0; i < most; i++) {
		send_call(fds[i], PING);
		receive_with(fds[i], "\"state\":\"up\"");
	}
	close(fds[0]);
	while (control_clients(here.control) == most)
		turn_loop();
	fds[0] = connect_client();
	send_call(fds[0], PING);
	receive_with(fds[0], "\"state\":\"up\"");
	for (unsigned i = 0; i < most; i++)
		close(fds[i]);
}
END_TEST

/* Dial and be answered; again where the machine was too slow for that. Tells
 * when that began. */
static int
dial_in_time(int64_t patience_ms, int64_t *ret_began_ms)
{
	char text[4096];
	int fd;

	for (;;) {
		*ret_began_ms = clock_ms();
		fd = connect_client();
		send_call(fd, PING);
		if (receive(fd, text, sizeof(text)) > 0)
			break;
		ck_assert_int_ge(clock_ms() - *ret_began_ms, patience_ms);
		close(fd);
	}
	ck_assert_ptr_nonnull(strstr(text, "\"state\":\"up\""));
	return fd;
}

/* Time passes, and clients are late, each in another way. */
START_TEST(late_clients_are_dropped)
{
	static const struct control_patience patience = {
		.call_ms = 150,
		.idle_ms = 400,
		.stall_ms = 400,
	};
	int64_t began_ms, half_ms, idle_ms;
	int half, idle, slow, follower;

	listen_with(&patience);
	follower = connect_client();
	send_call(follower,
	    "{\"method\":\"io.reeve.Control.Events\",\"more\":true,"
	    "\"parameters\":{\"follow\":true,\"from\":1000}}");
	idle = dial_in_time(patience.idle_ms, &idle_ms);
	began_ms = clock_ms();
	half = connect_client();
	slow = connect_client();
	send_bytes(half, PING, 5);
	for (size_t i = 0; send(slow, &PING[i % 5], 1, MSG_NOSIGNAL) == 1;
	    i++) {	/* a byte now and then does not help */
		turn_loop();
		usleep(10000);
	}
	ck_assert_int_ge(clock_ms() - began_ms, patience.call_ms);
	receive_end(half);
	half_ms = clock_ms() - began_ms;
	ck_assert_int_ge(half_ms, patience.call_ms);
	receive_end(idle);
	ck_assert_int_ge(clock_ms() - idle_ms, patience.idle_ms);
	ck_assert_uint_eq(control_clients(here.control), 1);
	close(slow);
	close(follower);
}
END_TEST

/* Many calls of a client that does not take the replies. */
START_TEST(client_that_never_reads_is_held_and_dropped)
{
	static const struct control_patience patience = {
		.call_ms = 5000,
		.idle_ms = 30000,
		.stall_ms = 300,
	};
	static const char call[] = "{\"method\":\"io.reeve.Control.Status\"}";
	int64_t began_ms;
	size_t sent = 0;
	int fd, other;

	listen_with(&patience);
	fd = connect_client();
	other = connect_client();
	began_ms = clock_ms();
	for (;;) {
		ssize_t n = send(fd, call, sizeof(call), MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN)
			break;
		sent += n > 0 ? (size_t)n : 0;
		turn_loop();
		ck_assert_int_lt(clock_ms(),
		    began_ms + FIXTURE_CONTROL_DEADLINE_MS);
	}
	ck_assert_int_ge(clock_ms() - began_ms, patience.stall_ms);
	ck_assert_uint_lt(sent, 4 << 20);	/* it was held back */
	send_call(other, PING);
	receive_with(other, "\"state\":\"up\"");
	close(fd);
	close(other);
}
END_TEST

/* Take all that has come; tell whether a text was in it. */
static bool
drain(int fd, const char *text)
{
	static char bytes[1 << 20];
	size_t size = 0;
	ssize_t n;

	while ((n = recv(fd, bytes + size, sizeof(bytes) - size, 0)) > 0)
		size += (size_t)n;
	return memmem(bytes, size, text, strlen(text)) != NULL;
}

/* Clients that take nothing for a while, and then all at once, at any moment,
 * also just after it was found that they do not. */
START_TEST(slow_clients_are_told_all)
{
	static const char call[] = "{\"method\":\"io.reeve.Control.Events\","
	    "\"more\":true}";
	enum { CLIENTS = CONTROL_CLIENTS_PER_UID };
	int64_t until_ms = clock_ms() + FIXTURE_CONTROL_DEADLINE_MS;
	uint64_t dice = 4711;

	listen_with(NULL);
	for (int i = 0; i < (unit_is_emulated() ? 400 : 4000); i++) {
		model_exit(here.model, "db", 1);
		model_pass(here.model, 60000);
	}
	for (int round = 0; round < (unit_is_emulated() ? 1 : 10); round++) {
		int fds[CLIENTS], left = CLIENTS;

		for (int i = 0; i < CLIENTS; i++) {
			fds[i] = connect_client();
			send_call(fds[i], call);
			send_call(fds[i], PING);
		}
		while (left > 0) {
			int turns = 1 + (int)unit_random(&dice, 20);

			while (turns-- > 0)
				turn_loop();
			for (int i = 0; i < CLIENTS; i++) {
				if (fds[i] < 0 || !drain(fds[i], "\"version\""))
					continue;
				close(fds[i]);
				fds[i] = -1;
				left--;
			}
			ck_assert_int_lt(clock_ms(), until_ms);
		}
	}
}
END_TEST

/* A signal, for which the loop wakes. */
static void
on_signal(struct ev_loop *loop, ev_signal *watcher, int events)
{
	(void)loop;
	(void)events;
	++*(int *)watcher->data;
}

/* Signals in every turn, as when many children die, delay no client. */
START_TEST(signals_starve_nobody)
{
	int heard = 0, turns = 0, fd;
	ev_signal watcher;
	char byte;

	listen_with(NULL);
	ev_signal_init(&watcher, on_signal, SIGUSR2);
	watcher.data = &heard;
	ev_signal_start(here.loop, &watcher);
	fd = connect_client();
	send_call(fd, PING);
	while (recv(fd, &byte, 1, MSG_PEEK) == -1) {
		raise(SIGUSR2);
		turn_loop();
		ck_assert_int_lt(turns++, 100);
	}
	ck_assert_int_gt(heard, 0);
	receive_with(fd, "\"state\":\"up\"");
	ev_signal_stop(here.loop, &watcher);
	close(fd);
}
END_TEST

/* Clients that go at any moment, with answers on the way. */
START_TEST(clients_may_go_at_any_time)
{
	static const char call[] = "{\"method\":\"io.reeve.Control.Events\","
	    "\"more\":true,\"parameters\":{\"follow\":true}}";

	listen_with(NULL);
	for (size_t i = 0; i <= sizeof(call); i++) {
		int fd = connect_client();
		char byte;

		send_bytes(fd, call, i);
		turn_loop();
		if (i % 2)
			ck_assert_int_le(recv(fd, &byte, 1, 0), 1);
		close(fd);
		model_exit(here.model, "db", 1);
		turn_loop();
		model_pass(here.model, 60000);
	}
	while (control_clients(here.control) > 0)
		turn_loop();
}
END_TEST

/* When there is no descriptor left, a client is told so; then it goes on. */
START_TEST(no_descriptors_are_left)
{
	struct rlimit limit, before;
	int fds[256], count = 0, fd;

	if (unit_is_emulated()) {
		unit_skip("the limit of descriptors is not the kernel's");
		return;
	}
	listen_with(NULL);
	fd = connect_client();
	getrlimit(RLIMIT_NOFILE, &before);
	limit = before;
	limit.rlim_cur = 200;
	setrlimit(RLIMIT_NOFILE, &limit);
	while (count < 256 &&
	    (fds[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		count++;
	ck_assert_int_eq(errno, EMFILE);
	turn_loop();
	receive_with(fd, "descriptors");
	receive_end(fd);
	while (count > 0)
		close(fds[--count]);
	fd = connect_client();
	send_call(fd, PING);
	receive_with(fd, "\"state\":\"up\"");
	close(fd);
	setrlimit(RLIMIT_NOFILE, &before);
}
END_TEST

/* Connect as another user, whose end it returns: how the door answered. */
static int
dial_as(uid_t uid, int *ret_fd)
{
	int fds[2];

	ck_assert_int_eq(setresuid((uid_t)-1, uid, 0), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    fds), 0);
	ck_assert_int_eq(setresuid((uid_t)-1, 0, 0), 0);
	*ret_fd = fds[1];
	return control_add(here.control, fds[0]);
}

/* Who is turned away is told which of the two limits it was. */
START_TEST(limit_that_is_reached_is_told)
{
	int fds[CONTROL_CLIENTS_MAX], fd;

	if (geteuid() != 0) {
		unit_skip("only root can be another user");
		return;
	}
	here.policy.look = getegid();
	listen_with(NULL);
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		ck_assert_int_eq(dial_as(10000 + i / CONTROL_CLIENTS_PER_UID,
		    &fds[i]), 0);
		if (i != CONTROL_CLIENTS_PER_UID - 1)
			continue;
		ck_assert_int_eq(dial_as(10000, &fd), -1);
		receive_with(fd, "\"what\":\"clients\",\"limit\":8}");
		receive_end(fd);
	}
	ck_assert_int_eq(dial_as(20000, &fd), -1);
	receive_with(fd, "\"what\":\"clients\",\"limit\":64}");
	receive_end(fd);
	for (unsigned i = 0; i < CONTROL_CLIENTS_MAX; i++)
		close(fds[i]);
}
END_TEST

/* Connect as a user when so many numbers are left, the client's own included:
 * how the door answered. */
static int
dial_with_left(uid_t uid, int left)
{
	struct rlimit before, limit;
	int fd = dup(STDIN_FILENO), answer;	/* cloexec: closed at once */

	ck_assert_int_ge(fd, 0);
	close(fd);
	getrlimit(RLIMIT_NOFILE, &before);
	limit = before;
	limit.rlim_cur = (rlim_t)fd + (rlim_t)left;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	answer = dial_as(uid, &fd);
	if (answer == -1) {
		receive_with(fd, "\"what\":\"descriptors\"");
		receive_end(fd);
	}
	close(fd);
	setrlimit(RLIMIT_NOFILE, &before);
	return answer;
}

/* Some of the last descriptors are kept from clients, and more from those that
 * are neither root nor the daemon's user. */
START_TEST(last_descriptors)
{
	if (geteuid() != 0 || unit_is_emulated()) {
		unit_skip(geteuid() != 0 ? "only root can be another user" :
		    "the limit of descriptors is not the kernel's");
		return;
	}
	here.policy.look = getegid();
	listen_with(NULL);
	ck_assert_int_eq(dial_with_left(0, 8), -1);
	ck_assert_int_eq(dial_with_left(0, 9), 0);
	ck_assert_int_eq(dial_with_left(10000, 12), -1);
	ck_assert_int_eq(dial_with_left(10000, 13), 0);
}
END_TEST

/* A client without any right is told so, before it has sent a byte. */
START_TEST(strangers_are_turned_away)
{
	struct peer peer;
	int fds[2];

	if (geteuid() != 0) {
		unit_skip("only root can be another user");
		return;
	}
	listen_with(NULL);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    fds), 0);
	close(fds[0]);
	close(fds[1]);
	ck_assert_int_eq(setresuid((uid_t)-1, 65534, 0), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
	    fds), 0);
	ck_assert_int_eq(setresuid((uid_t)-1, 0, 0), 0);
	ck_assert_int_eq(peer_identify(fds[0], &here.policy, &peer), 0);
	ck_assert_int_eq(peer.uid, 65534);
	ck_assert_int_eq(control_add(here.control, fds[0]), -1);
	ck_assert_uint_eq(control_clients(here.control), 0);
	receive_with(fds[1], "PermissionDenied");
	receive_end(fds[1]);
}
END_TEST

UNIT_SUITE(clients)
{
	Suite *suite = suite_create("clients");
	TCase *tcase = tcase_create("clients");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, what_is_no_call_ends_the_connection);
	tcase_add_test(tcase, size_of_a_call_is_bounded);
	tcase_add_test(tcase, clients_are_numbered);
	tcase_add_test(tcase, late_clients_are_dropped);
	tcase_add_test(tcase, client_that_never_reads_is_held_and_dropped);
	tcase_add_test(tcase, slow_clients_are_told_all);
	tcase_add_test(tcase, signals_starve_nobody);
	tcase_add_test(tcase, clients_may_go_at_any_time);
	tcase_add_test(tcase, no_descriptors_are_left);
	tcase_add_test(tcase, last_descriptors);
	tcase_add_test(tcase, limit_that_is_reached_is_told);
	tcase_add_test(tcase, strangers_are_turned_away);
	suite_add_tcase(suite, tcase);
	return suite;
}
