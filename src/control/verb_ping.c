/* Ping: whether a daemon is there, and the state of its root. */
#include "config.h"

#include <unistd.h>

#include "base/varlink.h"
#include "control/verb.h"

static void
run_ping(struct call *call)
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

const struct verb verb_ping = {
	.right = PEER_LOOK,
	.run = run_ping,
};
