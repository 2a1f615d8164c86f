/* Opening a file to append to, in a directory that others may change. */
#include "config.h"

#include "base/appendfile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"

/* O_PATH needs no read permission of a directory that is only passed through */
#ifdef O_PATH
#define WALK_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW)
#else
#define WALK_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NOCTTY)
#endif

#define COMMON_FLAGS (O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
#define APPEND_FLAGS (O_WRONLY | O_APPEND | O_CREAT | COMMON_FLAGS)
#define READ_FLAGS (O_RDONLY | COMMON_FLAGS)
#define OPEN_MODE 0640
#define LOOKS 8
#define LINKS_MAX 16

/* A walk down a path, one component at a time. */
struct walk {
	int dir;		/* where it has come to */
	int links;		/* followed so far */
	int flags;		/* to open what is at its end */
	uid_t owner;		/* of that file, besides root and the daemon */
	char rest[PATH_MAX];	/* what is still to be walked */
};

/* Tell whether root and the daemon's user alone can change a directory. */
static bool
is_trusted(int dir)
{
	struct stat st;

	if (fstat(dir, &st) == -1)
		return false;
	return (st.st_uid == 0 || st.st_uid == geteuid()) &&
	    !(st.st_mode & (S_IWGRP | S_IWOTH));
}

/* Go on from another directory, which is the walk's from now on. */
static int
move_to(struct walk *walk, int dir)
{
	if (dir == -1)
		return -1;
	close(walk->dir);
	walk->dir = dir;
	return 0;
}

/* Put a link's text in place of its name: the walk goes on through it. */
static int
follow(struct walk *walk, const char *name, const char *after)
{
	char rest[2 * PATH_MAX];
	ssize_t size = readlinkat(walk->dir, name, rest, PATH_MAX - 1);
	size_t after_size = strlen(after) + 1;

	if (size == -1)
		return -1;
	if (!is_trusted(walk->dir) || ++walk->links > LINKS_MAX) {
		errno = ELOOP;
		return -1;
	}
	if (*after)
		rest[size++] = '/';
	memcpy(rest + size, after, after_size);
	if ((size_t)size + after_size > sizeof(walk->rest)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(walk->rest, rest, (size_t)size + after_size);
	if (rest[0] != '/')
		return 0;
	return move_to(walk, open("/", WALK_FLAGS | O_CLOEXEC));
}

/* Cut the first component off the rest; NULL when there is none. */
static char *
next_name(char *rest, char **ret_after)
{
	char *name = rest + strspn(rest, "/");
	char *end = name + strcspn(name, "/");

	if (!*name)
		return NULL;
	*ret_after = end + strspn(end, "/");
	*end = '\0';
	return name;
}

/* Go down by a component that is not the last. */
static int
enter(struct walk *walk, const char *name, const char *after)
{
	int dir = openat(walk->dir, name, WALK_FLAGS | O_CLOEXEC);

	if (dir == -1) {
		/* a link is ENOTDIR on some systems, ELOOP on others */
		if (errno != ENOTDIR && errno != ELOOP)
			return -1;
		if (follow(walk, name, after) == 0)
			return 0;
		if (errno == EINVAL)
			errno = ENOTDIR;
		return -1;
	}
	memmove(walk->rest, after, strlen(after) + 1);
	return move_to(walk, dir);
}

/*
 * Wait until a process that is changing a name in a directory has done so.
 * While a name is removed, it can still be looked up for a moment after it is
 * no longer counted; the moment is long if the process is interrupted there. A
 * rename waits for such a process, and a rename of a name to itself does
 * nothing else (rename in POSIX). If a filter refuses it, is_named() is a
 * little less certain.
 */
static void
let_changes_end(int dir, const char *name)
{
	(void)renameat(dir, name, dir, name);
}

/*
 * Tell whether an opened file has the name that it was opened by, and no other.
 * A user who may change the directory could give another file that name for a
 * moment, as a hard link, and remove it before the links are counted. So name
 * and file are looked at again when no change is under way. An attacker would
 * have to be interrupted at the right microsecond; several looks make sure that
 * this would have to happen several times in a row.
 */
static bool
is_named(int fd, int dir, const char *name)
{
	struct stat st, now;

	if (is_trusted(dir))
		return true;
	for (int look = 0; look < LOOKS; look++) {
		let_changes_end(dir, name);
		if (fstatat(dir, name, &now, AT_SYMLINK_NOFOLLOW) == -1 ||
		    fstat(fd, &st) == -1 || now.st_dev != st.st_dev ||
		    now.st_ino != st.st_ino || now.st_nlink != 1 ||
		    st.st_nlink != 1)
			return false;
	}
	return true;
}

/* Tell what is wrong with a file that was opened in a directory: an errno, or
 * 0. */
static int
judge(int fd, uid_t owner, int dir, const char *name)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EINVAL;
	if (st.st_nlink != 1 || !is_named(fd, dir, name))
		return EMLINK;
	if (st.st_uid != 0 && st.st_uid != geteuid() && st.st_uid != owner)
		return EPERM;
	return 0;
}

/* Open a file in a directory, and see that it may be used. */
static int
open_in(int dir, const char *name, int flags, uid_t owner)
{
	int fd = openat(dir, name, flags | O_CLOEXEC, OPEN_MODE);
	int error;

	if (fd == -1)
		return -1;
	error = judge(fd, owner, dir, name);
	if (!error)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

/* Walk to the directory of the last component, and open that in it. */
static int
walk_open(struct walk *walk)
{
	char *name, *after;
	int fd;

	while ((name = next_name(walk->rest, &after))) {
		if (*after) {
			if (enter(walk, name, after) == -1)
				return -1;
			continue;
		}
		fd = open_in(walk->dir, name, walk->flags, walk->owner);
		if (fd != -1 || errno != ELOOP)
			return fd;
		if (follow(walk, name, after) == -1)
			return -1;
	}
	errno = EISDIR;
	return -1;
}

/* Open a path component by component, looking at every link. */
static int
open_walking(const char *path, int flags, uid_t owner)
{
	struct walk walk = {.flags = flags, .owner = owner};
	int fd;

	walk.dir = open("/", WALK_FLAGS | O_CLOEXEC);
	if (walk.dir == -1)
		return -1;
	memcpy(walk.rest, path, strlen(path) + 1);
	fd = walk_open(&walk);
	os_close(walk.dir);
	return fd;
}

/* Tell whether an error of open_straight() means that the path must be walked:
 * it has a link, or there is no such call, or a filter does not know it. */
static bool
may_walk(int error)
{
	return error == ELOOP || error == ENOSYS || error == EPERM ||
	    error == EACCES || error == EAGAIN;
}

/* Open a path that has no links in it; as open_in(). */
static int
open_straight(const char *path, int flags, uid_t owner)
{
	const char *name = strrchr(path, '/') + 1;
	char parent[PATH_MAX];
	int dir, fd;

	memcpy(parent, path, (size_t)(name - path));
	parent[name - path] = '\0';
	dir = os_open_without_links(parent, WALK_FLAGS | O_CLOEXEC, 0);
	if (dir == -1)
		return -1;
	fd = open_in(dir, name, flags, owner);
	os_close(dir);
	return fd;
}

/* Open a file at an absolute path, and see that it may be used. */
static int
open_file(const char *path, uid_t owner, int flags)
{
	int fd;

	assert(path[0] == '/');
	if (strlen(path) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open_straight(path, flags, owner);
	if (fd == -1 && may_walk(errno))
		fd = open_walking(path, flags, owner);
	if (fd == -1) {
		/* a FIFO without a reader, a socket */
		if (errno == ENXIO)
			errno = EINVAL;
		return -1;
	}
	fcntl(fd, F_SETFL, flags & O_APPEND);
	return fd;
}

int
appendfile_open(const char *path, uid_t owner)
{
	return open_file(path, owner, APPEND_FLAGS);
}

int
appendfile_open_read(const char *path, uid_t owner)
{
	return open_file(path, owner, READ_FLAGS);
}
