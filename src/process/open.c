/* Starting one process: the descriptors that it is to have. */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/os.h"
#include "process/logpath.h"
#include "process/start.h"

/* Take a descriptor again that was lent; false: none is missing. */
static bool
take_back_spare(struct spawner *spawner)
{
	int i = 0;

	while (i < SPARES && spawner->spares[i] != -1)
		i++;
	if (i == SPARES)
		return false;
	spawner->spares[i] = fcntl(spawner->null_fd, F_DUPFD_CLOEXEC, 3);
	return spawner->spares[i] != -1;
}

void
open_refill_spares(struct spawner *spawner)
{
	while (take_back_spare(spawner))
		continue;
}

void
open_lend_spare(struct spawner *spawner)
{
	for (int i = 0; i < SPARES; i++) {
		if (spawner->spares[i] == -1)
			continue;
		close(spawner->spares[i]);
		spawner->spares[i] = -1;
		return;
	}
}

/* Give the child a descriptor of the daemon as another number. */
static void
add_move(struct start *start, int source, int target)
{
	assert(start->plan.move_count < START_MOVES - 1);
	start->moves[start->plan.move_count++] = (struct fd_move){
		.source = source,
		.target = target,
	};
}

/* Give the child a descriptor that was opened for it alone, unless that failed:
 * 0, or -1. */
static int
add_opened(struct start *start, int fd, int target)
{
	if (fd == -1)
		return -1;
	start->opened[start->opened_count++] = fd;
	add_move(start, fd, target);
	return 0;
}

/* Put a text into a file of no name; -1 with errno. */
static int
nameless_file(const char *text, size_t size)
{
	char path[] = "/tmp/reeve-stdin-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd == -1)
		return -1;
	unlink(path);
	if (write(fd, text, size) == (ssize_t)size &&
	    lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	errno = ENOSPC;
	return -1;
}

/* Put a text that a pipe takes whole into one, and return its read end. */
static int
filled_pipe(const char *text, size_t size)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		return -1;
	/* PIPE_BUF fits into an empty pipe: this does not wait */
	if (write(fds[1], text, size) != (ssize_t)size) {
		close(fds[0]);
		fds[0] = -1;
	}
	close(fds[1]);
	return fds[0];
}

/* Make something to read a text from; each process gets its own, and reads it
 * from the beginning. */
static int
open_text(const char *text)
{
	size_t size = strlen(text);
	int fd = os_memory_file(text, size);

	if (fd == -1)
		fd = nameless_file(text, size);
	if (fd == -1 && size <= PIPE_BUF)
		fd = filled_pipe(text, size);
	return fd;
}

/* Prepare the child's stdin. A file is opened by the child. */
static int
open_stdin(struct start *start)
{
	const struct program *program = start->plan.program;

	if (program->stdin_kind == STDIN_NULL) {
		add_move(start, start->spawner->null_fd, 0);
		return 0;
	}
	if (program->stdin_kind == STDIN_FILE) {
		start->plan.in_path = program->stdin_text;
		return 0;
	}
	open_lend_spare(start->spawner);
	if (add_opened(start, open_text(program->stdin_text), 0) == 0)
		return 0;
	return start_fail(start, SPAWN_STDIN, errno, NULL);
}

/* The name of the worker's log file, or NULL with no memory. */
static const char *
log_path(struct start *start)
{
	const struct spawn_context *context = start->context;
	char *text = scratch_alloc(&start->scratch,
	    logpath_size(context->log_dir, context->path));

	return text ? logpath_put(context->log_dir, context->path, text) : NULL;
}

/* The daemon's descriptor that becomes the child's stdout. */
static int
stdout_source(const struct start *start)
{
	for (size_t i = 0; i < start->plan.move_count; i++)
		if (start->moves[i].target == 1)
			return start->moves[i].source;
	return 1;
}

/* Let stderr go where stdout goes. */
static void
join_outputs(struct start *start)
{
	if (start->plan.out_path)
		start->plan.err_is_out = true;
	else
		add_move(start, stdout_source(start), 2);
}

/* Prepare the child's stdout, 1, or stderr, 2. A file is opened by the
 * child. */
static int
open_output(struct start *start, int slot)
{
	const struct program *program = start->plan.program;
	const struct program_stream *stream =
	    slot == 1 ? &program->out : &program->err;
	bool logs = stream->kind == OUTPUT_LOG && start->context->log_dir;
	const char *path;

	if (stream->kind == OUTPUT_INHERIT ||
	    (stream->kind == OUTPUT_LOG && !logs))
		return 0;
	if (stream->kind == OUTPUT_STDOUT ||
	    (slot == 2 && logs && program->out.kind == OUTPUT_LOG)) {
		join_outputs(start);
		return 0;
	}
	if (stream->kind == OUTPUT_NULL) {
		add_move(start, start->spawner->null_fd, slot);
		return 0;
	}
	path = logs ? log_path(start) : stream->path;
	if (!path)
		return start_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	if (slot == 1)
		start->plan.out_path = path;
	else
		start->plan.err_path = path;
	return 0;
}

/* Make the pipe by which the child says that it is ready. */
static int
open_ready(struct start *start)
{
	int fds[2];

	if (start->plan.program->ready != READY_FD)
		return 0;
	open_lend_spare(start->spawner);
	open_lend_spare(start->spawner);
	if (pipe2(fds, O_CLOEXEC) == -1)
		return start_fail(start, SPAWN_PIPE, errno, NULL);
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	start->result.ready_fd = fds[0];
	return add_opened(start, fds[1], start->plan.program->ready_fd);
}

int
open_all(struct start *start)
{
	if (open_stdin(start) == -1 || open_output(start, 1) == -1 ||
	    open_output(start, 2) == -1)
		return -1;
	return open_ready(start);
}

void
open_close_all(struct start *start)
{
	for (size_t i = 0; i < start->opened_count; i++)
		close(start->opened[i]);
	start->opened_count = 0;
	open_refill_spares(start->spawner);
}
