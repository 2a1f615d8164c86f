/* The slot of a child: how it begins, and which changes of state are legal. */
#include "core/child.h"

#include <assert.h>
#include <stddef.h>

const char *const child_state_names[CHILD_STATE_COUNT] = {
	[CHILD_DOWN] = "down",
	[CHILD_STARTING] = "starting",
	[CHILD_UP] = "up",
	[CHILD_ENDED] = "ended",
	[CHILD_STOPPING] = "stopping",
	[CHILD_RESTARTING] = "restarting",
	[CHILD_UNKILLABLE] = "unkillable",
};

#define TO(state)	(1U << CHILD_##state)

/* From each state, those that may come next. Only one that is adopted comes up
 * without a start. */
static const uint8_t legal[CHILD_STATE_COUNT] = {
	[CHILD_DOWN] = TO(STARTING) | TO(RESTARTING) | TO(UP),
	[CHILD_STARTING] = TO(UP) | TO(DOWN) | TO(RESTARTING) | TO(STOPPING) |
	    TO(UNKILLABLE),
	[CHILD_UP] = TO(ENDED) | TO(STOPPING),
	[CHILD_ENDED] = TO(DOWN),
	[CHILD_STOPPING] = TO(DOWN) | TO(UNKILLABLE),
	[CHILD_RESTARTING] = TO(DOWN) | TO(STARTING),
	[CHILD_UNKILLABLE] = TO(DOWN),
};

void
child_init(struct child *child, const char *name, enum spec_type type)
{
	*child = (struct child){ .name = name };
	list_init(&child->link);
	list_init(&child->exit.link);
	list_init(&child->retry.link);
	list_init(&child->action.link);
	child->exit.type = MAIL_EXIT;
	child->retry.type = MAIL_RETRY;
	heap_node_init(&child->timer, false);
	spec_init(&child->spec, type);
}

void
child_set_state(struct child *child, enum child_state state)
{
	assert(legal[child->state] & (1U << state));
	child->state = (uint8_t)state;
	if (state != CHILD_RESTARTING && state != CHILD_UNKILLABLE)
		child->comeback = COMEBACK_NONE;
}
