/*
 * Where the lines of a log go. All but opening and logsink_head() is called by
 * a thread of its own too, and makes system calls and nothing else: it takes no
 * memory, and asks the C library for no time.
 */
#include "config.h"

#include "base/logsink.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "os/os.h"

#ifdef _PATH_LOG
#define SYSLOG_PATH	_PATH_LOG
#else
#define SYSLOG_PATH	"/dev/log"
#endif

#define PLAIN_MOST	((size_t)64 << 10)
#define TRIES		2	/* of a line, with a new socket */

static const char *const level_words[] = {
	[LOG_LEVEL_ERROR] = "error: ",
	[LOG_LEVEL_WARNING] = "warning: ",
	[LOG_LEVEL_NOTICE] = "",
};

static const int priorities[] = {
	[LOG_LEVEL_ERROR] = LOG_DAEMON | LOG_ERR,
	[LOG_LEVEL_WARNING] = LOG_DAEMON | LOG_WARNING,
	[LOG_LEVEL_NOTICE] = LOG_DAEMON | LOG_NOTICE,
};

/* Tell whether a descriptor is of a plain file. */
static bool
is_plain(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

void
logsink_of(struct logsink *ret_sink, int fd)
{
	*ret_sink = (struct logsink){
		.target = LOG_TO_STDERR,
		.fd = fd,
		.is_plain = is_plain(fd),
	};
}

/* Make a socket of a type and connect it to the system's log. */
static int
connect_as(const char *path, int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(path);
	int fd;

	if (length >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(address.sun_path, path, length);
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return -1;
	if (connect(fd, (const struct sockaddr *)(const void *)&address,
	    sizeof(address)) == 0)
		return fd;
	os_close(fd);
	return -1;
}

/* Connect to the system's log: by datagrams, as almost every syslogd has it, or
 * else by a stream. */
static int
connect_syslog(struct logsink *sink)
{
	sink->is_stream = false;
	sink->fd = connect_as(sink->path, SOCK_DGRAM);
	if (sink->fd == -1 && errno == EPROTOTYPE) {
		sink->is_stream = true;
		sink->fd = connect_as(sink->path, SOCK_STREAM);
	}
	return sink->fd == -1 ? -1 : 0;
}

int
logsink_open(struct logsink *ret_sink, enum log_target target,
    const char *path)
{
	struct logsink sink = { .target = target, .fd = STDERR_FILENO };

	if (target == LOG_TO_SYSLOG && !path)
		path = SYSLOG_PATH;
	if (target != LOG_TO_STDERR) {
		sink.path = strdup(path);
		if (!sink.path)
			return -1;
	}
	if (target == LOG_TO_FILE)
		sink.fd = appendfile_open(path, (uid_t)-1);
	if (sink.fd == -1) {
		free(sink.path);
		return -1;
	}
	if (target == LOG_TO_SYSLOG) {
		clock_know_zone();
		connect_syslog(&sink);
	} else {
		sink.is_plain = is_plain(sink.fd);
		sink.is_stamped = target == LOG_TO_FILE || !isatty(sink.fd);
	}
	*ret_sink = sink;
	return 0;
}

void
logsink_close(struct logsink *sink)
{
	if (sink->target != LOG_TO_STDERR && sink->fd != -1)
		close(sink->fd);
	free(sink->path);
	logsink_of(sink, STDERR_FILENO);
}

int
logsink_reopen(struct logsink *sink)
{
	int fd;

	if (sink->target != LOG_TO_FILE)
		return 0;
	fd = appendfile_open(sink->path, (uid_t)-1);
	if (fd == -1)
		return -1;
	if (sink->fd != -1)
		close(sink->fd);
	sink->fd = fd;
	return 0;
}

/* The beginning of a line, with a time that is given. */
static char *
make_head(const struct logsink *sink, enum log_level level, const char *stamp,
    char *ret_line)
{
	int size;

	if (sink->target == LOG_TO_SYSLOG)
		size = snprintf(ret_line, LOGSINK_HEAD, "<%d>%sreeved[%d]: %s",
		    priorities[level], stamp, (int)getpid(),
		    level_words[level]);
	else
		size = snprintf(ret_line, LOGSINK_HEAD, "%sreeved: %s", stamp,
		    level_words[level]);
	return ret_line + size;
}

char *
logsink_head(const struct logsink *sink, enum log_level level, char *ret_line)
{
	char stamp[CLOCK_TEXT_SIZE + 1] = "";

	if (sink->target == LOG_TO_SYSLOG)
		clock_syslog_text(clock_wall_ms(), stamp);
	else if (sink->is_stamped)
		clock_text(clock_wall_ms(), stamp);
	if (*stamp)
		memcpy(stamp + strlen(stamp), " ", 2);
	return make_head(sink, level, stamp, ret_line);
}

/* Remember the time of the last of some lines. */
static void
remember_stamp(struct logsink *sink, const char *lines, size_t size)
{
	const char *end = lines + size - 1, *at = end, *stamp, *name;

	while (at > lines && at[-1] != '\n')
		at--;
	stamp = sink->target == LOG_TO_SYSLOG ?
	    (const char *)memchr(at, '>', (size_t)(end - at)) + 1 : at;
	name = memmem(stamp, (size_t)(end - stamp), "reeved", 6);
	if (!name || (size_t)(name - stamp) >= sizeof(sink->stamp))
		return;
	memcpy(sink->stamp, stamp, (size_t)(name - stamp));
	sink->stamp[name - stamp] = '\0';
}

size_t
logsink_most(const struct logsink *sink)
{
	if (sink->target == LOG_TO_SYSLOG)
		return 1;	/* a line each */
	return sink->is_plain ? PLAIN_MOST : PIPE_BUF;
}

/* Wait until something can be written; false: it cannot. */
static bool
await_room(const struct logsink *sink, int patience_ms)
{
	struct pollfd entry = { .fd = sink->fd, .events = POLLOUT };

	if (sink->is_plain)
		return true;
	if (poll(&entry, 1, patience_ms) != 0)
		return true;
	errno = EAGAIN;
	return false;
}

/*
 * Write once. A pipe that has room takes PIPE_BUF bytes without blocking, and a
 * socket never blocks. EAGAIN means that another process has taken the room.
 */
static ssize_t
write_once(const struct logsink *sink, const char *bytes, size_t size,
    int patience_ms)
{
	ssize_t n;

	do {
		if (!await_room(sink, patience_ms))
			return -1;
		if (sink->target == LOG_TO_SYSLOG)
			n = send(sink->fd, bytes, size, MSG_NOSIGNAL);
		else
			n = write(sink->fd, bytes, sink->is_plain ||
			    size < PIPE_BUF ? size : PIPE_BUF);
	} while (n == -1 && (errno == EINTR ||
	    (errno == EAGAIN && patience_ms == LOGSINK_FOREVER)));
	return n;
}

/* Write all; returns how many bytes could not be written. */
static size_t
write_all(const struct logsink *sink, const char *bytes, size_t size,
    int patience_ms)
{
	while (size > 0) {
		ssize_t n = write_once(sink, bytes, size, patience_ms);

		if (n <= 0)
			break;
		bytes += n;
		size -= (size_t)n;
	}
	return size;
}

/* Send one line; false: it is lost. A datagram ends without '\n'. */
static bool
send_line(struct logsink *sink, const char *line, size_t size,
    int patience_ms)
{
	for (int i = 0; i < TRIES; i++) {
		size_t whole = size, left;

		if (sink->fd == -1 && connect_syslog(sink) == -1)
			return false;
		if (!sink->is_stream)
			whole--;
		left = write_all(sink, line, whole, patience_ms);
		if (left == 0)
			return true;
		if (left == whole && (errno == EAGAIN || errno == ENOBUFS ||
		    errno == EMSGSIZE))
			return false;
		close(sink->fd);	/* syslogd is gone, or a line is cut */
		sink->fd = -1;
	}
	return false;
}

/* Count lines. */
static unsigned long
count_lines(const char *bytes, size_t size)
{
	unsigned long lines = 0;

	for (size_t i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	return lines;
}

unsigned long
logsink_write(struct logsink *sink, const char *lines, size_t size,
    int patience_ms)
{
	size_t left;

	remember_stamp(sink, lines, size);
	if (sink->target == LOG_TO_SYSLOG)
		return send_line(sink, lines, size, patience_ms) ? 0 : 1;
	if (sink->fd == -1 && logsink_reopen(sink) == -1)
		return count_lines(lines, size);
	left = write_all(sink, lines, size, patience_ms);
	return count_lines(lines + size - left, left);
}

char *
logsink_lost_text(unsigned long lost, char *ret_text)
{
	return ret_text + snprintf(ret_text, LOGSINK_LOST,
	    "%lu lines of this log were lost\n", lost);
}

bool
logsink_say_lost(struct logsink *sink, unsigned long lost, int patience_ms)
{
	char line[LOGSINK_HEAD + LOGSINK_LOST];
	char *end = make_head(sink, LOG_LEVEL_WARNING, sink->stamp, line);

	end = logsink_lost_text(lost, end);
	return logsink_write(sink, line, (size_t)(end - line), patience_ms) ==
	    0;
}
