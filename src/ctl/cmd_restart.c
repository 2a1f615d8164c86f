/* restart: a planned restart of a child, with its strategy's siblings. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_restart = {
	.name = "restart",
	.usage = "path",
	.what = "planned restart, with the siblings of its strategy",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(JSON),
	.method = "Restart",
	.waits = true,
	.show = show_started,
	.run = cmd_call,
};
