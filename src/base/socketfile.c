/* Listening sockets with a name. */
#include "config.h"

#include "base/socketfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "os/os.h"

#define BACKLOG		128

/* Close what is left of a failed try. */
static int
fail(int fd)
{
	os_close(fd);
	return -1;
}

/* Make a socket and its address. */
static int
make_socket(const char *path, struct sockaddr_un *ret_address)
{
	size_t len = strlen(path);

	if (len >= sizeof(ret_address->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	*ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret_address->sun_path, path, len + 1);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* An address as bind(2) and connect(2) want it. */
static const struct sockaddr *
generic(const struct sockaddr_un *address)
{
	return (const struct sockaddr *)(const void *)address;
}

/* Remove a socket without a listener; 0: there is none (any more). */
static int
remove_stale(const char *path)
{
	struct sockaddr_un address;
	struct stat st;
	int fd, rc;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISSOCK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	fd = make_socket(path, &address);
	if (fd < 0)
		return -1;
	rc = connect(fd, generic(&address), sizeof(address));
	/* EAGAIN: its queue is full, so a process listens */
	if (rc == 0 || errno == EAGAIN || errno == EINPROGRESS)
		errno = EADDRINUSE;
	if (rc == 0 || errno != ECONNREFUSED)
		return fail(fd);
	close(fd);
	return unlink(path);
}

/* Give the socket its name; it has its mode from the start. */
static int
bind_with_mode(int fd, const struct sockaddr_un *address, mode_t mode)
{
	mode_t before = umask(0777 & ~mode);
	int rc = bind(fd, generic(address), sizeof(*address));
	int error = errno;

	umask(before);
	errno = error;
	return rc;
}

int
socketfile_open(struct socketfile *file, const char *path, mode_t mode,
    gid_t group)
{
	struct sockaddr_un address;
	struct stat st;
	int fd;

	file->fd = -1;
	if (remove_stale(path) < 0)
		return -1;
	fd = make_socket(path, &address);
	if (fd < 0)
		return -1;
	if (bind_with_mode(fd, &address, mode) < 0)
		return fail(fd);
	if ((group != (gid_t)-1 && lchown(path, (uid_t)-1, group) < 0) ||
	    lstat(path, &st) < 0 || listen(fd, BACKLOG) < 0) {
		unlink(path);
		return fail(fd);
	}
	file->fd = fd;
	file->dev = st.st_dev;
	file->ino = st.st_ino;
	return 0;
}

/* Tell whether a file is the socket's. */
static bool
is_own(const struct socketfile *file, const struct stat *st)
{
	return st->st_dev == file->dev && st->st_ino == file->ino;
}

int
socketfile_change(const struct socketfile *file, const char *path, mode_t mode,
    gid_t group)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return -1;
	if (!is_own(file, &st)) {
		errno = ESTALE;
		return -1;
	}
	/* the group first: the mode is for it */
	if (group != (gid_t)-1 && st.st_gid != group &&
	    lchown(path, (uid_t)-1, group) < 0)
		return -1;
	if ((st.st_mode & 0777) == mode)
		return 0;
	return fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW);
}

void
socketfile_close(struct socketfile *file, const char *path)
{
	struct stat st;

	if (file->fd < 0)
		return;
	if (lstat(path, &st) == 0 && is_own(file, &st))
		unlink(path);
	close(file->fd);
	file->fd = -1;
}
