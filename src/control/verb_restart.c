/*
 * Restart: a planned restart of a child and the siblings that its supervisor's
 * strategy names.
 */
#include "config.h"

#include "control/pending.h"
#include "control/verb.h"

const struct verb verb_restart = {
	.right = PEER_CHANGE,
	.request = REQUEST_PLANNED_RESTART,
	.run = pending_ask,
};
