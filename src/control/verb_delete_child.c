/* DeleteChild, as OTP's delete_child: forget a child that is down. */
#include "config.h"

#include "control/pending.h"
#include "control/verb.h"

const struct verb verb_delete_child = {
	.right = PEER_CHANGE,
	.request = REQUEST_DELETE_CHILD,
	.run = pending_ask,
};
