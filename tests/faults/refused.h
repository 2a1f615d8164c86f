/* The cases that run while calls of the system are refused. */
#ifndef REEVE_TESTS_REFUSED_H
#define REEVE_TESTS_REFUSED_H

#include "faults/wrap.h"

#define REFUSED_PATH	512

/* Where they happen: a directory, and the paths of files in it. */
struct refused {
	char dir[64];
	char path[REFUSED_PATH];	/* what refused_path() made last */
	char text[4096];		/* what refused_read() read last */
};

/* The path of a file in the directory. */
const char *refused_path(struct refused *refused, const char *name);

/* Write a file, whatever fails; read one, "" if there is none; remove it. */
void	refused_write(struct refused *refused, const char *name,
	    const char *text);
const char *refused_read(struct refused *refused, const char *name);
void	refused_remove(struct refused *refused, const char *name);

/* A worker is started; a run file has one of an earlier daemon; a process is
 * watched, killed and reaped; clients are served. The argument is a struct
 * refused. */
enum wrap_end refused_start(void *arg);
enum wrap_end refused_leftover(void *arg);
enum wrap_end refused_process(void *arg);
enum wrap_end refused_control(void *arg);

#endif
