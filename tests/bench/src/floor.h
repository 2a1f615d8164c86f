/*
 * The least a supervisor can do, done the cheapest way known: the floor that
 * the contenders are compared with. Not a product: it knows neither delays nor
 * any error but its own end.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Whom an event of epoll is for: its data points at one of these. */
enum watched {
	WATCHED_CHILD,
	WATCHED_LOG,
	WATCHED_SIGNAL,
	WATCHED_CONTROL,
};

/* What a child writes, and where it is kept. */
struct floor_log {
	enum watched watched;	/* must be first */
	char *path;		/* NULL: nothing is kept */
	int read_fd, write_fd;	/* the pipe: it outlives each process */
	int file_fd;
	uint64_t size;		/* of the file */
};

/* When a file is full, and how many full ones are kept. */
struct floor_limits {
	uint64_t max_size;
	int keep;
};

/* Open a log's pipe and file. */
void	floor_log_open(struct floor_log *log);

/* Copy what has been written, to a new file when the old one is full; a file
 * ends with a whole line. */
void	floor_log_copy(struct floor_log *log,
	    const struct floor_limits *limits);

#endif
