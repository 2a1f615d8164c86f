/*
 * The daemon's own messages. A line is made whole in one buffer and given to a
 * writer, which writes it at once or beside the loop.
 */
#include "config.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/logsink.h"
#include "base/logwriter.h"
#include "base/text.h"

#define LINE_SIZE	LOGRING_LINE
#define TEXT_SIZE	(LINE_SIZE - 256) /* of a message in a line */

static struct logring rings[2]; /* all zero, they take no room in the program */

static struct {
	struct logwriter log;
	struct logwriter copy;	/* to the tee, if writing there may block */
	enum log_level level;	/* the least important that is written */
	int tee;
	bool tee_blocks;
	unsigned holding;	/* how many times log_hold() was called */
} logger = {
	.log = LOGWRITER_INIT(&rings[0]),
	.copy = LOGWRITER_INIT(&rings[1]),
	.level = LOG_LEVEL_NOTICE,
	.tee = -1,
};

int
log_open(enum log_target target, const char *path)
{
	struct logsink sink;

	if (logsink_open(&sink, target, path) == -1)
		return -1;
	log_join();
	if (logger.log.state != LOGWRITER_AT_ONCE) {
		logsink_close(&sink);
		errno = EBUSY;
		return -1;
	}
	logwriter_release(&logger.log);
	logwriter_set_sink(&logger.log, &sink);
	return 0;
}

void
log_beside(int news)
{
	if (logger.log.state == LOGWRITER_AT_ONCE &&
	    logwriter_begin(&logger.log, news) == -1)
		log_warning("the loop itself writes this log, and may have to "
		    "wait: %s", strerror(errno));
	if (logger.copy.state == LOGWRITER_AT_ONCE && logger.tee >= 0 &&
	    logger.tee_blocks)
		logwriter_begin(&logger.copy, -1);
}

void
log_join(void)
{
	logwriter_end(&logger.log);
	logwriter_end(&logger.copy);
}

int
log_reopen(void)
{
	return logwriter_reopen(&logger.log);
}

void
log_set_level(enum log_level level)
{
	logger.level = level;
}

void
log_tee(int fd)
{
	struct logsink sink;

	logger.tee = fd;
	if (fd < 0) {
		logwriter_leave(&logger.copy);
		return;
	}
	logwriter_end(&logger.copy);	/* of an earlier one */
	logsink_of(&sink, fd);
	logwriter_set_sink(&logger.copy, &sink);
	logger.tee_blocks = !(fcntl(fd, F_GETFL) & O_NONBLOCK);
}

unsigned long
log_lost(void)
{
	return logger.log.lost;
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
		logwriter_release(&logger.log);
}

void
log_settle(void)
{
	logwriter_settle(&logger.log);
}

/* Append a text to a line that has room for it; the new end. */
static char *
put(char *end, const char *text)
{
	size_t size = strlen(text);

	memcpy(end, text, size);
	return end + size;
}

/* Copy a line. A copy that is not read is not lost, since the log has the line;
 * one that can never be read is the last. */
static void
write_copy(const char *line, size_t size)
{
	if (!logger.tee_blocks) {
		if (write(logger.tee, line, size) == -1 && errno != EAGAIN)
			logger.tee = -1;
		return;
	}
	logwriter_put(&logger.copy, line, size);
	logwriter_release(&logger.copy);
}

/* Make one line of a message, and write it to the log and its copy. */
static void
write_message(enum log_level level, const char *text)
{
	char line[LINE_SIZE];
	char *start = logsink_head(&logger.log.sink, level, line);
	char *end = put(put(start, text), "\n");

	logwriter_put(&logger.log, line, (size_t)(end - line));
	if (!logger.holding)
		logwriter_release(&logger.log);
	if (logger.tee < 0 || level > LOG_LEVEL_WARNING)
		return;
	start = logsink_head(&logger.copy.sink, level, line);
	end = put(put(start, text), "\n");
	write_copy(line, (size_t)(end - line));
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
