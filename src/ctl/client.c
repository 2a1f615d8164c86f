/* The client's side of the control socket. */
#include "config.h"

#include "ctl/client.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/interface.h"
#include "config/places.h"
#include "os/os.h"

#define REPLY_MAX	((size_t)64 << 20) /* no reply of reeved is so long */
#define RECEIVED_AT_ONCE ((size_t)64 << 10)
#define CONNECT_NAP_MS	10	/* until the daemon's queue is tried again */

struct client {
	struct bytes input;	/* begins with the message taken last */
	size_t taken;		/* bytes of that message, its NUL included */
	size_t searched;	/* bytes that have no NUL */
	int64_t patience_ms;	/* for each byte that comes or goes */
	bool has_sent;		/* the last call, to its end */
	int fd;
};

char *
client_default_socket(char *ret_path, size_t size)
{
	const char *path = getenv("REEVE_SOCKET");
	const char *run = places_run(geteuid(), getenv("XDG_RUNTIME_DIR"));

	if (path && *path)
		snprintf(ret_path, size, "%s", path);
	else
		snprintf(ret_path, size, "%s/" PLACES_NAME "/" PLACES_SOCKET,
		    run ? run : PLACES_RUN);
	return ret_path;
}

/* When a patience that begins now is at its end. */
static int64_t
end_of(int64_t patience_ms)
{
	return patience_ms == CLIENT_FOREVER ? CLIENT_FOREVER :
	    clock_ms() + patience_ms;
}

/* Wait until the socket is ready for `events'; 0, or -1 with errno. */
static int
await_socket(const struct client *client, short events)
{
	struct pollfd poller = { .fd = client->fd, .events = events };
	int64_t end_ms = end_of(client->patience_ms), left_ms;
	int rc;

	do {
		left_ms = end_ms - clock_ms();
		if (left_ms < 0)
			left_ms = 0;
		rc = poll(&poller, 1, left_ms < INT_MAX ? (int)left_ms :
		    INT_MAX);
		if (rc > 0)
			return 0;
		if (rc < 0 && errno != EINTR)
			return -1;
	} while (left_ms > 0);
	errno = ETIMEDOUT;
	return -1;
}

/* Connect the socket. A daemon that accepts no connections may have its queue
 * full, and the system does not tell when there is room again. */
static int
connect_to(int fd, const struct sockaddr_un *address, int64_t patience_ms)
{
	int64_t end_ms = end_of(patience_ms);

	while (connect(fd, (const struct sockaddr *)(const void *)address,
	    sizeof(*address)) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -1;
		if (clock_ms() >= end_ms) {
			errno = ETIMEDOUT;
			return -1;
		}
		poll(NULL, 0, CONNECT_NAP_MS);
	}
	return 0;
}

struct client *
client_open(const char *path, int64_t patience_ms)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	struct client *client;

	if (len >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	memcpy(address.sun_path, path, len + 1);
	client = calloc(1, sizeof(*client));
	if (!client)
		return NULL;
	client->patience_ms = patience_ms;
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (client->fd < 0 ||
	    connect_to(client->fd, &address, patience_ms) < 0) {
		int saved = errno;

		client_close(client);
		errno = saved;
		return NULL;
	}
	return client;
}

void
client_set_patience(struct client *client, int64_t patience_ms)
{
	client->patience_ms = patience_ms;
}

pid_t
client_peer(const struct client *client)
{
	struct os_peer peer;

	if (os_peer(client->fd, &peer) < 0)
		return 0;
	free(peer.groups);
	return peer.pid;
}

bool
client_has_sent(const struct client *client)
{
	return client->has_sent;
}

void
client_close(struct client *client)
{
	if (!client)
		return;
	if (client->fd >= 0)
		close(client->fd);
	bytes_release(&client->input);
	free(client);
}

static int
send_all(struct client *client, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = send(client->fd, bytes, size, MSG_NOSIGNAL);

		if (n >= 0) {
			bytes += n;
			size -= (size_t)n;
		} else if (errno == EAGAIN) {
			if (await_socket(client, POLLOUT) < 0)
				return -1;
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

int
client_call(struct client *client, const char *method,
    json_t *parameters, bool more)
{
	char name[128];
	json_t *call;
	char *text;
	int rc;

	client->has_sent = false;
	snprintf(name, sizeof(name), INTERFACE_CONTROL ".%s", method);
	call = json_pack("{ss so*}", "method", name, "parameters", parameters);
	if (call && more)
		json_object_set_new(call, "more", json_true());
	text = call ? json_dumps(call, JSON_COMPACT) : NULL;
	json_decref(call);
	if (!text) {
		errno = ENOMEM;
		return -1;
	}
	rc = send_all(client, text, strlen(text) + 1);
	client->has_sent = rc == 0;
	/* a client that is refused gets the reason before it sends a call */
	if (rc < 0 && (errno == EPIPE || errno == ECONNRESET))
		rc = 0;
	free(text);
	return rc;
}

static int
receive(struct client *client)
{
	char *to = bytes_reserve(&client->input, RECEIVED_AT_ONCE, REPLY_MAX);
	ssize_t n;

	if (!to) {
		errno = client->input.size + RECEIVED_AT_ONCE > REPLY_MAX ?
		    EPROTO : ENOMEM;
		return -1;
	}
	while ((n = recv(client->fd, to, RECEIVED_AT_ONCE, 0)) < 0 &&
	    (errno == EINTR || errno == EAGAIN))
		if (errno == EAGAIN && await_socket(client, POLLIN) < 0)
			return -1;
	if (n == 0)
		errno = ECONNRESET;
	if (n <= 0)
		return -1;
	bytes_add(&client->input, (size_t)n);
	return 0;
}

/* Wait until a whole message is there, and take it. */
static int
take_message(struct client *client)
{
	if (client->taken > 0) {
		bytes_take(&client->input, client->taken);
		client->taken = client->searched = 0;
	}
	for (;;) {
		size_t left = client->input.size - client->searched;
		const char *end = NULL;

		if (left > 0)
			end = memchr(bytes_first(&client->input) +
			    client->searched, '\0', left);
		if (end) {
			client->taken = (size_t)(end -
			    bytes_first(&client->input)) + 1;
			return 0;
		}
		client->searched = client->input.size;
		if (receive(client) < 0)
			return -1;
	}
}

int
client_next(struct client *client, struct client_reply *ret_reply)
{
	struct client_reply reply = { 0 };

	if (take_message(client) < 0)
		return -1;
	reply.message = json_loadb(bytes_first(&client->input),
	    client->taken - 1,
	    JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(reply.message)) {
		json_decref(reply.message);
		errno = EPROTO;
		return -1;
	}
	reply.parameters = json_object_get(reply.message, "parameters");
	reply.error = json_string_value(json_object_get(reply.message,
	    "error"));
	reply.continues = json_is_true(json_object_get(reply.message,
	    "continues"));
	*ret_reply = reply;
	return 0;
}

void
client_reply_clear(struct client_reply *reply)
{
	json_decref(reply->message);
	*reply = (struct client_reply){ 0 };
}
