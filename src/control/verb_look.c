/* Methods that look at the tree and answer at once. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/varlink.h"
#include "control/childtext.h"
#include "control/verb.h"
#include "engine/build.h"

void
verb_ping(struct call *call)
{
	const struct host *host = call->host;
	struct varlink_object answer;

	varlink_begin(&answer);
	varlink_put_text(&answer, "version", PACKAGE_VERSION);
	varlink_put_int(&answer, "pid", getpid());
	varlink_put_int(&answer, "uptime_ms", call->now_ms - host->started_ms);
	varlink_put_text(&answer, "state",
	    child_state_names[host->tree->root->self.state]);
	call_reply(call, varlink_end(&answer));
}

void
verb_count_children(struct call *call)
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

/* As in OTP, a dynamic supervisor has a template and no specs of children. */
void
verb_child_spec(struct call *call)
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
