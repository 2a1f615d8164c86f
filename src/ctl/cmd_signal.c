/* signal: send a signal to a worker's process. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_signal = {
	.name = "signal",
	.usage = "path signal",
	.what = "send a signal to a worker's process",
	.group = CMD_CHANGE,
	.method = "Signal",
	.run = cmd_call,
};
