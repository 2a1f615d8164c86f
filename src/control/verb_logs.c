/* Logs: the last lines of a worker's log file, and those that come. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/varlink.h"
#include "control/logread.h"
#include "control/logtail.h"
#include "control/verb.h"
#include "engine/worker.h"
#include "process/aside.h"
#include "process/logpath.h"
#include "process/program.h"

#define LINES_DEFAULT	10
#define LINES_MAX	10000
#define LINES_AT_ONCE	64
#define BYTES_AT_ONCE	16384

struct log_stream {
	struct stream stream;	/* first */
	struct logread job;
	struct aside *aside;	/* does it */
	struct bytes rest;	/* has no line end yet */
	bool waits;		/* all that was there has been replied */
	bool is_refused;
	char path[];
};

static void
free_log(struct stream *base)
{
	struct log_stream *stream = (struct log_stream *)base;

	aside_end(stream->aside);
	bytes_release(&stream->rest);
	free(stream);
}

/* There is more from the file, or there will be no more. */
static void
on_news(void *arg)
{
	struct log_stream *stream = arg;

	call_wake(stream->stream.call);
}

static void
fail_log(struct call *call, const char *why)
{
	call_fail_with(call, "LogUnavailable", "path", call_text(call, "path"),
	    "why", why);
}

static void
reply_line(struct call *call, const char *line, size_t size)
{
	call_continue(call, json_pack("{so}", "line",
	    varlink_string(line, size)));
}

/* The file is refused. */
static void
refuse_log(struct log_stream *stream, const char *bytes, size_t size)
{
	char why[ASIDE_WHY_SIZE];

	snprintf(why, sizeof(why), "%.*s", (int)size, bytes);
	fail_log(stream->stream.call, why);
	stream->is_refused = true;
}

/* Take a message of the process. */
static void
take_message(struct log_stream *stream, const char *bytes, size_t size)
{
	enum logread_message type = (enum logread_message)bytes[0];

	bytes++;
	size--;
	stream->waits = type == LOGREAD_WAITS;
	switch (type) {
	case LOGREAD_REFUSED:
		refuse_log(stream, bytes, size);
		break;
	case LOGREAD_LINE:
		reply_line(stream->stream.call, bytes, size);
		break;
	case LOGREAD_WAITS:
		aside_set_patience(stream->aside, 0);
		bytes_release(&stream->rest);
		bytes_append(&stream->rest, bytes, size, LOGTAIL_LINE_MAX);
		break;
	}
}

/* Reply some lines; false: there are no more for now. */
static bool
reply_some(struct log_stream *stream)
{
	const char *bytes;
	size_t size, told = 0;

	for (int i = 0; i < LINES_AT_ONCE && told < BYTES_AT_ONCE; i++) {
		if (stream->is_refused ||
		    !aside_next(stream->aside, &bytes, &size))
			return false;
		take_message(stream, bytes, size);
		told += size;
	}
	return true;
}

/* The client of a log that is followed wants no more: reply the last line,
 * though it has no end. */
static void
end_following(struct log_stream *stream)
{
	const struct bytes *rest = &stream->rest;

	if (rest->size > 0)
		reply_line(stream->stream.call, bytes_first(rest), rest->size);
	call_done(stream->stream.call);
}

/* The file cannot be read to its end. */
static void
give_up(const struct log_stream *stream)
{
	char what[PATH_MAX + 16], why[2048];

	snprintf(what, sizeof(what), "reading '%s'", stream->path);
	aside_describe(stream->aside, what, why, sizeof(why));
	fail_log(stream->stream.call, why);
}

static enum stream_news
send_more(struct stream *base, struct call *call, bool hung_up)
{
	struct log_stream *stream = (struct log_stream *)base;

	if (reply_some(stream))
		return STREAM_MORE;
	if (stream->is_refused)
		return STREAM_ENDS;
	switch (aside_state(stream->aside)) {
	case ASIDE_RUNS:
		if (!hung_up || !stream->waits)
			return STREAM_SLEEPS;
		end_following(stream);
		break;
	case ASIDE_DONE:
		call_done(call);
		break;
	default:
		give_up(stream);
		break;
	}
	return STREAM_ENDS;
}

static void
read_aside(void *arg, int out)
{
	const struct log_stream *stream = arg;

	logread_run(&stream->job, out);
}

/* Let a process read the file; false, with why not. */
static bool
start_reading(struct log_stream *stream, char ret_why[ASIDE_WHY_SIZE])
{
	struct host *host = stream->stream.call->host;
	struct aside_work work = {
		.kind = ASIDE_LOGS,
		.run = read_aside,
		.news = on_news,
		.arg = stream,
		.patience_ms = host->patience_ms,
	};

	if (host->asides)
		stream->aside = aside_start(host->asides, &work, ret_why);
	else
		snprintf(ret_why, ASIDE_WHY_SIZE, "no process can be made");
	return stream->aside;
}

/* Answer with the last lines of a file. */
static void
begin_log(struct call *call, const char *path, uid_t owner, int64_t lines)
{
	size_t size = strlen(path) + 1;
	struct log_stream *stream = call_new_stream(call,
	    sizeof(*stream) + size, send_more, free_log);
	char why[ASIDE_WHY_SIZE];

	if (!stream)
		return;
	memcpy(stream->path, path, size);
	stream->job = (struct logread){
		.path = stream->path,
		.owner = owner,
		.lines = lines,
		.follows = call_flag(call, "follow"),
	};
	if (start_reading(stream, why)) {
		call_stream(&stream->stream);
		return;
	}
	fail_log(call, why);
	free(stream);
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
