/* The daemon's pid file: a lock, and a number to show. */
#include "config.h"

#include "daemon/pidfile.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/lockfile.h"
#include "os/procfs.h"

/* Read the pid that stands in a file; 0: none. */
static pid_t
read_pid(int fd)
{
	char text[32] = "";
	ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
	long pid;

	if (size <= 0)
		return 0;
	pid = strtol(text, NULL, 10);
	return pid > 0 && pid == (pid_t)pid ? (pid_t)pid : 0;
}

/* Tell whether there is no process of that pid any more, or one that is just
 * going: it may have the lock while one of its threads is not at its end. */
static bool
is_gone(pid_t pid)
{
	struct procfs_stat stat;

	if (pid <= 0)
		return false;
	if (kill(pid, 0) == -1)
		return errno == ESRCH;
	return procfs_stat(pid, &stat) == 0 && stat.state == 'Z';
}

int
pidfile_open(const char *path, pid_t *ret_holder)
{
	int holder;
	int fd = lockfile_open(path, 0644, LOCKFILE_NOW, &holder);

	if (fd == -1 && holder != -1 && is_gone(read_pid(holder))) {
		close(holder);
		fd = lockfile_open(path, 0644, LOCKFILE_WAIT, &holder);
	}
	if (fd == -1 && holder != -1) {
		*ret_holder = read_pid(holder);
		close(holder);
		errno = EWOULDBLOCK;
	}
	return fd;
}

int
pidfile_write(int fd, pid_t pid)
{
	char text[32];
	int size = snprintf(text, sizeof(text), "%ld\n", (long)pid);

	if (ftruncate(fd, 0) == -1)
		return -1;
	return pwrite(fd, text, (size_t)size, 0) == size ? 0 : -1;
}

void
pidfile_close(int fd, const char *path)
{
	/* under the lock, so it is no other daemon's */
	unlink(path);
	close(fd);
}
