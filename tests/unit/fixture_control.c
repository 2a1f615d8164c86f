/* A control side that listens, and its clients. */
#include "fixture_control.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

void
fixture_control_listen(struct fixture_control *fixture,
    const struct control_patience *patience)
{
	fixture->control = control_open(&fixture->model->host, fixture->path,
	    &fixture->policy, patience);
	ck_assert_ptr_nonnull(fixture->control);
}

void
fixture_control_init(struct fixture_control *fixture)
{
	fixture->control = NULL;
	fixture->model = model_new("[worker:db]\ncommand = /good\n"
	    "[supervisor:busy]\n[worker:busy/slow]\ncommand = /deaf\n"
	    "[dynamic:pool]\ncommand = /good\n");
	fixture->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
	fixture->model->host.loop = fixture->loop;
	fixture->model->host.asides = asides_new(fixture->loop, NULL);
	fixture->policy = (struct peer_policy){
		.owner = geteuid(),
		.change = PEER_NO_GROUP,
		.look = PEER_NO_GROUP,
	};
	snprintf(fixture->dir, sizeof(fixture->dir),
	    "/tmp/reeve-control-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(fixture->dir));
	snprintf(fixture->path, sizeof(fixture->path), "%s/socket",
	    fixture->dir);
}

void
fixture_control_release(struct fixture_control *fixture)
{
	control_close(fixture->control);
	unlink(fixture->path);
	rmdir(fixture->dir);
	asides_end_all(fixture->model->host.asides);
	asides_free(fixture->model->host.asides);
	model_free(fixture->model);
	ev_loop_destroy(fixture->loop);
}

void
fixture_control_turn_loop(struct fixture_control *fixture)
{
	ev_run(fixture->loop, EVRUN_NOWAIT);
	model_settle(fixture->model);
}

int
fixture_control_connect(struct fixture_control *fixture)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path, fixture->path, strlen(fixture->path) + 1);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(connect(fd,
	    (const struct sockaddr *)(const void *)&address,
	    sizeof(address)), 0);
	return fd;
}

void
fixture_control_send(struct fixture_control *fixture, int fd, const char *bytes,
    size_t size)
{
	int64_t until_ms = clock_ms() + FIXTURE_CONTROL_DEADLINE_MS;

	while (size > 0) {
		ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);

		ck_assert_msg(n > 0 || errno == EAGAIN, "%s", strerror(errno));
		if (n > 0) {
			bytes += n;
			size -= (size_t)n;
		}
		fixture_control_turn_loop(fixture);
		ck_assert_int_lt(clock_ms(), until_ms);
	}
}

void
fixture_control_call(struct fixture_control *fixture, int fd, const char *text)
{
	fixture_control_send(fixture, fd, text, strlen(text) + 1);
}

/* Receive bytes up to a NUL and with it, as many as there are now. */
static ssize_t
receive_some(int fd, char *text, size_t size)
{
	ssize_t n = recv(fd, text, size, MSG_PEEK);
	const char *end = n > 0 ? memchr(text, '\0', (size_t)n) : NULL;

	return n > 0 ? recv(fd, text, end ? (size_t)(end - text) + 1 :
	    (size_t)n, 0) : n;
}

ssize_t
fixture_control_receive(struct fixture_control *fixture, int fd, char *text,
    size_t size)
{
	int64_t until_ms = clock_ms() + FIXTURE_CONTROL_DEADLINE_MS;
	size_t len = 0;

	while (len < size) {
		ssize_t n = receive_some(fd, text + len, size - len);

		if (n == 0 || (n < 0 && errno == ECONNRESET))
			return -1;
		if (n > 0) {
			len += (size_t)n;
			if (text[len - 1] == '\0')
				return (ssize_t)len - 1;
			continue;
		}
		fixture_control_turn_loop(fixture);
		ck_assert_int_lt(clock_ms(), until_ms);
	}
	ck_abort_msg("a message of over %zu bytes", size);
	return -1;
}

void
fixture_control_receive_with(struct fixture_control *fixture, int fd,
    const char *expected)
{
	char text[65536];

	ck_assert_msg(fixture_control_receive(fixture, fd, text,
	    sizeof(text)) >= 0,
	    "no %s", expected);
	ck_assert_msg(strstr(text, expected) != NULL, "%s has no %s", text,
	    expected);
}

void
fixture_control_receive_end(struct fixture_control *fixture, int fd)
{
	char text[4096];

	ck_assert_int_eq(fixture_control_receive(fixture, fd, text,
	    sizeof(text)),
	    -1);
	close(fd);
}
