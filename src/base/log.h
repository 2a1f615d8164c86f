/*
 * The daemon's own messages: one line each, a level, a sentence. All of it is
 * sanitised, so that no name and no child can forge a line or a terminal
 * escape.
 */
#ifndef REEVE_BASE_LOG_H
#define REEVE_BASE_LOG_H

enum log_level {
	LOG_LEVEL_ERROR,	/* something that was asked for fails */
	LOG_LEVEL_WARNING,	/* the daemon goes on; its user should know */
	LOG_LEVEL_NOTICE,	/* what a supervisor does: starts, ends,
				   restarts */
};

enum log_target {
	LOG_TO_STDERR,		/* with the time, if it is no terminal */
	LOG_TO_SYSLOG,		/* facility daemon */
	LOG_TO_FILE,		/* appended to, with the time */
};

/*
 * Write to the target from now on; path is for LOG_TO_FILE. 0, or -1 with
 * errno: then the old target stays.
 */
int	log_open(enum log_target target, const char *path);

/* Open the file again after it was rotated. Keeps the old one on failure. */
int	log_reopen(void);

/* Write nothing less important than this; a notice unless it is set. So far
 * only tests set it. */
void	log_set_level(enum log_level level);

/*
 * Copy errors and warnings to a descriptor as well, without the time: for a
 * process that waits for the result of the start, until it stops reading. -1:
 * copy no more. The descriptor stays the caller's.
 */
void	log_tee(int fd);

/*
 * Hold lines back, and write them at the release in as few calls as possible:
 * nothing is written between a death and the exec of the next process. If there
 * is no room for a line, all are written at once. Holds may be nested.
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
