/* RestartChild, as OTP's restart_child: start a child that is down. */
#include "config.h"

#include "control/pending.h"
#include "control/verb.h"

const struct verb verb_restart_child = {
	.right = PEER_CHANGE,
	.request = REQUEST_RESTART_CHILD,
	.run = pending_ask,
};
