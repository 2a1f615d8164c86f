/* Status: what children are doing; all children, or some. */
#include "config.h"

#include "base/pattern.h"
#include "control/listing.h"
#include "control/verb.h"
#include "engine/events.h"

#define PATHS_MAX	64	/* in one call */

/* Check that each path is there, or is a pattern; false: the call is
 * answered. */
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

		if (json_string_length(item) >= SPEC_PATH_SIZE) {
			call_fail_parameter(call, "paths");
			return false;
		}
		if (!pattern_is_wild(path) && !verb_child(call, path))
			return false;
	}
	return true;
}

static void
run_status(struct call *call)
{
	const json_t *paths = call_list(call, "paths"), *item;
	struct listing *listing;
	size_t i;

	if (!check_paths(call, paths))
		return;
	listing = listing_new(call);
	if (!listing)
		return;
	json_array_foreach(paths, i, item)
		listing_add_pattern(listing, json_string_value(item));
	if (json_array_size(paths) == 0)
		listing_add_below(listing, &call->host->tree->root->self);
	listing_begin(listing);
}

const struct verb verb_status = {
	.right = PEER_LOOK,
	.run = run_status,
};
