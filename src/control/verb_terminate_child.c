/* TerminateChild, as OTP's terminate_child: stop a child and keep its spec. */
#include "config.h"

#include "control/pending.h"
#include "control/verb.h"

static void
run_terminate_child(struct call *call)
{
	pending_ask(call, REQUEST_TERMINATE_CHILD);
}

const struct verb verb_terminate_child = {
	.right = PEER_CHANGE,
	.run = run_terminate_child,
};
