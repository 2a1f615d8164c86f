/*
 * A control side that listens in a directory of its own, and clients that call
 * it from the same process, turning its loop while they wait.
 */
#ifndef REEVE_TESTS_BOOTH_H
#define REEVE_TESTS_BOOTH_H

#include <ev.h>
#include <sys/types.h>

#include "control/control.h"
#include "model.h"

#define BOOTH_PING	"{\"method\":\"io.reeve.Control.Ping\"}"
#define BOOTH_DEADLINE_MS 100000	/* for anything to happen */

struct booth {
	struct model *model;
	struct ev_loop *loop;
	struct control *control;
	struct peer_policy policy;
	char dir[32];
	char path[48];		/* of the socket */
};

/* Make a model with some children, a loop and a directory; take all away. */
void	booth_init(struct booth *booth);
void	booth_release(struct booth *booth);

/* Listen, with so much patience (NULL: the usual). */
void	booth_listen(struct booth *booth,
	    const struct control_patience *patience);

/* A turn of the loop, without sleeping. */
void	booth_turn(struct booth *booth);

/* Connect; the descriptor does not block. */
int	booth_dial(struct booth *booth);

/* Send bytes, all of them; or a call, with its NUL. */
void	booth_put(struct booth *booth, int fd, const char *bytes, size_t size);
void	booth_ask(struct booth *booth, int fd, const char *text);

/* Receive one message without its NUL; its length, or -1: the end. */
ssize_t	booth_hear(struct booth *booth, int fd, char *text, size_t size);

/* Hear a message that has a text in it; hear the end, with nothing before it,
 * and hang up. */
void	booth_hear_with(struct booth *booth, int fd, const char *expected);
void	booth_hear_end(struct booth *booth, int fd);

/* The same for a test file whose booth is called `here'. */
#define listen_with(patience)	booth_listen(&here, patience)
#define turn()			booth_turn(&here)
#define dial()			booth_dial(&here)
#define put(fd, bytes, size)	booth_put(&here, fd, bytes, size)
#define ask(fd, text)		booth_ask(&here, fd, text)
#define hear(fd, text, size)	booth_hear(&here, fd, text, size)
#define hear_with(fd, expected)	booth_hear_with(&here, fd, expected)
#define hear_end(fd)		booth_hear_end(&here, fd)
#define PING			BOOTH_PING

#endif
