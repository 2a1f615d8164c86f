/* Events for a reader. */
#include "config.h"

#include "control/eventtext.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/signame.h"
#include "base/varlink.h"
#include "engine/words.h"

/* Of an event so many are said, one the reason for the other. */
#define REASONS_MAX	4

const char *const eventtext_types[EVENTS_TYPE_COUNT] = {
	[NOTE_INIT] = "init",
	[NOTE_STARTED] = "started",
	[NOTE_START_FAILED] = "start_failed",
	[NOTE_START_IGNORED] = "start_ignored",
	[NOTE_SHORTAGE] = "shortage",
	[NOTE_DELAYED] = "delayed",
	[NOTE_STOP] = "stop",
	[NOTE_KILL] = "kill",
	[NOTE_DOWN] = "down",
	[NOTE_UNKILLABLE] = "unkillable",
	[NOTE_CHILD_TERMINATED] = "child_terminated",
	[NOTE_START_ERROR] = "start_error",
	[NOTE_SHUTDOWN_ERROR] = "shutdown_error",
	[NOTE_GAVE_UP] = "gave_up",
	[NOTE_AUTO_SHUTDOWN] = "auto_shutdown",
	[NOTE_ANSWER] = "answer",
	[EVENTS_REQUEST] = "request",
};
static_assert(NOTE_TYPE_COUNT == 16, "every type has its words here");

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

/* Say how whom an event is about has ended. */
static void
describe_end(const struct event *event, char *text, size_t size)
{
	if (event->is_sup)
		snprintf(text, size, "has ended");
	else
		words_end(event->outcome, text, size);
}

/* Add what is known besides. */
static void
describe_with_detail(const struct event *event, const char *what,
    char *text, size_t size)
{
	if (*event->detail)
		snprintf(text, size, "%s: %s", what, event->detail);
	else
		snprintf(text, size, "%s", what);
}

/* What is said of what needs no numbers; of a request, what it came with. */
static const char *
plain_sentence(const struct event *event)
{
	switch (event->type) {
	case NOTE_INIT:
		return "starts its children";
	case NOTE_START_IGNORED:
		return "is done, no process stays";
	case NOTE_STOP:
		return "was told to stop";
	case NOTE_KILL:
		return "was killed by its supervisor";
	case NOTE_START_ERROR:
		return "report: a start has failed";
	case NOTE_AUTO_SHUTDOWN:
		return "shuts down by itself";
	default:
		return event->detail;
	}
}

/* Say what happened. */
static void
describe_what(const struct event *event, char *text, size_t size)
{
	char more[64];

	switch (event->type) {
	case NOTE_STARTED:
		if (event->is_sup)
			snprintf(text, size, "is up");
		else
			snprintf(text, size, "started, pid %d",
			    (int)event->pid);
		break;
	case NOTE_START_FAILED:
		describe_with_detail(event, "failed to start", text, size);
		break;
	case NOTE_SHORTAGE:
	case NOTE_DELAYED:
		clock_duration(event->due_in_ms, more, sizeof(more));
		snprintf(text, size, event->type == NOTE_DELAYED ?
		    "is to be restarted in %s" : "waits %s: the system is "
		    "short of resources", more);
		break;
	case NOTE_DOWN:
		describe_end(event, text, size);
		break;
	case NOTE_UNKILLABLE:
		snprintf(text, size, "is unkillable: pid %d is not gone",
		    (int)event->pid);
		break;
	case NOTE_CHILD_TERMINATED:
		describe_end(event, more, sizeof(more));
		snprintf(text, size, "report: %s", more);
		break;
	case NOTE_SHUTDOWN_ERROR:
		describe_end(event, more, sizeof(more));
		snprintf(text, size, "report: did not stop in order: %s", more);
		break;
	case NOTE_GAVE_UP:
		describe_with_detail(event, "gave up", text, size);
		break;
	default:
		snprintf(text, size, "%s", plain_sentence(event));
		break;
	}
}

/*
 * Tell whether an event answers the question why: it is no mere link between
 * what happened first and what came of it.
 */
static bool
is_reason(const struct event *event)
{
	switch (event->type) {
	case NOTE_GAVE_UP:
	case NOTE_AUTO_SHUTDOWN:
	case NOTE_UNKILLABLE:
	case EVENTS_REQUEST:
		return true;
	case NOTE_START_FAILED:
		return !event->is_sup;
	case NOTE_DOWN:
		return !event->is_sup && !event->asked;
	default:
		return false;
	}
}

/* Tell whether an event is one of OTP's reports of another event. */
static bool
is_report(const struct event *event)
{
	return event->type == NOTE_CHILD_TERMINATED ||
	    event->type == NOTE_START_ERROR ||
	    event->type == NOTE_SHUTDOWN_ERROR;
}

/* Whom to name for a path. */
static const char *
name_of(const char *path)
{
	return strcmp(path, "/") == 0 ? "the root" : path;
}

/* Write the name of the supervisor above a path. */
static void
name_above(const char *path, char *text, size_t size)
{
	const char *slash = strrchr(path, '/');

	if (slash)
		snprintf(text, size, "%.*s", (int)(slash - path), path);
	else
		snprintf(text, size, "the root");
}

/* Tell whether a strategy that spans siblings was at work in an event. */
static bool
has_strategy(const struct event *event)
{
	return (event->op == OP_RESTART || event->op == OP_PLANNED_RESTART) &&
	    event->strategy != SPEC_ONE_FOR_ONE;
}

/*
 * Say why something happened to a child, given the reason, and the last event
 * on the way from it where a strategy was at work; NULL: the reason is that of
 * another reason.
 */
static void
describe_why(const char *path, const struct event *reason,
    const struct event *spread, char *text, size_t size)
{
	bool request = reason->type == EVENTS_REQUEST;
	bool is_own = strcmp(reason->path, path) == 0;
	const char *so = spread ? ", because" : "; that was because";
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
	if (len < 0 || (size_t)len >= size || !spread ||
	    !has_strategy(spread) || strcmp(spread->path, reason->path) == 0)
		return;
	name_above(spread->path, above, sizeof(above));
	snprintf(text + len, size - (size_t)len, ", and %s is %s", above,
	    spec_strategy_names[spread->strategy]);
}

/* Tell whether a reason is of the kind of the one before, of the same child: a
 * start that fails again and again. */
static bool
is_repeated(const struct event *reason, const char *path, unsigned last)
{
	return reason->type == last && strcmp(reason->path, path) == 0;
}

void
eventtext_describe(const struct events *events,
    const struct event *event, char *ret_text, size_t size)
{
	struct event at = *event, spread = *event;
	const char *path = event->path;
	unsigned last = EVENTS_TYPE_COUNT;
	int said = 0;

	describe_what(event, ret_text, size);
	if (is_report(event) || event->type == EVENTS_REQUEST)
		return;		/* the event before it says why, or itself */
	/* Causes are older than what they lead to: this comes to an end. */
	while (said < REASONS_MAX && at.cause != 0 &&
	    events_find(events, at.cause, &at)) {
		size_t len = strlen(ret_text);

		if (is_reason(&at) && !is_repeated(&at, path, last)) {
			describe_why(path, &at, said == 0 ? &spread : NULL,
			    ret_text + len, size - len);
			path = at.path;
			last = at.type;
			said++;
		} else if (said == 0 && has_strategy(&at)) {
			spread = at;
		}
	}
}

/* Tell whether an event says how something ended. */
static bool
has_end(const struct event *event)
{
	switch (event->type) {
	case NOTE_DOWN:
	case NOTE_CHILD_TERMINATED:
	case NOTE_SHUTDOWN_ERROR:
		return true;
	case NOTE_START_FAILED:
		return event->outcome.how != SPEC_HOW_NONE;
	default:
		return false;
	}
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
	varlink_put_text(&object, "type", eventtext_types[event->type]);
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
