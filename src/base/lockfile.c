/* Opening a file of the daemon's own, and locking it. */
#include "config.h"

#include "base/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define TRIES 10		/* while the file is replaced by others */
#define WAIT_MS 3000		/* for the exec of a process */
#define PAUSE_MS 10		/* between two looks */

/* Tell whether an open file is one to trust. */
static bool
is_plain(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_nlink <= 1 &&
	    (st->st_uid == 0 || st->st_uid == geteuid());
}

/* Tell whether the path still leads to the open file. */
static bool
is_at(const struct stat *st, const char *path)
{
	struct stat now;

	return lstat(path, &now) == 0 && now.st_dev == st->st_dev &&
	    now.st_ino == st->st_ino;
}

/* Open and lock once. Returns -1 with ESTALE if the file was removed before it
 * was locked: a lock on it would stop no other daemon. */
static int
try_open(const char *path, mode_t mode, int *ret_holder)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	    O_NOCTTY | O_NONBLOCK, mode);
	struct stat st;
	int error;

	if (fd == -1) {
		if (errno == ELOOP || errno == EISDIR || errno == ENXIO)
			errno = EINVAL;
		return -1;
	}
	if (fstat(fd, &st) == -1 || !is_plain(&st)) {
		error = EINVAL;
	} else if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		error = errno;
		if (error == EWOULDBLOCK) {
			*ret_holder = fd;
			return -1;
		}
	} else if (is_at(&st, path)) {
		return fd;
	} else {
		error = ESTALE;
	}
	close(fd);
	errno = error;
	return -1;
}

/* Open and lock, however often the file is replaced meanwhile. */
static int
open_now(const char *path, mode_t mode, int *ret_holder)
{
	int fd = -1;

	*ret_holder = -1;
	for (int i = 0; i < TRIES; i++) {
		fd = try_open(path, mode, ret_holder);
		if (fd != -1 || errno != ESTALE)
			return fd;
	}
	return fd;
}

int
lockfile_open(const char *path, mode_t mode, enum lockfile_how how,
    int *ret_holder)
{
	int64_t until_ms = clock_ms() + (how == LOCKFILE_WAIT ? WAIT_MS : 0);
	const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000};
	int fd = open_now(path, mode, ret_holder);

	while (fd == -1 && errno == EWOULDBLOCK && clock_ms() < until_ms) {
		close(*ret_holder);
		nanosleep(&pause, NULL);
		fd = open_now(path, mode, ret_holder);
	}
	return fd;
}
