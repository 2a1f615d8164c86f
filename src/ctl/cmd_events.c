/* events: what has happened, and what comes. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_events = {
	.name = "events",
	.usage = "[path]",
	.what = "what happened, and why",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON) | OPTION_BIT(FOLLOW),
	.method = "Events",
	.is_stream = true,
	.member = "event",
	.show = show_event,
	.run = cmd_call,
};
