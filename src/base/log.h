/*
 * The daemon's own messages: one line each, a level, a sentence. All of it is
 * sanitised, so that no name and no child can forge a line or a terminal
 * escape.
 */
#ifndef REEVE_BASE_LOG_H
#define REEVE_BASE_LOG_H

enum log_level {
	LOG_LEVEL_NONE = -1,	/* for log_set_level(): not a line */
	LOG_LEVEL_ERROR,	/* something that was asked for fails */
	LOG_LEVEL_WARNING,	/* the daemon goes on; its user should know */
	LOG_LEVEL_NOTICE,	/* what a supervisor does: starts, ends,
				   restarts */
};

enum log_target {
	LOG_TO_STDERR,		/* with the time, if it is no terminal */
	LOG_TO_SYSLOG,		/* facility daemon, with the time and the pid */
	LOG_TO_FILE,		/* appended to, with the time */
};

/*
 * Write to the target from now on, at once; path is for LOG_TO_FILE, and for
 * LOG_TO_SYSLOG if it is not the usual socket. 0, or -1 with errno: then the
 * old target stays. That no process listens at the socket is no failure: it is
 * tried again with each line.
 */
int	log_open(enum log_target target, const char *path);

/* How it came out that the file was opened again. */
struct log_reopening {
	int number;		/* of log_reopen() */
	int error;		/* an errno, or 0 */
};

/*
 * From now on a thread writes: no function below waits for a disk, a pipe or
 * syslogd. Up to a MiB of lines waits for them in memory; further lines are
 * dropped and counted, and the log says so as soon as lines go through again.
 * All the same only one thread may call these functions at a time. To be called
 * after the last fork() that this process goes on in, and not twice.
 *
 * news: the writing end of a pipe, which does not block and is taken over; a
 * struct log_reopening is written there each time. -1: none.
 */
void	log_beside(int news);

/*
 * Write what waits, and write at once again. A target that takes nothing for
 * eight seconds, which a busy disk may, is waited for no longer, and none is
 * for more than ten; then all further lines are dropped.
 */
void	log_join(void);

/*
 * Open the file again after it was rotated. Keeps the old one on failure. 0,
 * or -1 with errno; beside the loop a number: it is done when there is news of
 * that number or a later one.
 */
int	log_reopen(void);

/* Write nothing less important than this; a notice unless it is set. */
void	log_set_level(enum log_level level);

/*
 * Copy errors and warnings to a descriptor as well, without the time: for a
 * process that waits for the result of the start. What it does not read it does
 * not get: the log has it. -1: copy no more. The descriptor stays the caller's.
 * To be called when no thread writes, but for -1.
 */
void	log_tee(int fd);

/*
 * Hold lines back, and write them at the release in as few calls as possible:
 * nothing is written between a death and the exec of the next process. If many
 * are held, they are written before. Holds may be nested.
 */
void	log_hold(void);
void	log_release(void);

/*
 * Beside the loop: give the thread a moment to write what it has, before the
 * reader of an answer looks into the log. That is 4 ms at most, and after a
 * moment that was not enough none, until the thread has caught up.
 */
void	log_settle(void);

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
