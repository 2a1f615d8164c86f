/* Shutdown: stop the tree in order, or kill it. */
#include "config.h"

#include "control/verb.h"

static void
run_shutdown(struct call *call)
{
	uint64_t cause = verb_record(call, "/", 0);

	call->host->stop(call->host->engine, call_flag(call, "now"), cause);
	call_done(call);
}

const struct verb verb_shutdown = {
	.right = PEER_CHANGE,
	.run = run_shutdown,
};
