/* Ping: whether a daemon is there, and the state of its root. */
#include "config.h"

#include <unistd.h>

#include "control/verb.h"

static void
run_ping(struct call *call)
{
	const struct host *host = call->host;

	call_reply(call, json_pack("{ss si sI ss}",
	    "version", PACKAGE_VERSION,
	    "pid", (int)getpid(),
	    "uptime_ms", (json_int_t)(call->now_ms - host->started_ms),
	    "state", child_state_names[host->tree->root->self.state]));
}

const struct verb verb_ping = {
	.right = PEER_LOOK,
	.run = run_ping,
};
