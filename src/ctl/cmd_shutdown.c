/* shutdown: stop the whole tree, and the daemon. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_shutdown = {
	.name = "shutdown",
	.usage = "",
	.what = "stop everything in order; --now: kill it",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(NOW),
	.method = "Shutdown",
	.run = cmd_call,
};
