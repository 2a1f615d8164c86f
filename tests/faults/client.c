/* Asking a daemon over its socket. */
#include "client.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Connect to the daemon. */
static int
dial(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd != -1 && connect(fd,
	    (const struct sockaddr *)(const void *)&address,
	    sizeof(address)) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

int
client_ask(const char *socket, const char *method, const char *parameters)
{
	char text[PATH_MAX + 512];
	int fd = dial(socket);

	snprintf(text, sizeof(text), "{\"method\":\"io.reeve.Control.%s\","
	    "\"more\":true,\"parameters\":%s}", method, parameters);
	if (fd != -1 && send(fd, text, strlen(text) + 1, MSG_NOSIGNAL) <= 0) {
		close(fd);
		return -1;
	}
	return fd;
}

bool
client_is_answered(int fd, int patience_ms)
{
	struct pollfd entry = {.fd = fd, .events = POLLIN};

	return fd != -1 && poll(&entry, 1, patience_ms) == 1;
}

/* Receive one reply. */
static json_t *
receive(int fd, int patience_ms)
{
	static char text[1 << 20];
	size_t size = 0;
	ssize_t n;

	while (size < sizeof(text) && client_is_answered(fd, patience_ms)) {
		n = recv(fd, text + size, sizeof(text) - size, 0);
		if (n <= 0)
			return NULL;
		size += (size_t)n;
		if (memchr(text, '\0', size))
			return json_loads(text, 0, NULL);
	}
	return NULL;
}

json_t *
client_answer(int fd, int patience_ms)
{
	json_t *reply;

	if (fd == -1)
		return NULL;
	reply = receive(fd, patience_ms);
	close(fd);
	return reply;
}
