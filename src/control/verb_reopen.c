/* Reopen: open the daemon's log file again. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "control/verb.h"

static void
run_reopen(struct call *call)
{
	verb_record(call, "/", 0);
	if (call->host->reopen(call->host->engine) == 0)
		call_done(call);
	else
		call_fail_with(call, "LogUnavailable", "path", "/", "why",
		    strerror(errno));
}

const struct verb verb_reopen = {
	.right = PEER_CHANGE,
	.run = run_reopen,
};
