/* terminate-child: stop a child. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_terminate_child = {
	.name = "terminate-child",
	.usage = "path",
	.what = "stop a child; its spec stays",
	.group = CMD_CHANGE,
	.method = "TerminateChild",
	.waits = true,
	.run = cmd_call,
};
