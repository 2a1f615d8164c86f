/* start-child: add a child to a supervisor, and start it. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_start_child = {
	.name = "start-child",
	.usage = "supervisor",
	.what = "add a child and start it",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(JSON) | OPTION_BIT(ID) | OPTION_BIT(RESTART) |
	    OPTION_BIT(SHUTDOWN) | OPTION_BIT(SIGNIFICANT) | OPTION_BIT(ENV),
	.takes_command = true,
	.method = "StartChild",
	.waits = true,
	.show = show_started,
	.run = cmd_call,
};
