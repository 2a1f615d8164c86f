/*
 * What tests of the log share: numbered lines, and the account of them, in
 * which each line is there in its place or is told as lost.
 */
#ifndef REEVE_TESTS_UNIT_FIXTURE_LOG_H
#define REEVE_TESTS_UNIT_FIXTURE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#define FIXTURE_LOG_SOON_MS	20000	/* what takes a moment, or for ever */

struct fixture_log {
	long next;		/* the number that comes next */
	long seen;		/* lines that are there */
	long told;		/* lines that are told as lost */
	long missing;		/* lines that are not there, so far */
};

/* Log so many notices with the next numbers. */
void	fixture_log_lines(long *number, long count);

/* Look at text of the log, whole lines: they must be in order. */
void	fixture_log_read(struct fixture_log *account, char *text);

/* Tell whether all lines up to this number are there or told as lost. */
bool	fixture_log_is_complete(const struct fixture_log *account,
	    long number);

/* Read a pipe until the account is complete. Fails if that takes long, or if
 * more is told than there was. */
void	fixture_log_drain(struct fixture_log *account, int fd, long number);

#endif
