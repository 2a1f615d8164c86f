/* Logs: the last lines of a worker's log file, and those that come. */
#include "config.h"

#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <string.h>

#include "base/varlink.h"
#include "control/logtail.h"
#include "control/verb.h"
#include "engine/events.h"
#include "engine/worker.h"
#include "process/logpath.h"
#include "process/program.h"

#define LINES_DEFAULT	10
#define LINES_MAX	10000
#define WATCH_SECONDS	1.	/* where the system does not tell of changes */

struct log_stream {
	struct stream stream;	/* first */
	struct logtail tail;
	ev_stat watch;		/* active while it follows */
	char path[];
};

static void
free_log(struct stream *base)
{
	struct log_stream *stream = (struct log_stream *)base;

	if (stream->tail.follows)
		ev_stat_stop(base->call->host->loop, &stream->watch);
	logtail_close(&stream->tail);
	free(stream);
}

/* The file has changed, or another file has its name. */
static void
on_change(struct ev_loop *loop, ev_stat *watcher, int revents)
{
	struct log_stream *stream = watcher->data;

	(void)loop;
	(void)revents;
	call_wake(stream->stream.call);
}

static void
reply_line(void *arg, const char *line, size_t size)
{
	call_continue(arg, json_pack("{so}", "line",
	    varlink_string(line, size)));
}

static enum stream_news
send_more(struct stream *base, struct call *call, bool hung_up)
{
	struct log_stream *stream = (struct log_stream *)base;
	bool is_last = !stream->tail.follows || hung_up;

	if (logtail_next(&stream->tail, is_last, reply_line, call))
		return STREAM_MORE;
	if (!is_last)
		return STREAM_SLEEPS;
	call_done(call);
	return STREAM_ENDS;
}

static void
fail_log(struct call *call, const char *why)
{
	call_fail_with(call, "LogUnavailable", "path", call_text(call, "path"),
	    "why", why);
}

/* Answer with the last lines of a file. */
static void
begin_log(struct call *call, const char *path, uid_t owner, int64_t lines)
{
	size_t size = strlen(path) + 1;
	struct log_stream *stream = call_new_stream(call,
	    sizeof(*stream) + size, send_more, free_log);
	struct ev_loop *loop = call->host->loop;

	if (!stream)
		return;
	memcpy(stream->path, path, size);
	if (logtail_open(&stream->tail, stream->path, owner, lines,
	    loop && call_flag(call, "follow")) < 0) {
		fail_log(call, strerror(errno));
		free(stream);
		return;
	}
	if (stream->tail.follows) {
		ev_stat_init(&stream->watch, on_change, stream->path,
		    WATCH_SECONDS);
		stream->watch.data = stream;
		ev_stat_start(loop, &stream->watch);
	}
	call_stream(&stream->stream);
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
	char above[SPEC_PATH_SIZE];
	char *path = NULL;

	if (stream->kind != OUTPUT_LOG && stream->kind != OUTPUT_FILE)
		stream = &program->err;
	if (stream->kind != OUTPUT_FILE &&
	    (stream->kind != OUTPUT_LOG || !log_dir)) {
		fail_log(call, stream->kind == OUTPUT_LOG ?
		    "its output goes where the daemon's does: there is no "
		    "log_dir" : "its output goes to no file");
		return NULL;
	}
	if (stream->kind == OUTPUT_FILE) {
		path = strdup(stream->path);
	} else {
		tree_path(&worker->child, above, sizeof(above));
		path = malloc(logpath_size(log_dir, above));
		if (path)
			logpath_put(log_dir, above, path);
	}
	if (!path)
		call_reply(call, NULL);
	return path;
}

static void
run_logs(struct call *call)
{
	const struct worker *worker = verb_worker(call, call_text(call,
	    "path"));
	int64_t lines = call_number(call, "lines", LINES_DEFAULT);
	char *path;

	if (!worker)
		return;
	if (lines < 0 || lines > LINES_MAX) {
		call_fail_parameter(call, "lines");
		return;
	}
	path = find_log(call, worker);
	if (path)
		begin_log(call, path, worker->program->uid, lines);
	free(path);
}

const struct verb verb_logs = {
	.right = PEER_LOOK,
	.more = true,
	.run = run_logs,
};
