/* A varlink client that can wait for several answers at once. */
#ifndef REEVE_TESTS_WIRE_H
#define REEVE_TESTS_WIRE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire {
	int fd;			/* -1: not connected */
	char *bytes;		/* that have come */
	size_t size;
	size_t room;
	bool ended;		/* the other side has hung up */
};

/* Connect; false with errno. */
bool	wire_open(struct wire *wire, const char *path);
void	wire_close(struct wire *wire);

/* Call a method of io.reeve.Control; parameters are taken over. What cannot be
 * sent is not: the other side has hung up. */
void	wire_call(struct wire *wire, const char *method, json_t *parameters,
	    bool more);

/* Take the next message if it has come whole; NULL: not yet. */
json_t	*wire_take(struct wire *wire);

/* Wait for it until then; NULL: the other side has hung up, or it is late. */
json_t	*wire_next(struct wire *wire, int64_t until_ms);

#endif
