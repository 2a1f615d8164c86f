/* Events as JSON, and as sentences that say why. */
#include "config.h"

#include "control/eventtext.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/signame.h"
#include "base/varlink.h"
#include "engine/words.h"

/* How many reasons are told, each the reason of the one before. */
#define REASONS_MAX	4

/* What stands in the middle of a sentence. */
enum detail {
	DETAIL_NONE,
	DETAIL_PID,
	DETAIL_DUE,
	DETAIL_END,		/* how it ended */
	DETAIL_TEXT,		/* the event's own words */
	DETAIL_IF_ANY,		/* the same, behind a colon, if there are any */
};

/* Whether an event answers the question why, or is only a link between a reason
 * and what came of it. */
enum reason {
	REASON_NO,
	REASON_YES,
	REASON_OF_WORKER,	/* if it is about a worker */
};

static const struct {
	const char *name;	/* for clients */
	const char *before;	/* the sentence */
	enum detail detail;
	const char *after;	/* NULL: nothing */
	enum reason reason;
	bool is_report;		/* one of OTP's, of the event before it */
} types[EVENTS_TYPE_COUNT] = {
	[NOTE_INIT] = { .name = "init", .before = "starts its children" },
	[NOTE_STARTED] = { .name = "started", .before = "started, pid ",
	    .detail = DETAIL_PID },
	[NOTE_START_FAILED] = { .name = "start_failed",
	    .before = "failed to start", .detail = DETAIL_IF_ANY,
	    .reason = REASON_OF_WORKER },
	[NOTE_START_IGNORED] = { .name = "start_ignored",
	    .before = "is done, no process stays" },
	[NOTE_SHORTAGE] = { .name = "shortage", .before = "waits ",
	    .detail = DETAIL_DUE,
	    .after = ": the system is short of resources" },
	[NOTE_DELAYED] = { .name = "delayed",
	    .before = "is to be restarted in ", .detail = DETAIL_DUE },
	[NOTE_STOP] = { .name = "stop", .before = "was told to stop" },
	[NOTE_KILL] = { .name = "kill",
	    .before = "was killed by its supervisor" },
	[NOTE_DOWN] = { .name = "down", .before = "", .detail = DETAIL_END,
	    .reason = REASON_OF_WORKER },
	[NOTE_UNKILLABLE] = { .name = "unkillable",
	    .before = "is unkillable: pid ", .detail = DETAIL_PID,
	    .after = " is not gone", .reason = REASON_YES },
	[NOTE_CHILD_TERMINATED] = { .name = "child_terminated",
	    .before = "report: ", .detail = DETAIL_END, .is_report = true },
	[NOTE_START_ERROR] = { .name = "start_error",
	    .before = "report: a start has failed", .is_report = true },
	[NOTE_SHUTDOWN_ERROR] = { .name = "shutdown_error",
	    .before = "report: did not stop in order: ",
	    .detail = DETAIL_END, .is_report = true },
	[NOTE_GAVE_UP] = { .name = "gave_up", .before = "gave up",
	    .detail = DETAIL_IF_ANY, .reason = REASON_YES },
	[NOTE_AUTO_SHUTDOWN] = { .name = "auto_shutdown",
	    .before = "shuts down by itself", .reason = REASON_YES },
	[NOTE_ANSWER] = { .name = "answer", .before = "",
	    .detail = DETAIL_TEXT },
	[EVENTS_REQUEST] = { .name = "request", .before = "",
	    .detail = DETAIL_TEXT, .reason = REASON_YES },
};
static_assert(NOTE_TYPE_COUNT == 16, "every type has its row here");

static const char *const how_names[] = {
	[SPEC_HOW_NONE] = "supervisor",
	[SPEC_HOW_EXITED] = "exited",
	[SPEC_HOW_SIGNALLED] = "signalled",
	[SPEC_HOW_LOST] = "lost",
};

static const char *const class_names[SPEC_END_COUNT] = {
	[SPEC_END_NORMAL] = "normal",
	[SPEC_END_SHUTDOWN] = "shutdown",
	[SPEC_END_SHUTDOWN_TERM] = "shutdown_term",
	[SPEC_END_ABNORMAL] = "abnormal",
	[SPEC_END_KILLED] = "killed",
};

json_t *
eventtext_end(struct spec_outcome outcome, bool is_sup, bool asked)
{
	unsigned class = asked ? outcome.end_stopped : outcome.end;
	struct varlink_object end;
	char name[SIGNAME_SIZE];

	varlink_begin(&end);
	varlink_put_text(&end, "how",
	    how_names[is_sup ? SPEC_HOW_NONE : outcome.how]);
	varlink_put_int(&end, "number", outcome.number);
	if (outcome.how == SPEC_HOW_SIGNALLED)
		varlink_put_text(&end, "signal",
		    signame_of(outcome.number, name, sizeof(name)));
	varlink_put_text(&end, "class", class_names[class]);
	return varlink_end(&end);
}

/* Write what stands in the middle of the sentence about an event. */
static void
describe_detail(const struct event *event, char *text, size_t size)
{
	*text = '\0';
	switch (types[event->type].detail) {
	case DETAIL_NONE:
		break;
	case DETAIL_PID:
		snprintf(text, size, "%d", (int)event->pid);
		break;
	case DETAIL_DUE:
		clock_duration(event->due_in_ms, text, size);
		break;
	case DETAIL_END:
		if (event->is_sup)
			snprintf(text, size, "has ended");
		else
			words_end(event->outcome, text, size);
		break;
	case DETAIL_IF_ANY:
		if (*event->detail)
			snprintf(text, size, ": %s", event->detail);
		break;
	case DETAIL_TEXT:
		snprintf(text, size, "%s", event->detail);
		break;
	}
}

/* Say what happened, without the path of the child. */
static void
describe_what(const struct event *event, char *text, size_t size)
{
	const char *after = types[event->type].after;
	char detail[EVENTS_DETAIL_SIZE + 2];

	if (event->type == NOTE_STARTED && event->is_sup) {
		snprintf(text, size, "is up");
		return;
	}
	describe_detail(event, detail, sizeof(detail));
	snprintf(text, size, "%s%s%s", types[event->type].before, detail,
	    after ? after : "");
}

static bool
is_reason(const struct event *event)
{
	switch (types[event->type].reason) {
	case REASON_NO:
		break;
	case REASON_YES:
		return true;
	case REASON_OF_WORKER:	/* an end that was asked for has a reason */
		return !event->is_sup &&
		    !(event->type == NOTE_DOWN && event->asked);
	}
	return false;
}

static const char *
name_of(const char *path)
{
	return strcmp(path, "/") == 0 ? "the root" : path;
}

static void
name_above(const char *path, char *text, size_t size)
{
	const char *slash = strrchr(path, '/');

	if (slash)
		snprintf(text, size, "%.*s", (int)(slash - path), path);
	else
		snprintf(text, size, "the root");
}

/* Tell whether an event came about by a strategy that restarts siblings. */
static bool
has_strategy(const struct event *event)
{
	return (event->op == OP_RESTART || event->op == OP_PLANNED_RESTART) &&
	    event->strategy != SPEC_ONE_FOR_ONE;
}

/*
 * Say why something happened to a child. via is the last event between the
 * reason and the child that came about by a strategy; NULL: this is the reason
 * of a reason.
 */
static void
describe_why(const char *path, const struct event *reason,
    const struct event *via, char *text, size_t size)
{
	bool request = reason->type == EVENTS_REQUEST;
	bool is_own = strcmp(reason->path, path) == 0;
	const char *so = via ? ", because" : "; that was because";
	char what[EVENTTEXT_SIZE], above[SPEC_PATH_SIZE];
	int len;

	describe_what(reason, what, sizeof(what));
	if (request && strcmp(reason->path, "/") == 0)
		len = snprintf(text, size, "%s %s", so, what);
	else if (request)
		len = snprintf(text, size, "%s %s of %s", so, what,
		    reason->path);
	else
		len = snprintf(text, size, "%s %s %s", so,
		    is_own ? "it" : name_of(reason->path), what);
	if (len < 0 || (size_t)len >= size || !via ||
	    !has_strategy(via) || strcmp(via->path, reason->path) == 0)
		return;
	name_above(via->path, above, sizeof(above));
	snprintf(text + len, size - (size_t)len, ", and %s is %s", above,
	    spec_strategy_names[via->strategy]);
}

/* Tell whether a reason has the type of the one before, and is about the same
 * child: a start that fails again and again. */
static bool
is_repeated(const struct event *reason, const char *path, unsigned last)
{
	return reason->type == last && strcmp(reason->path, path) == 0;
}

void
eventtext_describe(const struct events *events,
    const struct event *event, char *ret_text, size_t size)
{
	struct event at = *event, via = *event;
	const char *path = event->path;
	unsigned last = EVENTS_TYPE_COUNT;
	int reasons = 0;

	describe_what(event, ret_text, size);
	if (types[event->type].is_report || event->type == EVENTS_REQUEST)
		return;		/* the event before it says why, or itself */
	/* a cause is older than what it leads to: the loop ends */
	while (reasons < REASONS_MAX && at.cause != 0 &&
	    events_find(events, at.cause, &at)) {
		size_t len = strlen(ret_text);

		if (is_reason(&at) && !is_repeated(&at, path, last)) {
			describe_why(path, &at, reasons == 0 ? &via : NULL,
			    ret_text + len, size - len);
			path = at.path;
			last = at.type;
			reasons++;
		} else if (reasons == 0 && has_strategy(&at)) {
			via = at;
		}
	}
}

/* Tell whether an event has an end of a process or a supervisor. */
static bool
has_end(const struct event *event)
{
	if (event->type == NOTE_START_FAILED)
		return event->outcome.how != SPEC_HOW_NONE;
	return types[event->type].detail == DETAIL_END;
}

json_t *
eventtext_json(const struct events *events, const struct event *event)
{
	struct varlink_object object;
	char text[EVENTTEXT_SIZE];

	varlink_begin(&object);
	varlink_put_int(&object, "number", (int64_t)event->number);
	varlink_put_text(&object, "time", clock_text(event->wall_ms, text));
	varlink_put_int(&object, "monotonic_ms", event->monotonic_ms);
	varlink_put_text(&object, "type", types[event->type].name);
	varlink_put_text(&object, "path", event->path);
	if (event->pid > 0)
		varlink_put_int(&object, "pid", event->pid);
	if (has_end(event))
		varlink_put(&object, "end", eventtext_end(event->outcome,
		    event->is_sup, event->asked));
	if (event->due_in_ms >= 0)
		varlink_put_int(&object, "due_in_ms", event->due_in_ms);
	if (event->cause != 0)
		varlink_put_int(&object, "cause", (int64_t)event->cause);
	eventtext_describe(events, event, text, sizeof(text));
	varlink_put_text(&object, "text", text);
	return varlink_end(&object);
}
