/* What tests of reevectl share: a socket where it finds a daemon, and what is
 * written to its streams. */
#ifndef REEVE_TESTS_UNIT_FIXTURE_CTL_H
#define REEVE_TESTS_UNIT_FIXTURE_CTL_H

#include <stddef.h>
#include <stdio.h>
#include <sys/un.h>

/* A socket, in a directory of its own. */
struct fixture_ctl {
	char dir[64];
	struct sockaddr_un address;
};

/* Make a socket that can be listened at; returns its descriptor. */
int	fixture_ctl_bind(struct fixture_ctl *fixture);

/* Take the socket away. */
void	fixture_ctl_remove(const struct fixture_ctl *fixture);

/* A stream of ours that goes to a file meanwhile. */
struct fixture_capture {
	FILE *stream;
	FILE *file;
	int saved;
};

/* Catch what is written to a stream; let it go, and tell what was written. */
struct fixture_capture fixture_catch(FILE *stream);
void	fixture_release(struct fixture_capture *capture, char *ret_text,
	    size_t size);

#endif
