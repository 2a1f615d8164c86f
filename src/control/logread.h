/*
 * The process that reads a log file for a client, beside the loop: a disk may
 * not answer. It sends the last lines, and those that come if they are to be
 * followed.
 */
#ifndef REEVE_CONTROL_LOGREAD_H
#define REEVE_CONTROL_LOGREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What is to be read. */
struct logread {
	const char *path;	/* the caller's */
	uid_t owner;		/* the only user that the file may belong to */
	int64_t lines;
	bool follows;
};

/* The first byte of a message of the process; what stands behind it. */
enum logread_message {
	LOGREAD_REFUSED = 'r',	/* why the file cannot be read; no more comes */
	LOGREAD_LINE = 'l',	/* a line, without its end */
	LOGREAD_WAITS = 'w',	/* all that is there has been sent; what has no
				   line end yet */
};

/* What the process does, see process/aside.h. */
void	logread_run(const struct logread *job, int out);

#endif
