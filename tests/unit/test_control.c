/* The control socket: what good clients get. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/socketfile.h"
#include "engine/events.h"
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

START_TEST(calls_are_answered)
{
	struct stat st;
	int fd;

	listen_with(NULL);
	ck_assert_int_eq(lstat(here.path, &st), 0);
	ck_assert(S_ISSOCK(st.st_mode));
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	fd = connect_client();
	send_call(fd, PING);
	receive_with(fd, "\"state\":\"up\"");
	send_call(fd, PING);
	receive_with(fd, "\"state\":\"up\"");
	ck_assert_uint_eq(control_clients(here.control), 1);
	close(fd);
	while (control_clients(here.control) > 0)
		turn_loop();
	control_close(here.control);
	here.control = NULL;
	ck_assert_int_lt(lstat(here.path, &st), 0);
}
END_TEST

START_TEST(calls_may_be_sent_ahead_and_in_pieces)
{
	static const char call[] = PING "\0"
	    "{\"method\":\"io.reeve.Control.Nope\"}\0" PING;
	int fd;

	listen_with(NULL);
	fd = connect_client();
	send_bytes(fd, call, sizeof(call));
	receive_with(fd, "\"state\":\"up\"");
	receive_with(fd, "MethodNotFound");
	receive_with(fd, "\"state\":\"up\"");
	for (size_t i = 0; i < sizeof(call); i++)
		send_bytes(fd, call + i, 1);
	receive_with(fd, "\"state\":\"up\"");
	receive_with(fd, "MethodNotFound");
	receive_with(fd, "\"state\":\"up\"");
	close(fd);
}
END_TEST

/* One call that says nothing, one that is answered: no reply to the first. */
START_TEST(oneway_calls_are_done_in_silence)
{
	int fd;

	listen_with(NULL);
	fd = connect_client();
	send_call(fd,
	    "{\"method\":\"io.reeve.Control.Reopen\",\"oneway\":true}");
	send_call(fd, "{\"method\":\"io.reeve.Control.Nope\",\"oneway\":true}");
	send_call(fd, PING);
	receive_with(fd, "\"state\":\"up\"");
	ck_assert_uint_eq(here.model->reopens, 1);
	close(fd);
}
END_TEST

/* A client that has closed its sending side still gets the replies. */
START_TEST(half_closed_clients_are_answered)
{
	int fd;

	listen_with(NULL);
	fd = connect_client();
	send_bytes(fd, PING "\0" PING, sizeof(PING "\0" PING));
	shutdown(fd, SHUT_WR);
	receive_with(fd, "\"state\":\"up\"");
	receive_with(fd, "\"state\":\"up\"");
	receive_end(fd);
	fd = connect_client();
	send_bytes(fd, PING, sizeof(PING) - 2);
	shutdown(fd, SHUT_WR);
	receive_end(fd);
}
END_TEST

START_TEST(events_are_followed)
{
	int fd;

	listen_with(NULL);
	fd = connect_client();
	send_call(fd, "{\"method\":\"io.reeve.Control.Events\",\"more\":true,"
	    "\"parameters\":{\"follow\":true,\"path\":\"db\"}}");
	receive_with(fd, "\"type\":\"started\"");
	model_exit(here.model, "db", 7);
	receive_with(fd, "exited with code 7");
	receive_with(fd, "child_terminated");
	receive_with(fd, "because it exited with code 7");
	shutdown(fd, SHUT_WR);
	receive_with(fd, "{\"parameters\":{}}");
	receive_end(fd);
}
END_TEST

/* A client that follows the events gets each request at once, also if nothing
 * comes of it for now. */
START_TEST(requests_are_followed)
{
	int fd, other;

	listen_with(NULL);
	fd = connect_client();
	send_call(fd, "{\"method\":\"io.reeve.Control.Events\",\"more\":true,"
	    "\"parameters\":{\"follow\":true,\"path\":\"busy/slow\"}}");
	receive_with(fd, "\"type\":\"started\"");
	other = connect_client();
	send_call(other, "{\"method\":\"io.reeve.Control.TerminateChild\","
	    "\"parameters\":{\"path\":\"busy/slow\"}}");
	receive_with(fd, "asked for TerminateChild");
	receive_with(fd, "told to stop");
	close(other);
	while (list_is_empty(&here.model->host.followers))
		turn_loop();
	other = connect_client();
	send_call(other, "{\"method\":\"io.reeve.Control.DeleteChild\","
	    "\"parameters\":{\"path\":\"busy/slow\"}}");
	receive_with(fd, "asked for DeleteChild");
	close(other);
	shutdown(fd, SHUT_WR);
	receive_with(fd, "{\"parameters\":{}}");
	receive_end(fd);
}
END_TEST

/* A client that follows the events gets the last ones, although the daemon
 * ends. */
START_TEST(last_words_are_heard)
{
	char text[4096];
	int fd;

	listen_with(NULL);
	fd = connect_client();
	send_call(fd, "{\"method\":\"io.reeve.Control.Events\",\"more\":true,"
	    "\"parameters\":{\"follow\":true}}");
	while (list_is_empty(&here.model->host.followers))
		turn_loop();
	model_stop(here.model, true);
	control_close(here.control);
	here.control = NULL;
	do
		ck_assert_int_ge(receive(fd, text, sizeof(text)), 0);
	while (!strstr(text, "\"type\":\"down\",\"path\":\"/\""));
	receive_end(fd);
}
END_TEST

START_TEST(events_that_are_remembered_come_to_an_end)
{
	int fd, count = 0;
	char text[4096];

	listen_with(NULL);
	fd = connect_client();
	send_call(fd, "{\"method\":\"io.reeve.Control.Events\",\"more\":true}");
	while (receive(fd, text, sizeof(text)) > 0 && strstr(text, "continues"))
		count++;
	ck_assert_str_eq(text, "{\"parameters\":{}}");
	ck_assert_uint_eq((uint64_t)count + 1,
	    events_next(here.model->host.events));
	close(fd);
}
END_TEST

/* A request that has to wait does not delay other clients. */
START_TEST(waiting_clients_cost_the_others_nothing)
{
	int fd, other;

	listen_with(NULL);
	fd = connect_client();
	other = connect_client();
	send_call(fd, "{\"method\":\"io.reeve.Control.TerminateChild\","
	    "\"parameters\":{\"path\":\"busy/slow\"}}");
	send_call(fd, PING);
	send_call(other,
	    "{\"method\":\"io.reeve.Control.Status\",\"parameters\":"
	    "{\"paths\":[\"busy/slow\"]}}");
	receive_with(other, "\"state\":\"stopping\"");
	model_pass(here.model, 5000);
	receive_with(fd, "{\"parameters\":{}}");
	receive_with(fd, "\"state\":\"up\"");
	close(fd);
	close(other);
}
END_TEST

/* Start many children on the dynamic supervisor, without the socket. */
static void
start_many(unsigned count)
{
	struct session *client = model_client(here.model, PEER_OWN, 0);

	for (unsigned i = 0; i < count; i++)
		json_decref(model_call(here.model, client, "StartChild",
		    "{\"supervisor\":\"pool\"}"));
	session_free(client);
}

/* The whole status of many, in one reply, which is more than may wait to be
 * sent, or in several. */
START_TEST(many_children_are_told_piece_by_piece)
{
	static char text[8 << 20];
	json_t *reply, *children;
	size_t count = 0;
	bool more;
	int fd;

	start_many(12000);
	listen_with(NULL);
	fd = connect_client();
	send_call(fd, "{\"method\":\"io.reeve.Control.Status\"}");
	ck_assert_int_gt(receive(fd, text, sizeof(text)), 1 << 20);
	reply = json_loads(text, 0, NULL);
	children = json_object_get(json_object_get(reply, "parameters"),
	    "children");
	ck_assert_uint_eq(json_array_size(children), 12005);
	json_decref(reply);
	send_call(fd, "{\"method\":\"io.reeve.Control.Status\",\"more\":true}");
	do {
		ck_assert_int_gt(receive(fd, text, sizeof(text)), 0);
		reply = json_loads(text, 0, NULL);
		count += json_array_size(json_object_get(json_object_get(
		    reply, "parameters"), "children"));
		more = json_is_true(json_object_get(reply, "continues"));
		json_decref(reply);
	} while (more);
	ck_assert_uint_eq(count, 12005);
	ck_assert_uint_eq(here.model->host.listed, 0);
	close(fd);
}
END_TEST

/* A child that is there all the time is told once, whatever becomes of the
 * others meanwhile. */
START_TEST(children_may_come_and_go_while_they_are_told)
{
	struct session *client;
	char text[65536], path[64];
	unsigned even = 0;
	json_t *reply;
	int fd;

	start_many(1000);
	client = model_client(here.model, PEER_OWN, 0);
	listen_with(NULL);
	fd = connect_client();
	send_call(fd, "{\"method\":\"io.reeve.Control.Status\",\"more\":true,"
	    "\"parameters\":{\"paths\":[\"pool/*\"]}}");
	for (int i = 1; receive(fd, text, sizeof(text)) > 0; i += 2) {
		for (const char *at = text; (at = strstr(at, "\"pool/")); at++)
			even += strtoul(at + 6, NULL, 10) % 2 == 0;
		for (int j = 0; j < 40; j += 2) {
			snprintf(path, sizeof(path), "{\"path\":\"pool/%d\"}",
			    i * 20 - 19 + j);
			reply = model_call(here.model, client,
			    "TerminateChild", path);
			json_decref(reply);
		}
		if (!strstr(text, "continues"))
			break;
	}
	ck_assert_uint_eq(even, 500);
	session_free(client);
	close(fd);
}
END_TEST

START_TEST(socket_files_are_replaced_only_if_they_are_stale)
{
	struct socketfile first, second;
	struct stat st;
	int fd;

	ck_assert_int_eq(socketfile_open(&first, here.path, 0660,
	    (gid_t)-1), 0);
	ck_assert_int_eq(stat(here.path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0660);
	ck_assert_int_lt(socketfile_open(&second, here.path, 0600,
	    (gid_t)-1), 0);
	ck_assert_int_eq(errno, EADDRINUSE);
	close(first.fd);	/* as by a crash */
	ck_assert_int_eq(socketfile_open(&second, here.path, 0600,
	    (gid_t)-1), 0);
	socketfile_close(&second, here.path);
	ck_assert_int_lt(lstat(here.path, &st), 0);
	fd = open(here.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	close(fd);
	ck_assert_int_lt(socketfile_open(&second, here.path, 0600,
	    (gid_t)-1), 0);
	ck_assert_int_eq(errno, EEXIST);
	ck_assert_int_eq(lstat(here.path, &st), 0);
}
END_TEST

START_TEST(socket_file_of_another_is_left_alone)
{
	struct socketfile first, second;
	struct stat st;
	char path[200];

	ck_assert_int_eq(socketfile_open(&first, here.path, 0600,
	    (gid_t)-1), 0);
	unlink(here.path);
	ck_assert_int_eq(socketfile_open(&second, here.path, 0600,
	    (gid_t)-1), 0);
	socketfile_close(&first, here.path);
	ck_assert_int_eq(lstat(here.path, &st), 0);
	socketfile_close(&second, here.path);
	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_lt(socketfile_open(&first, path, 0600, (gid_t)-1), 0);
	ck_assert(errno == ENAMETOOLONG || errno == ENOENT);
}
END_TEST

UNIT_SUITE(control)
{
	Suite *suite = suite_create("control");
	TCase *tcase = tcase_create("control");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, calls_are_answered);
	tcase_add_test(tcase, calls_may_be_sent_ahead_and_in_pieces);
	tcase_add_test(tcase, oneway_calls_are_done_in_silence);
	tcase_add_test(tcase, half_closed_clients_are_answered);
	tcase_add_test(tcase, events_are_followed);
	tcase_add_test(tcase, requests_are_followed);
	tcase_add_test(tcase, last_words_are_heard);
	tcase_add_test(tcase, events_that_are_remembered_come_to_an_end);
	tcase_add_test(tcase, waiting_clients_cost_the_others_nothing);
	tcase_add_test(tcase, many_children_are_told_piece_by_piece);
	tcase_add_test(tcase, children_may_come_and_go_while_they_are_told);
	tcase_add_test(tcase, socket_files_are_replaced_only_if_they_are_stale);
	tcase_add_test(tcase, socket_file_of_another_is_left_alone);
	suite_add_tcase(suite, tcase);
	return suite;
}
