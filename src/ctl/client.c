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

#include "base/bytes.h"
#include "base/interface.h"
#include "config/places.h"

#define REPLY_MAX	((size_t)64 << 20) /* no reply of reeved is so long */
#define RECEIVED_AT_ONCE ((size_t)64 << 10)

struct client {
	struct bytes input;	/* begins with the message taken last */
	size_t taken;		/* bytes of that message, its NUL included */
	size_t searched;	/* bytes that have no NUL */
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
	bytes_release(&client->input);
	free(client);
}

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
	rc = send_all(client->fd, text, strlen(text) + 1);
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
	do
		n = recv(client->fd, to, RECEIVED_AT_ONCE, 0);
	while (n < 0 && errno == EINTR);
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
	bytes_take(&client->input, client->taken);
	client->taken = client->searched = 0;
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
