/*
 * The daemon's own messages. A line is made whole in one buffer and written
 * by one call, so that lines of several writers do not mix; what a full disk
 * or a closed pipe refuses is counted, and said once there is room again.
 */
#include "config.h"

#include "base/log.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "base/clock.h"
#include "base/text.h"

#define LINE_SIZE	4096
#define TEXT_SIZE	(LINE_SIZE - 256) /* of a message in a line */
#define PATIENCE_MS	50	/* with a slow reader */
#define HELD_SIZE	32768

static struct {
	char held[HELD_SIZE];	/* lines not yet written */
	char *path;		/* LOG_TO_FILE */
	size_t held_size;
	unsigned long lost;	/* lines, since the start */
	unsigned long lost_said; /* of these, reported */
	enum log_target target;
	enum log_level level;	/* the least important that is written */
	int fd;
	int tee;
	bool stamped;		/* the time stands before each line */
	unsigned holding;	/* how many times log_hold() was called */
} logger = {
	.level = LOG_LEVEL_NOTICE,
	.fd = STDERR_FILENO,
	.tee = -1,
};

static const char *const level_prefixes[] = {
	[LOG_LEVEL_ERROR] = "error: ",
	[LOG_LEVEL_WARNING] = "warning: ",
	[LOG_LEVEL_NOTICE] = "",
};

static const int syslog_priorities[] = {
	[LOG_LEVEL_ERROR] = LOG_ERR,
	[LOG_LEVEL_WARNING] = LOG_WARNING,
	[LOG_LEVEL_NOTICE] = LOG_NOTICE,
};

/* Write to a descriptor from now on; close the one before, if it is ours. */
static void
use_fd(int fd, bool stamped)
{
	if (logger.fd > STDERR_FILENO)
		close(logger.fd);
	logger.fd = fd;
	logger.stamped = stamped;
}

int
log_open(enum log_target target, const char *path)
{
	char *copy = NULL;
	int fd = STDERR_FILENO;

	if (target == LOG_TO_FILE) {
		copy = strdup(path);
		fd = copy ? appendfile_open(path, (uid_t)-1) : -1;
		if (fd < 0) {
			free(copy);
			return -1;
		}
	}
	log_release();
	use_fd(fd, target == LOG_TO_FILE || !isatty(STDERR_FILENO));
	free(logger.path);
	logger.path = copy;
	logger.target = target;
	if (target == LOG_TO_SYSLOG)
		openlog("reeved", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	return 0;
}

int
log_reopen(void)
{
	if (logger.target != LOG_TO_FILE)
		return 0;
	return log_open(LOG_TO_FILE, logger.path);
}

void
log_set_level(enum log_level level)
{
	logger.level = level;
}

void
log_tee(int fd)
{
	logger.tee = fd;
}

unsigned long
log_lost(void)
{
	return logger.lost;
}

/* Count the lines of what could not be written. */
static unsigned long
count_lines(const char *bytes, size_t size)
{
	unsigned long lines = 0;

	for (size_t i = 0; i < size; i++)
		lines += bytes[i] == '\n';
	return lines;
}

/*
 * Tell how much can be written now without blocking. Wait for a slow reader,
 * but not for long: the daemon must not stop because its log is not read. Once
 * lines are lost do not wait at all, until a line goes through again. A pipe
 * that is writable takes PIPE_BUF bytes.
 */
static size_t
room_of(int fd, size_t size)
{
	struct pollfd entry = { .fd = fd, .events = POLLOUT };
	int patience_ms = logger.lost == logger.lost_said ? PATIENCE_MS : 0;
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return size;
	if (poll(&entry, 1, patience_ms) == 0)
		return 0;
	return size < PIPE_BUF ? size : PIPE_BUF;
}

/* Write whole lines; those that cannot be written are lost, and counted. */
static bool
write_lines(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		size_t room = room_of(fd, size);
		ssize_t n = room > 0 ? write(fd, bytes, room) : 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			logger.lost += count_lines(bytes, size);
			return false;
		}
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

/* Say that lines were lost, now that there is room again. */
static void
say_lost(void)
{
	char line[128];
	unsigned long lost = logger.lost;
	int n;

	if (lost == logger.lost_said)
		return;
	n = snprintf(line, sizeof(line), "reeved: warning: %lu lines of this "
	    "log were lost\n", lost - logger.lost_said);
	if (write_lines(logger.fd, line, (size_t)n))
		logger.lost_said = lost;
	else
		logger.lost = lost;	/* this line does not count */
}

static void
flush_held(void)
{
	size_t size = logger.held_size;

	logger.held_size = 0;
	if (size > 0 && write_lines(logger.fd, logger.held, size))
		say_lost();
}

void
log_hold(void)
{
	logger.holding++;
}

void
log_release(void)
{
	if (logger.holding > 0)
		logger.holding--;
	if (logger.holding == 0)
		flush_held();
}

/* Append a text to a line that has room for it; the new end. */
static char *
put(char *end, const char *text)
{
	size_t size = strlen(text);

	memcpy(end, text, size);
	return end + size;
}

/* Write a line, or hold it back. */
static void
put_line(const char *line, size_t size)
{
	if (size > sizeof(logger.held) - logger.held_size)
		flush_held();
	memcpy(&logger.held[logger.held_size], line, size);
	logger.held_size += size;
	if (!logger.holding)
		flush_held();
}

/* Copy a line. A copy that is not read is not lost, since the log has the line;
 * but it is the last one, so that a reader is waited for once. */
static void
write_copy(const char *line, size_t size)
{
	unsigned long lost = logger.lost;

	if (!write_lines(logger.tee, line, size))
		logger.tee = -1;
	logger.lost = lost;
}

/* Make one line of a message, and write it to the log and its copy. */
static void
write_message(enum log_level level, const char *text)
{
	char line[LINE_SIZE], time[CLOCK_TEXT_SIZE];
	char *start = line, *end;

	if (logger.stamped)
		start = put(put(line, clock_text(clock_wall_ms(), time)), " ");
	end = put(start, "reeved: ");
	end = put(put(put(end, level_prefixes[level]), text), "\n");
	if (logger.tee >= 0 && level <= LOG_LEVEL_WARNING)
		write_copy(start, (size_t)(end - start));
	if (logger.target == LOG_TO_SYSLOG)
		syslog(syslog_priorities[level], "%s%s", level_prefixes[level],
		    text);
	else
		put_line(line, (size_t)(end - line));
}

static void
__attribute__((format(printf, 2, 0)))
log_va(enum log_level level, const char *format, va_list args)
{
	char raw[TEXT_SIZE], text[TEXT_SIZE];
	int saved = errno;

	if (level > logger.level)
		return;
	vsnprintf(raw, sizeof(raw), format, args);
	text_sanitise(raw, strlen(raw), text, sizeof(text));
	write_message(level, text);
	errno = saved;
}

#define DEFINE_LOG(name, level)						\
	void								\
	log_##name(const char *format, ...)				\
	{								\
		va_list args;						\
									\
		va_start(args, format);					\
		log_va(level, format, args);				\
		va_end(args);						\
	}

DEFINE_LOG(error, LOG_LEVEL_ERROR)
DEFINE_LOG(warning, LOG_LEVEL_WARNING)
DEFINE_LOG(notice, LOG_LEVEL_NOTICE)
