/*
 * Opening a file to append to, in a directory that other users may change; or
 * to read what was appended, under the same conditions.
 *
 * No link is followed that other users could have made: a link counts only in
 * a directory that belongs to root or to the daemon's user, and that no other
 * user may write to. The file itself must be a plain file with one name, and
 * belong to root, the daemon's user or the given owner.
 *
 * Both functions only make system calls: they may run between fork and exec.
 */
#ifndef REEVE_BASE_APPENDFILE_H
#define REEVE_BASE_APPENDFILE_H

#include <sys/types.h>

/*
 * Open the file at an absolute path, made with mode 0640 if it is missing.
 * owner may be (uid_t)-1: no other user. Returns a close-on-exec descriptor, or
 * -1 with errno: ELOOP for a link that must not be followed, EINVAL if it is no
 * plain file, EPERM if it has another owner, EMLINK if it has other names.
 */
int	appendfile_open(const char *path, uid_t owner);

/* The same for reading a file that exists. */
int	appendfile_open_read(const char *path, uid_t owner);

#endif
