/*
 * Restart: a planned restart of a child and the siblings that its supervisor's
 * strategy names.
 */
#include "config.h"

#include "control/pending.h"
#include "control/verb.h"

static void
run_restart(struct call *call)
{
	pending_ask(call, REQUEST_PLANNED_RESTART);
}

const struct verb verb_restart = {
	.right = PEER_CHANGE,
	.run = run_restart,
};
