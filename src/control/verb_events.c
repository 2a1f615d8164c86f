/*
 * Events: those that are remembered, and those that come. A stream has told all
 * that there are before it sleeps; host_wake_followers() wakes it for more.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "control/eventtext.h"
#include "control/verb.h"
#include "engine/events.h"

#define REPLIES_AT_ONCE	32
#define EVENTS_AT_ONCE	512	/* that may be about other children */

struct event_stream {
	struct stream stream;	/* first */
	uint64_t next;		/* the number of the next event to tell */
	bool follow;
	char path[];		/* only this child and below; "": all events */
};

static void
free_events(struct stream *base)
{
	list_remove(&base->call->follower);
	free(base);
}

/* Tell whether an event is about the child that is asked for ("": all of them),
 * or about a child below it. */
static bool
is_about(const struct event *event, const char *top)
{
	size_t len = strlen(top);

	return len == 0 || (strncmp(event->path, top, len) == 0 &&
	    (event->path[len] == '\0' || event->path[len] == '/'));
}

static bool
has_any_event(const struct events *events, const char *top)
{
	struct event event;

	for (uint64_t number = events_first(events);
	    events_find(events, number, &event); number++)
		if (is_about(&event, top))
			return true;
	return false;
}

static void
reply_event(struct call *call, const struct event *event)
{
	call_continue(call, json_pack("{so}", "event",
	    eventtext_json(call->host->events, event)));
}

/* Reply some of the events that there are; false: there are no more. */
static bool
reply_some(struct event_stream *stream, struct call *call)
{
	const struct events *events = call->host->events;
	struct event event;
	unsigned replies = 0;

	if (stream->next < events_first(events))
		stream->next = events_first(events);
	for (unsigned i = 0; i < EVENTS_AT_ONCE; i++) {
		if (!events_find(events, stream->next, &event))
			return false;
		stream->next++;
		if (!is_about(&event, stream->path))
			continue;
		reply_event(call, &event);
		if (++replies == REPLIES_AT_ONCE)
			break;
	}
	return true;
}

static enum stream_news
send_more(struct stream *base, struct call *call, bool hung_up)
{
	struct event_stream *stream = (struct event_stream *)base;

	if (reply_some(stream, call))
		return STREAM_MORE;
	if (stream->follow && !hung_up) {
		list_append(&call->host->followers, &call->follower);
		return STREAM_SLEEPS;
	}
	call_done(call);
	return STREAM_ENDS;
}

static void
begin_events(struct call *call, const char *path, int64_t from)
{
	size_t size = strlen(path) + 1;
	struct event_stream *stream = call_new_stream(call,
	    sizeof(*stream) + size, send_more, free_events);

	if (!stream)
		return;
	memcpy(stream->path, path, size);
	stream->next = (uint64_t)from;
	stream->follow = call_flag(call, "follow");
	call_stream(&stream->stream);
}

/* A path is also right if the child is gone and there are events of it. */
static void
run_events(struct call *call)
{
	const char *path = call_text(call, "path");
	int64_t from = call_number(call, "from", 0);
	char own[SPEC_PATH_SIZE];

	if (from < 0) {
		call_fail_parameter(call, "from");
		return;
	}
	path = path ? path + strspn(path, "/") : "";	/* "/": all events */
	if (*path)
		path = verb_own_path(call, path, own, sizeof(own));
	if (tree_find(call->host->tree, path) ||
	    has_any_event(call->host->events, path))
		begin_events(call, path, from);
	else
		verb_child(call, path);	/* replies NotFound */
}

const struct verb verb_events = {
	.right = PEER_LOOK,
	.more = true,
	.run = run_events,
};
