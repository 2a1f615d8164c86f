/* The logs of the floor: see the header. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "floor.h"
#include "util.h"

enum { CHUNK = 1 << 16 };	/* a pipe holds no more */

/* Begin the file. */
static void
open_file(struct floor_log *log)
{
	log->file_fd = open(log->path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (log->file_fd == -1)
		die(log->path);
	log->size = 0;
}

void
floor_log_open(struct floor_log *log)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		die("pipe2");
	log->read_fd = fds[0];
	log->write_fd = fds[1];
	open_file(log);
}

/* Make the names of full files one older, and begin a new one. */
static void
rotate(struct floor_log *log, int keep)
{
	char from[4096], to[4096];

	for (int age = keep - 1; age > 0; age--) {
		snprintf(from, sizeof(from), "%s.%d", log->path, age);
		snprintf(to, sizeof(to), "%s.%d", log->path, age + 1);
		rename(from, to);
	}
	snprintf(to, sizeof(to), "%s.1", log->path);
	rename(log->path, to);
	close(log->file_fd);
	open_file(log);
}

/* Append to the file. */
static void
append(struct floor_log *log, const char *bytes, size_t size)
{
	if (write(log->file_fd, bytes, size) != (ssize_t)size)
		die(log->path);
	log->size += size;
}

void
floor_log_copy(struct floor_log *log, const struct floor_limits *limits)
{
	char bytes[CHUNK], *end;
	ssize_t got = read(log->read_fd, bytes, sizeof(bytes));
	size_t size = got > 0 ? (size_t)got : 0, head = 0;

	if (log->size + size > limits->max_size) {
		end = memrchr(bytes, '\n', size);
		head = end ? (size_t)(end + 1 - bytes) : 0;
		append(log, bytes, head);
		rotate(log, limits->keep);
	}
	if (size > head)
		append(log, bytes + head, size - head);
}
