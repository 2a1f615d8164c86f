/*
 * A listing of children. The tree changes between its turns, so the paths are
 * written down first, all at once, and each is looked up again at its turn: a
 * child that is there all the time is listed exactly once.
 */
#include "config.h"

#include "control/listing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/strlist.h"
#include "control/childtext.h"
#include "engine/events.h"

#define CHILDREN_AT_ONCE 32
#define PATHS_AT_ONCE	256	/* that may not match */

/* Strings that are taken one after the other. */
struct queue {
	struct strlist list;
	const char *last;	/* that was taken; NULL: none */
	size_t taken;
};

struct listing {
	struct stream stream;	/* first */
	struct queue patterns;	/* of the call */
	struct queue paths;	/* that are being listed */
	const char *pattern;	/* that the paths have to match; NULL: none */
	size_t counted;		/* bytes in host->listed */
	bool has_begun;		/* the one reply */
	bool has_child;		/* the one reply */
};

static bool
is_done(const struct queue *queue)
{
	return queue->taken == queue->list.count;
}

static const char *
take_next(struct queue *queue)
{
	queue->last = queue->taken++ > 0 ? strlist_after(queue->last) :
	    strlist_first(&queue->list);
	return queue->last;
}

static void
drop_paths(struct listing *listing)
{
	struct host *host = listing->stream.call->host;

	strlist_release(&listing->paths.list);
	listing->paths = (struct queue){ .last = NULL };
	assert(listing->counted <= host->listed);
	host->listed -= listing->counted;
	listing->counted = 0;
}

static void
free_listing(struct stream *stream)
{
	struct listing *listing = (struct listing *)stream;

	drop_paths(listing);
	strlist_release(&listing->patterns.list);
	free(listing);
}

/* The child that comes after another one in the tree, parents first, below a
 * certain one; NULL: there is none. */
static const struct child *
child_after(const struct child *child, const struct child *top)
{
	const struct sup *sup = (const struct sup *)(const void *)child;

	if (child_is_sup(child) && sup->child_count > 0)
		return list_const_entry(sup->children.next, struct child, link);
	while (child != top) {
		sup = child->parent;
		if (child->link.next != &sup->children)
			return list_const_entry(child->link.next, struct child,
			    link);
		child = &sup->self;
	}
	return NULL;
}

void
listing_add(struct listing *listing, const struct child *child)
{
	char path[SPEC_PATH_SIZE];

	tree_path(child, path, sizeof(path));
	strlist_add(&listing->paths.list, path);
}

/* The paths are written down: begin with the first; -1: they are too many. */
static int
begin_paths(struct listing *listing)
{
	struct host *host = listing->stream.call->host;

	listing->counted = listing->paths.list.room;
	host->listed += listing->counted;
	return listing->paths.list.failed || host->listed > HOST_LISTED_MAX ?
	    -1 : 0;
}

void
listing_add_below(struct listing *listing, const struct child *top)
{
	const struct child *child;

	for (child = top; child; child = child_after(child, top))
		listing_add(listing, child);
}

/* Go on to the next pattern, which may be a plain path. */
static int
next_pattern(struct listing *listing)
{
	char above[SPEC_PATH_SIZE];
	const struct child *child;
	size_t len;

	listing->pattern = take_next(&listing->patterns);
	/* "/web" is as good as "web" */
	while (*listing->pattern == '/' && listing->pattern[1] != '\0')
		listing->pattern++;
	drop_paths(listing);
	if (!pattern_is_wild(listing->pattern)) {
		strlist_add(&listing->paths.list, listing->pattern);
		listing->pattern = NULL;
		return begin_paths(listing);
	}
	len = pattern_plain_length(listing->pattern);
	memcpy(above, listing->pattern, len);
	above[len] = '\0';
	child = tree_find(listing->stream.call->host->tree, above);
	if (child)
		listing_add_below(listing, child);
	return begin_paths(listing);
}

/* Take the next path; NULL: it does not match, or the child is gone. */
static const struct child *
take_child(struct listing *listing)
{
	const char *path = take_next(&listing->paths);

	if (listing->pattern && !pattern_matches(listing->pattern, path))
		return NULL;
	return tree_find(listing->stream.call->host->tree, path);
}

/* Collect the next few children; NULL: too many paths, or out of memory. */
static json_t *
collect_children(struct listing *listing)
{
	json_t *children = json_array();

	for (unsigned seen = 0; seen < PATHS_AT_ONCE; seen++) {
		const struct child *child;

		if (json_array_size(children) >= CHILDREN_AT_ONCE)
			break;
		if (is_done(&listing->paths)) {
			if (is_done(&listing->patterns))
				break;
			if (next_pattern(listing) < 0)
				goto fail;
			continue;
		}
		child = take_child(listing);
		if (child && json_array_append_new(children,
		    childtext_status(child, listing->stream.call->now_ms)) < 0)
			goto fail;
	}
	return children;
fail:
	json_decref(children);
	return NULL;
}

static void
write_children(struct listing *listing, const json_t *children)
{
	struct call *call = listing->stream.call;
	static const char begin[] = "{\"parameters\":{\"children\":[";
	const json_t *child;
	size_t i;

	if (!listing->has_begun)
		call_write(call, begin, sizeof(begin) - 1);
	listing->has_begun = true;
	json_array_foreach(children, i, child) {
		if (listing->has_child)
			call_write(call, ",", 1);
		listing->has_child = true;
		call_write_json(call, child);
	}
}

/* Send children, in a reply of their own or in the one reply. */
static void
send_children(struct listing *listing, json_t *children, bool last)
{
	struct call *call = listing->stream.call;

	if (!call->more) {
		write_children(listing, children);
		if (last)
			call_write(call, "]}}", sizeof("]}}"));
		json_decref(children);
		return;
	}
	if (!last && json_array_size(children) == 0) {
		json_decref(children);
		return;
	}
	children = json_pack("{so}", "children", children);
	if (last)
		call_reply(call, children);
	else
		call_continue(call, children);
}

/* The listing cannot go on. A reply that has begun cannot become an error: the
 * client is dropped. */
static enum stream_news
fail_listing(struct listing *listing)
{
	struct call *call = listing->stream.call;

	if (listing->has_begun)
		call->broken = true;
	else if (call->host->listed > HOST_LISTED_MAX)
		call_busy(call, "bytes of listings", HOST_LISTED_MAX);
	else
		call_reply(call, NULL);
	return STREAM_ENDS;
}

/* Send as many children as one turn may. */
static enum stream_news
send_more(struct stream *stream, struct call *call, bool hung_up)
{
	struct listing *listing = (struct listing *)stream;
	json_t *children = collect_children(listing);
	bool last = is_done(&listing->paths) && is_done(&listing->patterns);

	(void)call;
	(void)hung_up;
	if (!children)
		return fail_listing(listing);
	send_children(listing, children, last);
	return last ? STREAM_ENDS : STREAM_MORE;
}

struct listing *
listing_new(struct call *call)
{
	return call_new_stream(call, sizeof(struct listing), send_more,
	    free_listing);
}

void
listing_add_pattern(struct listing *listing, const char *pattern)
{
	strlist_add(&listing->patterns.list, pattern);
}

void
listing_begin(struct listing *listing)
{
	if (listing->patterns.list.failed || begin_paths(listing) < 0) {
		fail_listing(listing);
		free_listing(&listing->stream);
		return;
	}
	call_stream(&listing->stream);
}
