/*
 * Logs: the last lines of a worker's log file, and what comes.
 *
 * A few kilobytes are read a turn, from files on disks: never the whole of one.
 * The lines are as the worker wrote them, so they are cut where they are longer
 * than what is read at once.
 */
#include "config.h"

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/appendfile.h"
#include "base/varlink.h"
#include "control/verb.h"
#include "engine/events.h"
#include "engine/worker.h"
#include "process/logpath.h"
#include "process/program.h"

#define LINES_DEFAULT	10
#define LINES_MAX	10000
#define READ_AT_ONCE	16384
#define TOLD_AT_ONCE	64
#define TAIL_MAX	((off_t)8 << 20) /* bytes that are searched for lines */
#define WATCH_SECONDS	1.	/* where the system does not tell of changes */

struct log_stream {
	struct stream stream;	/* first */
	ev_stat watch;		/* active while it follows */
	struct ev_loop *loop;
	struct call *call;
	off_t at;		/* up to here it has been searched, or told */
	off_t limit;		/* no line is searched before this */
	off_t end;		/* nor told behind this, but to who follows */
	int64_t lines_left;	/* line ends still to be found, backwards */
	uid_t owner;		/* whose the file may be */
	int fd;
	bool follow;
	bool found;		/* `at' is where the telling begins, or has come
				   to */
	char path[];
};

/* Free the stream. */
static void
free_log(struct stream *base)
{
	struct log_stream *stream = (struct log_stream *)base;

	if (stream->follow)
		ev_stat_stop(stream->loop, &stream->watch);
	close(stream->fd);
	free(stream);
}

/* The file has changed, or the name has been given to another one. */
static void
on_change(struct ev_loop *loop, ev_stat *watcher, int revents)
{
	struct log_stream *stream = watcher->data;

	(void)loop;
	(void)revents;
	call_wake(stream->call);
}

/* Find where the last lines begin, going back a little. */
static void
search_back(struct log_stream *stream)
{
	char bytes[READ_AT_ONCE];
	off_t from = stream->at - (off_t)sizeof(bytes);
	ssize_t size;

	if (from < stream->limit)
		from = stream->limit;
	size = pread(stream->fd, bytes, (size_t)(stream->at - from), from);
	while (size-- > 0) {
		if (bytes[size] == '\n' && stream->lines_left-- == 0) {
			stream->at = from + size + 1;
			stream->found = true;
			return;
		}
	}
	stream->at = from;
	stream->found = from == stream->limit;
}

/* Tell one line. */
static void
tell(struct call *call, const char *line, size_t size)
{
	struct varlink_object answer;

	varlink_begin(&answer);
	varlink_put(&answer, "line", varlink_string(line, size));
	call_continue(call, varlink_end(&answer));
}

/*
 * Tell lines of what was read: how many bytes that was. What has no end is
 * told when it fills all that is read at once, or is the last of all.
 */
static size_t
tell_lines(struct call *call, const char *bytes, size_t size, bool is_last)
{
	size_t told = 0;

	for (int i = 0; i < TOLD_AT_ONCE && told < size; i++) {
		const char *line = bytes + told;
		const char *end = memchr(line, '\n', size - told);

		if (!end && !is_last && (told > 0 || size < READ_AT_ONCE))
			break;
		if (!end)
			end = bytes + size;
		tell(call, line, (size_t)(end - line));
		told = (size_t)(end - bytes) + (end < bytes + size);
	}
	return told;
}

/* Go on with the file that has the name now, if that is another one, or with
 * the front, if the file was made empty; true if there may be more now. */
static bool
follow_name(struct log_stream *stream)
{
	struct stat here, there;
	int fd;

	if (fstat(stream->fd, &here) < 0)
		return false;
	if (stat(stream->path, &there) == 0 &&
	    (here.st_ino != there.st_ino || here.st_dev != there.st_dev)) {
		fd = appendfile_open_read(stream->path, stream->owner);
		if (fd < 0)
			return false;
		close(stream->fd);
		stream->fd = fd;
		stream->at = 0;
		return true;
	}
	if (here.st_size >= stream->at)
		return false;
	stream->at = 0;
	return true;
}

/* Tell what is there now. */
static enum stream_news
tell_more(struct stream *base, struct call *call, bool hung_up)
{
	struct log_stream *stream = (struct log_stream *)base;
	bool goes_on = stream->follow && !hung_up;
	char bytes[READ_AT_ONCE];
	off_t left = stream->end - stream->at;
	size_t told, wanted = sizeof(bytes);
	ssize_t size;

	if (!stream->found) {
		search_back(stream);
		return STREAM_MORE;
	}
	if (!stream->follow && left < (off_t)sizeof(bytes))
		wanted = (size_t)left;
	size = pread(stream->fd, bytes, wanted, stream->at);
	told = size <= 0 ? 0 : tell_lines(call, bytes, (size_t)size,
	    !goes_on && (size_t)size < sizeof(bytes));
	stream->at += (off_t)told;
	if (told > 0)
		return STREAM_MORE;
	if (goes_on)
		return follow_name(stream) ? STREAM_MORE : STREAM_SLEEPS;
	call_done(call);
	return STREAM_ENDS;
}

/* Make a stream from an open file of that size; NULL: memory is short. */
static struct log_stream *
new_stream(struct call *call, const char *path, int fd, off_t end)
{
	size_t size = strlen(path) + 1;
	struct log_stream *stream = calloc(1, sizeof(*stream) + size);

	if (!stream)
		return NULL;
	memcpy(stream->path, path, size);
	stream->stream.next = tell_more;
	stream->stream.free = free_log;
	stream->call = call;
	stream->loop = call->host->loop;
	stream->fd = fd;
	stream->at = stream->end = end;
	stream->limit = stream->at > TAIL_MAX ? stream->at - TAIL_MAX : 0;
	stream->follow = stream->loop && call_flag(call, "follow");
	if (stream->follow) {
		ev_stat_init(&stream->watch, on_change, stream->path,
		    WATCH_SECONDS);
		stream->watch.data = stream;
		ev_stat_start(stream->loop, &stream->watch);
	}
	return stream;
}

/* Tell whether the last byte before an offset ends a line. */
static bool
ends_line(int fd, off_t at)
{
	char byte;

	return at > 0 && pread(fd, &byte, 1, at - 1) == 1 && byte == '\n';
}

/* Refuse. */
static void
fail(struct call *call, const char *why)
{
	call_fail_with(call, "LogUnavailable", "path", call_text(call, "path"),
	    "why", why);
}

/* Begin to tell the last lines of a file. */
static void
begin(struct call *call, const struct worker *worker, const char *path,
    int64_t lines)
{
	uid_t owner = worker->program->uid;
	int fd = appendfile_open_read(path, owner);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	struct log_stream *stream;

	if (end < 0) {
		fail(call, strerror(errno));
		if (fd >= 0)
			close(fd);
		return;
	}
	stream = new_stream(call, path, fd, end);
	if (!stream) {
		close(fd);
		call_reply(call, NULL);
		return;
	}
	stream->owner = owner;
	stream->found = lines == 0;
	stream->lines_left = lines - !ends_line(fd, stream->at);
	call_stream(call, &stream->stream);
}

/*
 * Find the name of a worker's log file, malloc'd; NULL: the call is answered.
 * Where stdout and stderr go to different files it is that of stdout.
 */
static char *
find_log(struct call *call, const struct worker *worker)
{
	const struct program *program = worker->program;
	const struct program_stream *stream = &program->out;
	const char *log_dir = call->host->log_dir;
	char above[EVENTS_PATH_SIZE];
	char *path = NULL;
	size_t size;

	if (stream->kind != OUTPUT_LOG && stream->kind != OUTPUT_FILE)
		stream = &program->err;
	if (stream->kind != OUTPUT_FILE &&
	    (stream->kind != OUTPUT_LOG || !log_dir)) {
		fail(call, stream->kind == OUTPUT_LOG ?
		    "its output goes where the daemon's does: there is no "
		    "log_dir" : "its output goes to no file");
		return NULL;
	}
	if (stream->kind == OUTPUT_FILE) {
		path = strdup(stream->path);
	} else {
		tree_path(&worker->child, above, sizeof(above));
		size = logpath_size(log_dir, above);
		path = malloc(size);
		if (path)
			logpath_put(log_dir, above, path, size);
	}
	if (!path)
		call_reply(call, NULL);
	return path;
}

void
verb_logs(struct call *call)
{
	struct child *child = verb_child(call, call_text(call, "path"));
	int64_t lines = call_number(call, "lines", LINES_DEFAULT);
	char *path;

	if (!child)
		return;
	if (child_is_sup(child)) {
		call_fail_with(call, "NotAWorker", "path",
		    call_text(call, "path"));
		return;
	}
	if (lines < 0 || lines > LINES_MAX) {
		call_fail_parameter(call, "lines");
		return;
	}
	path = find_log(call, worker_of(child));
	if (path)
		begin(call, worker_of(child), path, lines);
	free(path);
}
