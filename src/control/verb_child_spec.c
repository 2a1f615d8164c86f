/*
 * ChildSpec, as OTP's get_childspec: a dynamic supervisor has a template, and
 * its children have no specs of their own.
 */
#include "config.h"

#include "base/varlink.h"
#include "control/childtext.h"
#include "control/verb.h"

static void
run_child_spec(struct call *call)
{
	const char *path = call_text(call, "path");
	const struct child *child = verb_child(call, path);
	struct varlink_object answer;

	if (!child)
		return;
	if (child->parent && sup_is_dynamic(child->parent)) {
		call_fail_with(call, "Unsupported", "path", path, "why",
		    "the children of a dynamic supervisor have no specs");
		return;
	}
	varlink_begin(&answer);
	varlink_put(&answer, "spec", childtext_spec(child));
	call_reply(call, varlink_end(&answer));
}

const struct verb verb_child_spec = {
	.right = PEER_LOOK,
	.run = run_child_spec,
};
