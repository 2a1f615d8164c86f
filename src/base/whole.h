/*
 * Reading and writing in as many calls as it takes. They only make system
 * calls: they may be used between fork and exec.
 */
#ifndef REEVE_BASE_WHOLE_H
#define REEVE_BASE_WHOLE_H

#include <stddef.h>
#include <sys/types.h>

/* Read until the end, or until so many bytes are there; how many, or -1. */
ssize_t	whole_read(int fd, char *bytes, size_t size);

/* Write all of it; 0, or -1 when the rest cannot be written. */
int	whole_write(int fd, const char *bytes, size_t size);

#endif
