/*
 * Opening a file of the daemon's own, and locking it as long as the daemon
 * lives: what pid file and run file have in common.
 */
#ifndef REEVE_BASE_LOCKFILE_H
#define REEVE_BASE_LOCKFILE_H

#include <sys/types.h>

enum lockfile_how {
	LOCKFILE_NOW,
	LOCKFILE_WAIT,
};

/*
 * Open a file for reading and writing, made with the mode if it is missing,
 * and lock it. Returns a close-on-exec descriptor; or -1 with errno:
 * EWOULDBLOCK if another process holds the lock, and then ret_holder, if not
 * -1, is open for reading; EINVAL if it is no plain file with one name, or
 * belongs to another user than root and the daemon's.
 *
 * A process that a daemon was just starting when it was killed keeps the lock
 * until its exec: LOCKFILE_WAIT waits as long as that may take.
 */
int	lockfile_open(const char *path, mode_t mode, enum lockfile_how how,
	    int *ret_holder);

#endif
