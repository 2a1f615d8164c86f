/* CountChildren, as OTP's count_children. */
#include "config.h"

#include "control/verb.h"

static void
run_count_children(struct call *call)
{
	const struct sup *sup = verb_sup(call, call_text(call, "supervisor"));
	struct request_counts counts;

	if (!sup)
		return;
	sup_count_children(sup, &counts);
	call_reply(call, json_pack("{sI sI sI sI}",
	    "active", (json_int_t)counts.active,
	    "specs", (json_int_t)counts.specs,
	    "supervisors", (json_int_t)counts.supervisors,
	    "workers", (json_int_t)counts.workers));
}

const struct verb verb_count_children = {
	.right = PEER_LOOK,
	.run = run_count_children,
};
