/* Listening sockets with a name in the file system. */
#ifndef REEVE_BASE_SOCKETFILE_H
#define REEVE_BASE_SOCKETFILE_H

#include <stddef.h>
#include <sys/types.h>

struct socketfile {
	int fd;			/* it listens; -1: not open */
	dev_t dev;		/* of the file, to know it by */
	ino_t ino;
};

/*
 * Make a socket file of the given mode and group ((gid_t)-1: whichever), and
 * listen; close-on-exec, non-blocking. A socket without a listener is replaced:
 * call it only while no other process can be about to listen there. 0, or -1
 * with errno: EADDRINUSE if a process listens, EEXIST if the file is no socket,
 * ENAMETOOLONG, EPERM if the group cannot be set, or another.
 */
int	socketfile_open(struct socketfile *file, const char *path, mode_t mode,
	    gid_t group);

/* Give the file another mode and group ((gid_t)-1: it keeps its own). 0, or -1
 * with errno: ENOENT if it is no longer there, ESTALE if another file is there,
 * EPERM if the group cannot be set, or another. */
int	socketfile_change(const struct socketfile *file, const char *path,
	    mode_t mode, gid_t group);

/* Stop listening, and remove the file if it is still the same. */
void	socketfile_close(struct socketfile *file, const char *path);

#endif
