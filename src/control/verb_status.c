/*
 * Status and WhichChildren: many children, told a few at a time.
 *
 * The tree changes between the turns, so what is to be told is written down as
 * paths first, at once, and each is looked up again at its turn: a child
 * that is there all the time is told exactly once.
 *
 * Who has not asked for several replies gets one, of any size: it is written
 * piece by piece as well.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/pattern.h"
#include "base/strlist.h"
#include "base/varlink.h"
#include "control/childtext.h"
#include "control/verb.h"
#include "engine/events.h"

#define TOLD_AT_ONCE	32
#define SEEN_AT_ONCE	256	/* of paths that may not match */
#define PATHS_MAX	64	/* in one call */

struct listing {
	struct stream stream;	/* first */
	struct host *host;
	struct strlist patterns; /* of the call, those that are still to come */
	struct strlist paths;	/* that are being told */
	const char *next_pattern;
	const char *next_path;
	const char *pattern;	/* that the paths have to match; NULL: none */
	size_t patterns_left;
	size_t paths_left;
	size_t counted;		/* bytes in host->listed */
	bool open;		/* one reply: it has begun */
	bool some;		/* one reply: a child stands in it */
};

/* Throw the list of paths away. */
static void
drop_paths(struct listing *listing)
{
	strlist_release(&listing->paths);
	listing->host->listed -= listing->counted;
	listing->counted = 0;
	listing->paths_left = 0;
}

/* Free the stream. */
static void
free_listing(struct stream *stream)
{
	struct listing *listing = (struct listing *)stream;

	drop_paths(listing);
	strlist_release(&listing->patterns);
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

/* Write down the path of a child. */
static void
list_child(struct listing *listing, const struct child *child)
{
	char path[EVENTS_PATH_SIZE];

	tree_path(child, path, sizeof(path));
	strlist_add(&listing->paths, path);
}

/* The list is written: begin with its first path; -1: it is too much. */
static int
begin_paths(struct listing *listing)
{
	listing->next_path = strlist_first(&listing->paths);
	listing->paths_left = listing->paths.count;
	listing->counted = listing->paths.room;
	listing->host->listed += listing->counted;
	if (listing->paths.failed || listing->host->listed > HOST_LISTED_MAX)
		return -1;
	return 0;
}

/* Write down a child and all that is below it. */
static int
list_below(struct listing *listing, const struct child *top)
{
	const struct child *child;

	for (child = top; child; child = child_after(child, top))
		list_child(listing, child);
	return begin_paths(listing);
}

/* Go on to the next pattern. */
static int
next_pattern(struct listing *listing)
{
	const struct tree *tree = listing->host->tree;
	char above[EVENTS_PATH_SIZE];
	const struct child *child;
	size_t len;

	listing->pattern = listing->next_pattern;
	listing->patterns_left--;
	if (listing->patterns_left > 0)
		listing->next_pattern = strlist_after(listing->pattern);
	/* "/web" is as good as "web" */
	while (*listing->pattern == '/' && listing->pattern[1] != '\0')
		listing->pattern++;
	drop_paths(listing);
	if (!pattern_is_wild(listing->pattern)) {
		strlist_add(&listing->paths, listing->pattern);
		listing->pattern = NULL;
		return begin_paths(listing);
	}
	len = pattern_plain_length(listing->pattern);
	memcpy(above, listing->pattern, len);
	above[len] = '\0';
	child = tree_find(tree, above);
	return child ? list_below(listing, child) : 0;
}

/* Take the next child from the list; NULL: not this one. */
static const struct child *
take_child(struct listing *listing)
{
	const char *path = listing->next_path;

	listing->paths_left--;
	if (listing->paths_left > 0)
		listing->next_path = strlist_after(path);
	if (listing->pattern && !pattern_matches(listing->pattern, path))
		return NULL;
	return tree_find(listing->host->tree, path);
}

/* Collect the next few children; NULL: too much, or memory is short. */
static json_t *
collect(struct listing *listing, int64_t now_ms)
{
	json_t *children = json_array();

	for (unsigned seen = 0; seen < SEEN_AT_ONCE; seen++) {
		const struct child *child;

		if (json_array_size(children) >= TOLD_AT_ONCE)
			break;
		if (listing->paths_left == 0) {
			if (listing->patterns_left == 0)
				break;
			if (next_pattern(listing) < 0)
				goto fail;
			continue;
		}
		child = take_child(listing);
		if (child && json_array_append_new(children,
		    childtext_status(child, now_ms)) < 0)
			goto fail;
	}
	return children;
fail:
	json_decref(children);
	return NULL;
}

/* Write children into the one reply. */
static void
write_children(struct listing *listing, struct call *call,
    const json_t *children)
{
	static const char begin[] = "{\"parameters\":{\"children\":[";
	const json_t *child;
	size_t i;

	if (!listing->open)
		call_write(call, begin, sizeof(begin) - 1);
	listing->open = true;
	json_array_foreach(children, i, child) {
		if (listing->some)
			call_write(call, ",", 1);
		listing->some = true;
		call_write_json(call, child);
	}
}

/* Say children, in a reply of their own or in the one reply. */
static void
say(struct listing *listing, struct call *call, json_t *children, bool last)
{
	struct varlink_object answer;

	if (!call->more) {
		write_children(listing, call, children);
		if (last)
			call_write(call, "]}}", sizeof("]}}"));
		json_decref(children);
		return;
	}
	if (!last && json_array_size(children) == 0) {
		json_decref(children);
		return;
	}
	varlink_begin(&answer);
	varlink_put(&answer, "children", children);
	if (last)
		call_reply(call, varlink_end(&answer));
	else
		call_continue(call, varlink_end(&answer));
}

/* Nothing can be told any more: if nothing has been, say so. */
static enum stream_news
give_up(struct listing *listing, struct call *call)
{
	if (listing->open)
		call->broken = true;
	else if (listing->host->listed > HOST_LISTED_MAX)
		call_busy(call, "bytes of listings", HOST_LISTED_MAX);
	else
		call_reply(call, NULL);
	return STREAM_ENDS;
}

/* Send as many children as one turn may. */
static enum stream_news
tell_more(struct stream *stream, struct call *call, bool hung_up)
{
	struct listing *listing = (struct listing *)stream;
	json_t *children = collect(listing, call->now_ms);
	bool last = listing->paths_left == 0 && listing->patterns_left == 0;

	(void)hung_up;
	if (!children)
		return give_up(listing, call);
	say(listing, call, children, last);
	return last ? STREAM_ENDS : STREAM_MORE;
}

/* Make a stream that has nothing to tell yet; NULL: memory is short. */
static struct listing *
new_listing(struct call *call)
{
	struct listing *listing = calloc(1, sizeof(*listing));

	if (!listing)
		return NULL;
	listing->stream.next = tell_more;
	listing->stream.free = free_listing;
	listing->host = call->host;
	return listing;
}

/* Begin to tell. */
static void
begin(struct call *call, struct listing *listing, int rc)
{
	if (rc < 0) {
		give_up(listing, call);
		free_listing(&listing->stream);
	} else {
		call_stream(call, &listing->stream);
	}
}

/* See that paths are there, or may be; false: the call is answered. */
static bool
check_paths(struct call *call, const json_t *paths)
{
	const json_t *item;
	size_t i;

	if (json_array_size(paths) > PATHS_MAX) {
		call_busy(call, "paths", PATHS_MAX);
		return false;
	}
	json_array_foreach(paths, i, item) {
		const char *path = json_string_value(item);

		if (json_string_length(item) >= EVENTS_PATH_SIZE) {
			call_fail_parameter(call, "paths");
			return false;
		}
		if (!pattern_is_wild(path) && !verb_child(call, path))
			return false;
	}
	return true;
}

void
verb_status(struct call *call)
{
	const json_t *paths = call_list(call, "paths"), *item;
	struct listing *listing;
	size_t i;

	if (!check_paths(call, paths))
		return;
	listing = new_listing(call);
	if (!listing) {
		call_reply(call, NULL);
		return;
	}
	if (json_array_size(paths) == 0) {
		begin(call, listing, list_below(listing,
		    &call->host->tree->root->self));
		return;
	}
	json_array_foreach(paths, i, item)
		strlist_add(&listing->patterns, json_string_value(item));
	listing->next_pattern = strlist_first(&listing->patterns);
	listing->patterns_left = listing->patterns.count;
	begin(call, listing, listing->patterns.failed ? -1 : 0);
}

void
verb_which_children(struct call *call)
{
	const struct sup *sup = verb_sup(call, call_text(call, "supervisor"));
	struct listing *listing;
	const struct list *link;

	if (!sup)
		return;
	listing = new_listing(call);
	if (!listing) {
		call_reply(call, NULL);
		return;
	}
	for (link = sup->children.prev; link != &sup->children;
	    link = link->prev)
		list_child(listing, list_const_entry(link, struct child, link));
	begin(call, listing, begin_paths(listing));
}
