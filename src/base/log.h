/*
 * The daemon's own messages: one line each, a level, a sentence. Everything
 * passes one sanitiser, so that no name and no child can forge a line or a
 * terminal escape.
 */
#ifndef REEVE_BASE_LOG_H
#define REEVE_BASE_LOG_H

enum log_level {
	LOG_LEVEL_ERROR,	/* something was asked for and cannot be done */
	LOG_LEVEL_WARNING,	/* it goes on, but somebody should know */
	LOG_LEVEL_NOTICE,	/* what a supervisor does: starts, ends,
				   restarts */
};

enum log_target {
	LOG_TO_STDERR,		/* "reeved: text"; with the time, if no terminal
				   */
	LOG_TO_SYSLOG,		/* facility daemon */
	LOG_TO_FILE,		/* appended to, with the time */
};

/*
 * Send what follows to the target; path is for LOG_TO_FILE. 0, or -1 with errno
 * and the old target kept.
 */
int	log_open(enum log_target target, const char *path);

/* Open the file again: it has been rotated. Keeps the old one on failure. */
int	log_reopen(void);

void	log_set_level(enum log_level level);

/*
 * Copy errors and warnings to a descriptor as well, plainly: to whoever waits
 * for the start to come out, until he does not read them any more. -1: no
 * more. The descriptor stays the caller's.
 */
void	log_tee(int fd);

/*
 * Hold lines back, and write those held in as few calls as may be: nothing is
 * written between a death and the exec of the replacement. Lines that find no
 * room are written at once. Who holds within a hold releases as often.
 */
void	log_hold(void);
void	log_release(void);

/* Lines that could not be written since the start, copies not counted. */
unsigned long log_lost(void);

/* Write a line. Never fails: what cannot be written is dropped and counted. */
void	log_error(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
void	log_warning(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));
void	log_notice(const char *format, ...)
	    __attribute__((format(printf, 1, 2)));

#endif
