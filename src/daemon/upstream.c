/* Telling the launcher of the daemon how the daemon is. */
#include "config.h"

#include "daemon/upstream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define MESSAGE_MAX	512

struct upstream {
	struct sockaddr_un address;
	socklen_t size;		/* of the address in use */
	int fd;
	bool ready;		/* has been told */
	bool stopping;		/* has been told */
};

/* Make an address of the text; -1 if it is none. */
static int
set_address(struct upstream *upstream, const char *text)
{
	struct sockaddr_un *address = &upstream->address;
	size_t length = strlen(text);

	if ((text[0] != '/' && text[0] != '@') || length < 2) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	if (length >= sizeof(address->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, text, length);
	upstream->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    length);
	if (text[0] == '@')
		address->sun_path[0] = '\0';
	else
		upstream->size++;	/* the NUL */
	return 0;
}

struct upstream *
upstream_open(void)
{
	const char *text = getenv("NOTIFY_SOCKET");
	struct upstream *upstream;

	if (!text || !*text) {
		unsetenv("NOTIFY_SOCKET");
		return NULL;
	}
	upstream = calloc(1, sizeof(*upstream));
	if (!upstream || set_address(upstream, text) == -1 ||
	    (upstream->fd = socket(AF_UNIX,
	    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) == -1) {
		log_warning("cannot notify '%s': %s", text, strerror(errno));
		free(upstream);
		upstream = NULL;
	}
	unsetenv("NOTIFY_SOCKET");
	return upstream;
}

void
upstream_close(struct upstream *upstream)
{
	if (!upstream)
		return;
	close(upstream->fd);
	free(upstream);
}

static void tell(const struct upstream *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* Send one message, or say that it is lost. */
static void
tell(const struct upstream *upstream, const char *format, ...)
{
	char message[MESSAGE_MAX];
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	if (size < 0 || (size_t)size >= sizeof(message))
		return;		/* none is so long */
	if (sendto(upstream->fd, message, (size_t)size, MSG_NOSIGNAL,
	    (const struct sockaddr *)(const void *)&upstream->address,
	    upstream->size) == -1)
		log_warning("cannot notify the launcher: %s",
		    strerror(errno));
}

/* The word after a number of children. */
static const char *
plural(size_t children)
{
	return children == 1 ? "child" : "children";
}

void
upstream_ready(struct upstream *upstream, size_t children)
{
	if (!upstream)
		return;
	upstream->ready = true;
	tell(upstream, "READY=1\nMAINPID=%d\nSTATUS=running, %zu %s",
	    (int)getpid(), children, plural(children));
}

void
upstream_reloading(struct upstream *upstream)
{
	if (upstream && upstream->ready)
		tell(upstream, "RELOADING=1\nMONOTONIC_USEC=%" PRId64
		    "\nSTATUS=reloading", clock_us());
}

void
upstream_reloaded(struct upstream *upstream, size_t children, bool refused)
{
	if (upstream && upstream->ready)
		tell(upstream, "READY=1\nSTATUS=running, %zu %s%s", children,
		    plural(children), !refused ? "" :
		    "; the last reload was refused, the log says why");
}

void
upstream_stopping(struct upstream *upstream)
{
	if (!upstream || upstream->stopping)
		return;
	upstream->stopping = true;
	tell(upstream, "STOPPING=1\nSTATUS=stopping");
}
