/* DeleteChild, as OTP's delete_child: forget a child that is down. */
#include "config.h"

#include "control/pending.h"
#include "control/verb.h"

static void
run_delete_child(struct call *call)
{
	pending_ask(call, REQUEST_DELETE_CHILD);
}

const struct verb verb_delete_child = {
	.right = PEER_CHANGE,
	.run = run_delete_child,
};
