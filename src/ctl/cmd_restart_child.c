/* restart-child: start a child that is down. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_restart_child = {
	.name = "restart-child",
	.usage = "path",
	.what = "start a child that is down",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(JSON),
	.method = "RestartChild",
	.waits = true,
	.show = show_started,
	.run = cmd_call,
};
