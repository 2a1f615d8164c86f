/*
 * ChildSpec, as OTP's get_childspec: a dynamic supervisor has a template, and
 * its children have no specs of their own.
 */
#include "config.h"

#include "control/childtext.h"
#include "control/verb.h"

static void
run_child_spec(struct call *call)
{
	const char *path = call_text(call, "path");
	const struct child *child = verb_child(call, path);

	if (!child)
		return;
	if (child->parent && sup_is_dynamic(child->parent)) {
		call_fail_with(call, "Unsupported", "path", path, "why",
		    "the children of a dynamic supervisor have no specs");
		return;
	}
	call_reply(call, json_pack("{so}", "spec", childtext_spec(child)));
}

const struct verb verb_child_spec = {
	.right = PEER_LOOK,
	.run = run_child_spec,
};
