/* CountChildren, as OTP's count_children. */
#include "config.h"

#include "base/varlink.h"
#include "control/verb.h"

static void
run_count_children(struct call *call)
{
	const struct sup *sup = verb_sup(call, call_text(call, "supervisor"));
	struct request_counts counts;
	struct varlink_object answer;

	if (!sup)
		return;
	sup_count_children(sup, &counts);
	varlink_begin(&answer);
	varlink_put_int(&answer, "active", counts.active);
	varlink_put_int(&answer, "specs", counts.specs);
	varlink_put_int(&answer, "supervisors", counts.supervisors);
	varlink_put_int(&answer, "workers", counts.workers);
	call_reply(call, varlink_end(&answer));
}

const struct verb verb_count_children = {
	.right = PEER_LOOK,
	.run = run_count_children,
};
