/* WhichChildren, as OTP's which_children: the last child comes first. */
#include "config.h"

#include "control/listing.h"
#include "control/verb.h"

static void
run_which_children(struct call *call)
{
	const struct sup *sup = verb_sup(call, call_text(call, "supervisor"));
	struct listing *listing;
	const struct list *link;

	if (!sup)
		return;
	listing = listing_new(call);
	if (!listing)
		return;
	for (link = sup->children.prev; link != &sup->children;
	    link = link->prev)
		listing_add(listing, list_const_entry(link, struct child,
		    link));
	listing_begin(listing);
}

const struct verb verb_which_children = {
	.right = PEER_LOOK,
	.run = run_which_children,
};
