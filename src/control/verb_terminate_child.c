/* TerminateChild, as OTP's terminate_child: stop a child and keep its spec. */
#include "config.h"

#include "control/pending.h"
#include "control/verb.h"

const struct verb verb_terminate_child = {
	.right = PEER_CHANGE,
	.request = REQUEST_TERMINATE_CHILD,
	.run = pending_ask,
};
