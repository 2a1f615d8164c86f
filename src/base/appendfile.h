/*
 * Opening a file to append to, where others may have a hand in its directory;
 * or to read what was appended, under the same conditions.
 *
 * No link is followed that others could have made: a link counts only in a
 * directory that belongs to root or to the daemon's user and that nobody else
 * may write to. What is found at the end must be a plain file of one name,
 * and belong to root, the daemon's user or the given owner.
 */
#ifndef REEVE_BASE_APPENDFILE_H
#define REEVE_BASE_APPENDFILE_H

#include <sys/types.h>

/*
 * Open the file at an absolute path, made with mode 0640 if it is missing.
 * owner may be (uid_t)-1: nobody else's. Returns a close-on-exec descriptor or
 * -1 with errno: ELOOP for a link that is not to be followed, EINVAL for what
 * is no plain file, EPERM for a file of another owner, EMLINK for one that has
 * other names.
 */
int	appendfile_open(const char *path, uid_t owner);

/* The same for reading a file that is there. */
int	appendfile_open_read(const char *path, uid_t owner);

#endif
