/* Where the output of a worker goes that has `log' for it. */
#ifndef REEVE_PROCESS_LOGPATH_H
#define REEVE_PROCESS_LOGPATH_H

#include <stddef.h>

/* The size of what logpath_put() writes. */
size_t	logpath_size(const char *log_dir, const char *path);

/* Write the name of the log file of a worker: in log_dir, its path with "." for
 * "/", and ".log". Returns ret_text, which must have that size. */
char	*logpath_put(const char *log_dir, const char *path, char *ret_text);

#endif
