/* reopen: the daemon opens its log file again. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_reopen(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "Reopen", NULL, NULL, NULL);
}

const struct cmd cmd_reopen = {
	.name = "reopen",
	.usage = "",
	.what = "open the daemon's log file again",
	.group = CMD_CHANGE,
	.run = run_reopen,
};
