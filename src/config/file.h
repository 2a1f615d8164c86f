/*
 * The files of the configuration: read whole, or not at all, and only when
 * only root and the daemon's own user can have written them.
 */
#ifndef REEVE_CONFIG_FILE_H
#define REEVE_CONFIG_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define FILE_FAULT_SIZE	160

struct file_content {
	char *bytes;		/* owned by the caller of file_read() */
	size_t size;
	dev_t dev;		/* which file it was */
	ino_t ino;
	int64_t age_ms;		/* when it was read, since it was written to; by
				   the clock on the wall, and perhaps < 0 */
};

/*
 * Read a file that root or the given user owns. 0; or -1 with a phrase in
 * ret_fault that says why not. A link is followed. errno is ENOMEM if
 * there was no memory, and another one otherwise.
 */
int	file_read(const char *path, uid_t user, struct file_content *ret_file,
	    char ret_fault[FILE_FAULT_SIZE]);

/*
 * Name the files that an include means: a pattern, or the name of one file,
 * relative to the directory of the file that includes it. Returns their
 * names in order, NULL-ended, in one allocation: none if a pattern matches
 * nothing, one that may not exist if it is no pattern. NULL with errno.
 */
char	**file_match(const char *from, const char *pattern);

#endif
