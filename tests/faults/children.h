/* The children of a daemon, and its files, as they look from outside. */
#ifndef REEVE_TESTS_FAULTS_CHILDREN_H
#define REEVE_TESTS_FAULTS_CHILDREN_H

#include <sys/types.h>

#define CHILDREN_TEXT_SIZE	(1 << 16)

/* Read a file as far as there is room, into CHILDREN_TEXT_SIZE bytes, and
 * return them: a text, "" if there is no such file. */
const char *children_read(const char *path, char *text);

/* Write a file, or exit. */
void	children_write(const char *path, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Write the names of a process's children, in order: the first letter of what
 * each was told to say, "?" for another process, "!" for a zombie. */
const char *children_names(pid_t parent, char *text);

/* Kill the children of a process. */
void	children_kill(pid_t parent);

/* Remove a directory and everything in it, if it exists. */
void	children_remove(const char *path);

#endif
