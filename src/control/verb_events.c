/* Events: what is remembered, and what comes. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/varlink.h"
#include "control/eventtext.h"
#include "control/verb.h"
#include "engine/events.h"

#define TOLD_AT_ONCE	32
#define SEEN_AT_ONCE	512	/* of events that may be about others */

/* Who follows the events; a number is where a reader has come to. */
struct event_stream {
	struct stream stream;	/* first */
	struct list link;	/* in host->followers, while it sleeps */
	struct call *call;
	uint64_t next;		/* number */
	bool follow;
	char path[];		/* only of this child and what is below; "" all
				   */
};

/* Free the stream. */
static void
free_events(struct stream *stream)
{
	struct event_stream *events = (struct event_stream *)stream;

	list_remove(&events->link);
	free(events);
}

void
host_init(struct host *host)
{
	*host = (struct host){ .tree = NULL };
	list_init(&host->followers);
	list_init(&host->pending);
}

void
host_wake_followers(struct host *host)
{
	struct list *link;

	while ((link = list_pop(&host->followers)))
		call_wake(list_entry(link, struct event_stream, link)->call);
}

/* Tell whether an event is about the child that is asked for, or what is below
 * it. */
static bool
is_wanted(const struct event_stream *stream, const char *path)
{
	size_t len = strlen(stream->path);

	return len == 0 || (strncmp(path, stream->path, len) == 0 &&
	    (path[len] == '\0' || path[len] == '/'));
}

/* Tell whether there is an event that is wanted. */
static bool
has_some(const struct event_stream *stream, const struct events *events)
{
	struct event happening;

	for (uint64_t number = events_first(events);
	    events_find(events, number, &happening); number++)
		if (is_wanted(stream, happening.path))
			return true;
	return false;
}

/* Tell one event. */
static void
tell(struct call *call, const struct event *happening)
{
	struct varlink_object answer;

	varlink_begin(&answer);
	varlink_put(&answer, "event", eventtext_json(call->host->events,
	    happening));
	call_continue(call, varlink_end(&answer));
}

/* Tell some of the events that there are; false: there are no more. */
static bool
tell_some(struct event_stream *stream, struct call *call)
{
	const struct events *events = call->host->events;
	struct event happening;
	unsigned told = 0;

	if (stream->next < events_first(events))
		stream->next = events_first(events);
	for (unsigned seen = 0; seen < SEEN_AT_ONCE; seen++) {
		if (!events_find(events, stream->next, &happening))
			return false;
		stream->next++;
		if (!is_wanted(stream, happening.path))
			continue;
		tell(call, &happening);
		if (++told == TOLD_AT_ONCE)
			break;
	}
	return true;
}

/* Send what fits now. */
static enum stream_news
tell_more(struct stream *base, struct call *call, bool hung_up)
{
	struct event_stream *stream = (struct event_stream *)base;

	if (tell_some(stream, call))
		return STREAM_MORE;
	if (stream->follow && !hung_up) {
		list_append(&call->host->followers, &stream->link);
		return STREAM_SLEEPS;
	}
	call_done(call);
	return STREAM_ENDS;
}

/* Make a stream; NULL: memory is short. */
static struct event_stream *
new_stream(struct call *call, const char *path, int64_t from)
{
	size_t size = strlen(path) + 1;
	struct event_stream *stream = calloc(1, sizeof(*stream) + size);

	if (!stream)
		return NULL;
	memcpy(stream->path, path, size);
	list_init(&stream->link);
	stream->stream.next = tell_more;
	stream->stream.free = free_events;
	stream->call = call;
	stream->next = (uint64_t)from;
	stream->follow = call_flag(call, "follow");
	return stream;
}

/* There may be events of a child that is no more. */
void
verb_events(struct call *call)
{
	const char *path = call_text(call, "path");
	int64_t from = call_number(call, "from", 0);
	char own[EVENTS_PATH_SIZE];
	struct event_stream *stream;

	if (from < 0) {
		call_fail_parameter(call, "from");
		return;
	}
	path = path ? path + strspn(path, "/") : "";	/* "/" is all */
	if (*path)
		path = verb_own_path(call, path, own, sizeof(own));
	stream = new_stream(call, path, from);
	if (stream && !tree_find(call->host->tree, path) &&
	    !has_some(stream, call->host->events)) {
		free_events(&stream->stream);
		verb_child(call, path);	/* says that it is not there */
		return;
	}
	call_stream(call, stream ? &stream->stream : NULL);
}
