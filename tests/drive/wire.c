/* A varlink client, see the header. */
#include "drive/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

enum {
	READ_AT_ONCE = 16384,
};

bool
wire_open(struct wire *wire, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(path);

	*wire = (struct wire){ .fd = -1 };
	if (len >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(address.sun_path, path, len + 1);
	wire->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (wire->fd >= 0 && connect(wire->fd,
	    (const struct sockaddr *)(const void *)&address,
	    sizeof(address)) == 0)
		return true;
	wire_close(wire);
	return false;
}

void
wire_close(struct wire *wire)
{
	int error = errno;

	if (wire->fd >= 0)
		close(wire->fd);
	free(wire->bytes);
	*wire = (struct wire){ .fd = -1 };
	errno = error;
}

void
wire_call(struct wire *wire, const char *method, json_t *parameters, bool more)
{
	char name[64];
	json_t *call;
	char *text;
	size_t size;

	snprintf(name, sizeof(name), "io.reeve.Control.%s", method);
	call = json_pack("{ss so* sb}", "method", name, "parameters",
	    parameters, "more", more);
	text = json_dumps(call, JSON_COMPACT);
	if (!text)
		abort();
	size = strlen(text) + 1;
	if (send(wire->fd, text, size, MSG_NOSIGNAL) != (ssize_t)size)
		wire->ended = true;
	free(text);
	json_decref(call);
}

/* Receive what has come. */
static void
receive(struct wire *wire)
{
	ssize_t n;

	if (wire->room - wire->size < READ_AT_ONCE) {
		wire->room = 2 * wire->room + READ_AT_ONCE;
		wire->bytes = realloc(wire->bytes, wire->room);
		if (!wire->bytes)
			abort();
	}
	n = recv(wire->fd, wire->bytes + wire->size, wire->room - wire->size,
	    MSG_DONTWAIT);
	if (n > 0)
		wire->size += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		wire->ended = true;
}

/* Cut the first message out; NULL: it is not whole. */
static json_t *
cut(struct wire *wire)
{
	char *end = wire->size ? memchr(wire->bytes, '\0', wire->size) : NULL;
	json_t *message;
	size_t used;

	if (!end)
		return NULL;
	message = json_loads(wire->bytes, JSON_REJECT_DUPLICATES, NULL);
	if (!message) {
		fprintf(stderr, "no JSON: %s\n", wire->bytes);
		abort();
	}
	used = (size_t)(end - wire->bytes) + 1;
	wire->size -= used;
	memmove(wire->bytes, end + 1, wire->size);
	return message;
}

json_t *
wire_take(struct wire *wire)
{
	json_t *message = cut(wire);

	if (message || wire->ended)
		return message;
	receive(wire);
	return cut(wire);
}

json_t *
wire_next(struct wire *wire, int64_t until_ms)
{
	struct pollfd poll_fd = { .fd = wire->fd, .events = POLLIN };
	json_t *message;

	while (!(message = wire_take(wire)) && !wire->ended) {
		int64_t left_ms = until_ms - clock_ms();

		if (left_ms <= 0)
			return NULL;
		poll(&poll_fd, 1, (int)left_ms);
	}
	return message;
}
