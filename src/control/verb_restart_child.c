/* RestartChild, as OTP's restart_child: start a child that is down. */
#include "config.h"

#include "control/pending.h"
#include "control/verb.h"

static void
run_restart_child(struct call *call)
{
	pending_ask(call, REQUEST_RESTART_CHILD);
}

const struct verb verb_restart_child = {
	.right = PEER_CHANGE,
	.run = run_restart_child,
};
