/* reopen: the daemon opens its log file again. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_reopen = {
	.name = "reopen",
	.usage = "",
	.what = "open the daemon's log file again",
	.group = CMD_CHANGE,
	.method = "Reopen",
	.run = cmd_call,
};
