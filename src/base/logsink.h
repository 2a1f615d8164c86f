/*
 * Where the lines of a log go: a file, stderr, or the socket of the system's
 * log. Each has its own form of a line: logsink_head() makes its beginning.
 *
 * The system's log is written to by a socket of our own, since syslog(3) waits
 * for ever if no process reads there, and tells nothing of what is lost. If the
 * socket is gone, as when syslogd is restarted, the next line connects again.
 */
#ifndef REEVE_BASE_LOGSINK_H
#define REEVE_BASE_LOGSINK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/log.h"

#define LOGSINK_FOREVER	(-1)	/* patience */
#define LOGSINK_HEAD	96	/* more than logsink_head() writes */
#define LOGSINK_LOST	64	/* more than logsink_lost_text() writes */

struct logsink {
	enum log_target target;
	int fd;			/* -1: of the next line that is written */
	char *path;		/* LOG_TO_FILE, LOG_TO_SYSLOG */
	bool is_plain;		/* a plain file: it has always room */
	bool is_stream;		/* LOG_TO_SYSLOG: no datagrams */
	bool is_stamped;	/* the time stands before each line */
	char stamp[CLOCK_TEXT_SIZE + 1]; /* of the last line written */
};

/*
 * Open one; path is for LOG_TO_FILE, and for LOG_TO_SYSLOG if it is not the
 * usual socket. 0, or -1 with errno. That no process listens at the socket is
 * no failure.
 */
int	logsink_open(struct logsink *ret_sink, enum log_target target,
	    const char *path);

/* Make a sink of a descriptor that stays the caller's; lines have no time. */
void	logsink_of(struct logsink *ret_sink, int fd);

void	logsink_close(struct logsink *sink);

/* Open a file again; of another target nothing. 0, or -1 with errno: the old
 * file is kept. */
int	logsink_reopen(struct logsink *sink);

/* Write the beginning of a line: LOGSINK_HEAD bytes. Returns its end. */
char	*logsink_head(const struct logsink *sink, enum log_level level,
	    char *ret_line);

/* Write the rest of a line that says that lines were lost: LOGSINK_LOST bytes.
 * Returns its end. */
char	*logsink_lost_text(unsigned long lost, char *ret_text);

/* How many bytes of lines should be written at once. */
size_t	logsink_most(const struct logsink *sink);

/*
 * Write whole lines, at once no more than logsink_most() says; returns how many
 * could not be written. Waits so many milliseconds for a slow reader, or for
 * ever.
 */
unsigned long logsink_write(struct logsink *sink, const char *lines,
	    size_t size, int patience_ms);

/* Write that so many lines were lost, with the time of the last line; tell
 * whether that could be written. */
bool	logsink_say_lost(struct logsink *sink, unsigned long lost,
	    int patience_ms);

#endif
