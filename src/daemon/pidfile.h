/*
 * The daemon's pid file: a lock first, a number for humans and scripts second.
 * The lock is held as long as the file is open, so a file that was left over
 * means nothing, and the number in it is shown and never acted on.
 */
#ifndef REEVE_DAEMON_PIDFILE_H
#define REEVE_DAEMON_PIDFILE_H

#include <sys/types.h>

/*
 * Lock the file, made if it is missing. Returns its descriptor, close-on-exec;
 * or -1 with errno: EWOULDBLOCK says that another process holds it, and
 * ret_holder is the pid that stands in it (0: none). EINVAL: it is not a
 * plain file.
 */
int	pidfile_open(const char *path, pid_t *ret_holder);

/* Write a pid into it: that of the process which will keep it open. */
int	pidfile_write(int fd, pid_t pid);

/* Remove the file and give up the lock. */
void	pidfile_close(int fd, const char *path);

#endif
