/*
 * A control side that listens in a directory of its own, and clients that call
 * it from the same process, which turns its loop while they wait.
 */
#ifndef REEVE_TESTS_UNIT_FIXTURE_CONTROL_H
#define REEVE_TESTS_UNIT_FIXTURE_CONTROL_H

#include <ev.h>
#include <sys/types.h>

#include "control/control.h"
#include "model.h"

#define FIXTURE_CONTROL_PING	"{\"method\":\"io.reeve.Control.Ping\"}"
#define FIXTURE_CONTROL_DEADLINE_MS 100000	/* for anything to happen */

struct fixture_control {
	struct model *model;
	struct ev_loop *loop;
	struct control *control;
	struct peer_policy policy;
	char dir[32];
	char path[48];		/* of the socket */
};

/* Make a model with some children, a loop and a directory; take all away. */
void	fixture_control_init(struct fixture_control *fixture);
void	fixture_control_release(struct fixture_control *fixture);

/* Listen, with so much patience (NULL: the usual). */
void	fixture_control_listen(struct fixture_control *fixture,
	    const struct control_patience *patience);

/* A turn of the loop, without sleeping. */
void	fixture_control_turn_loop(struct fixture_control *fixture);

/* Connect; the descriptor does not block. */
int	fixture_control_connect(struct fixture_control *fixture);

/* Send bytes, all of them; or a call, with its NUL. */
void	fixture_control_send(struct fixture_control *fixture, int fd,
	    const char *bytes, size_t size);
void	fixture_control_call(struct fixture_control *fixture, int fd,
	    const char *text);

/* Receive one message without its NUL; its length, or -1: the end. */
ssize_t	fixture_control_receive(struct fixture_control *fixture, int fd,
	    char *text, size_t size);

/* Receive a message that has a text in it; receive the end, with nothing before
 * it, and hang up. */
void	fixture_control_receive_with(struct fixture_control *fixture, int fd,
	    const char *expected);
void	fixture_control_receive_end(struct fixture_control *fixture, int fd);

/* The same for a test file whose fixture is called `here'. */
#define listen_with(patience)	fixture_control_listen(&here, patience)
#define turn_loop()		fixture_control_turn_loop(&here)
#define connect_client()	fixture_control_connect(&here)
#define send_bytes(fd, bytes, size) fixture_control_send(&here, fd, bytes, size)
#define send_call(fd, text)	fixture_control_call(&here, fd, text)
#define receive(fd, text, size)	fixture_control_receive(&here, fd, text, size)
#define receive_with(fd, text)	fixture_control_receive_with(&here, fd, text)
#define receive_end(fd)		fixture_control_receive_end(&here, fd)
#define PING			FIXTURE_CONTROL_PING

#endif
