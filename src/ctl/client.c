/* The client's side of the control socket. */
#include "config.h"

#include "ctl/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/places.h"

#define INTERFACE	"io.reeve.Control."

/* A reply that is longer is none of ours. */
#define REPLY_MAX	((size_t)64 << 20)

struct client {
	char *input;		/* bytes received and not yet taken */
	size_t size;		/* of them */
	size_t room;		/* of the buffer */
	size_t taken;		/* length of the message taken last, NUL
				   included */
	size_t searched;	/* bytes known to have no NUL */
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

struct client *
client_open(const char *path)
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
	client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 || connect(client->fd,
	    (const struct sockaddr *)(const void *)&address,
	    sizeof(address)) < 0) {
		int saved = errno;

		client_close(client);
		errno = saved;
		return NULL;
	}
	return client;
}

void
client_close(struct client *client)
{
	if (!client)
		return;
	if (client->fd >= 0)
		close(client->fd);
	free(client->input);
	free(client);
}

/* Send all bytes. */
static int
send_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		bytes += n;
		size -= (size_t)n;
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

	snprintf(name, sizeof(name), INTERFACE "%s", method);
	call = json_pack("{ss so*}", "method", name, "parameters", parameters);
	if (call && more)
		json_object_set_new(call, "more", json_true());
	text = call ? json_dumps(call, JSON_COMPACT) : NULL;
	json_decref(call);
	if (!text) {
		errno = ENOMEM;
		return -1;
	}
	rc = send_all(client->fd, text, strlen(text) + 1);
	/* who is turned away is told why before he has said a word */
	if (rc < 0 && (errno == EPIPE || errno == ECONNRESET))
		rc = 0;
	free(text);
	return rc;
}

/* Drop the message that was taken last. */
static void
drop_taken(struct client *client)
{
	if (client->taken == 0)
		return;
	client->size -= client->taken;
	memmove(client->input, client->input + client->taken, client->size);
	client->taken = 0;
	client->searched = 0;
}

/* Receive more bytes. */
static int
receive(struct client *client)
{
	ssize_t n;

	if (client->room - client->size < 4096) {
		size_t room = client->room ? client->room * 2 : 16384;
		char *input;

		if (room > REPLY_MAX) {
			errno = EPROTO;
			return -1;
		}
		input = realloc(client->input, room);
		if (!input)
			return -1;
		client->input = input;
		client->room = room;
	}
	do {
		n = recv(client->fd, client->input + client->size,
		    client->room - client->size, 0);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		errno = ECONNRESET;
	if (n <= 0)
		return -1;
	client->size += (size_t)n;
	return 0;
}

/* Wait until a whole message is there, and take it. */
static int
take_message(struct client *client)
{
	drop_taken(client);
	for (;;) {
		char *end = NULL;

		if (client->size > client->searched)
			end = memchr(client->input + client->searched, '\0',
			    client->size - client->searched);
		if (end) {
			client->taken = (size_t)(end - client->input) + 1;
			return 0;
		}
		client->searched = client->size;
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
	reply.message = json_loadb(client->input, client->taken - 1,
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
