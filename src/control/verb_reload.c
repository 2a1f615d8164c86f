/*
 * Reload: read the configuration again. The reply comes when the reload is
 * over: its steps, or the errors of the file.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/strlist.h"
#include "base/varlink.h"
#include "control/verb.h"

struct reload_stream {
	struct stream stream;	/* first */
	json_t *lines;		/* the steps or the errors; NULL: out of memory
				   */
	bool done;		/* the outcome is known */
	enum reload_outcome outcome;
};

static void
free_reload(struct stream *base)
{
	struct reload_stream *stream = (struct reload_stream *)base;
	struct host *host = base->call->host;

	if (!stream->done)
		host->reload_forget(host->reload, stream);
	json_decref(stream->lines);
	free(stream);
}

/* Add the strings of a list to an array; false: out of memory. */
static bool
add_lines(json_t *array, const struct strlist *list)
{
	const char *line = strlist_first(list);

	for (size_t i = 0; i < list->count; i++) {
		if (json_array_append_new(array, varlink_string(line,
		    strlen(line))) < 0)
			return false;
		line = strlist_after(line);
	}
	return true;
}

static void
on_done(void *arg, const struct reload_result *result)
{
	struct reload_stream *stream = arg;
	json_t *lines = json_array();

	if (lines && (!add_lines(lines, result->lines) ||
	    !add_lines(lines, result->failures))) {
		json_decref(lines);
		lines = NULL;
	}
	stream->lines = lines;
	stream->outcome = result->outcome;
	stream->done = true;
	call_wake(stream->stream.call);
}

static enum stream_news
send_outcome(struct stream *base, struct call *call, bool hung_up)
{
	static const char *const errors[] = {
		[RELOAD_DONE] = NULL,
		[RELOAD_REFUSED] = "ConfigErrors",
		[RELOAD_INCOMPLETE] = "ReloadIncomplete",
	};
	struct reload_stream *stream = (struct reload_stream *)base;
	const char *error = errors[stream->outcome];
	json_t *answer;

	(void)hung_up;
	if (!stream->done)
		return STREAM_SLEEPS;
	answer = json_pack("{so}", error ? "errors" : "steps", stream->lines);
	stream->lines = NULL;
	if (error)
		call_fail(call, error, answer);
	else
		call_reply(call, answer);
	return STREAM_ENDS;
}

static void
run_reload(struct call *call)
{
	struct reload_stream *stream = call_new_stream(call, sizeof(*stream),
	    send_outcome, free_reload);
	struct host *host = call->host;
	bool dry_run = call_flag(call, "dry_run");

	if (!stream)
		return;
	if (!dry_run)
		verb_record(call, "/", 0);
	if (host->reload_start(host->reload, dry_run, on_done, stream) == 0) {
		call_stream(&stream->stream);
		return;
	}
	free(stream);
	call_reply(call, NULL);
}

const struct verb verb_reload = {
	.right = PEER_CHANGE,
	.run = run_reload,
};
