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
#define AGAIN_S		1.

struct upstream {
	struct sockaddr_un address;
	socklen_t size;		/* of the address in use */
	int fd;
	bool ready;		/* the tree has come up */
	bool is_known;		/* the launcher knows that, and our pid */
	bool stopping;
	struct ev_loop *loop;	/* NULL: nothing is tried again */
	ev_timer again;
	char message[MESSAGE_MAX]; /* the latest; "": it is sent */
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

/* Send the latest message. If there is no room it is kept, else a failure is
 * the end of it. */
static int
send_message(struct upstream *upstream)
{
	size_t size = strlen(upstream->message);

	if (size > 0 && sendto(upstream->fd, upstream->message, size,
	    MSG_NOSIGNAL,
	    (const struct sockaddr *)(const void *)&upstream->address,
	    upstream->size) == -1)
		return -1;
	if (strncmp(upstream->message, "READY=1", 7) == 0)
		upstream->is_known = true;
	upstream->message[0] = '\0';
	return 0;
}

/* Tell whether a message failed because none is read. */
static bool
is_full(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

/* The launcher may have read something. */
static void
on_again(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	struct upstream *upstream = watcher->data;

	(void)revents;
	if (send_message(upstream) == -1) {
		if (is_full(errno))
			return;
		log_warning("cannot notify the launcher: %s", strerror(errno));
	}
	upstream->message[0] = '\0';
	ev_timer_stop(loop, watcher);
}

void
upstream_watch(struct upstream *upstream, struct ev_loop *loop)
{
	if (!upstream)
		return;
	upstream->loop = loop;
	ev_timer_init(&upstream->again, on_again, AGAIN_S, AGAIN_S);
	upstream->again.data = upstream;
}

void
upstream_unwatch(struct upstream *upstream)
{
	if (!upstream || !upstream->loop)
		return;
	ev_timer_stop(upstream->loop, &upstream->again);
	upstream->loop = NULL;
}

static void tell(struct upstream *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* Send a message in place of one that waits. If that fails say so, but of those
 * that are tried again only of the first. */
static void
tell(struct upstream *upstream, const char *format, ...)
{
	bool waits;
	va_list args;

	va_start(args, format);
	vsnprintf(upstream->message, MESSAGE_MAX, format, args);
	va_end(args);
	if (send_message(upstream) == 0)
		return;
	waits = upstream->loop && is_full(errno);
	if (!waits || !ev_is_active(&upstream->again))
		log_warning("cannot notify the launcher: %s%s",
		    strerror(errno), waits ? "; this is tried again" : "");
	if (waits)
		ev_timer_again(upstream->loop, &upstream->again);
	else
		upstream->message[0] = '\0';
}

/* The word after a number of children. */
static const char *
plural(size_t children)
{
	return children == 1 ? "child" : "children";
}

/* Tell that the tree runs; and the first time under which pid. */
static void
tell_ready(struct upstream *upstream, size_t children, const char *more)
{
	char pid[32] = "";

	if (!upstream->is_known)
		snprintf(pid, sizeof(pid), "MAINPID=%d\n", (int)getpid());
	tell(upstream, "READY=1\n%sSTATUS=running, %zu %s%s", pid, children,
	    plural(children), more);
}

void
upstream_ready(struct upstream *upstream, size_t children)
{
	if (!upstream)
		return;
	upstream->ready = true;
	tell_ready(upstream, children, "");
}

void
upstream_reloading(struct upstream *upstream)
{
	if (upstream && upstream->is_known)
		tell(upstream, "RELOADING=1\nMONOTONIC_USEC=%" PRId64
		    "\nSTATUS=reloading", clock_us());
}

void
upstream_reloaded(struct upstream *upstream, size_t children, bool refused)
{
	if (upstream && upstream->ready)
		tell_ready(upstream, children, !refused ? "" :
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
