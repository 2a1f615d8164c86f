/* restart: a planned restart of a child, with its strategy's siblings. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_restart(struct cmd_context *ctx)
{
	return cmd_start(ctx, "Restart", cmd_path_parameter(ctx),
	    ctx->args.words[0]);
}

const struct cmd cmd_restart = {
	.name = "restart",
	.usage = "path",
	.what = "planned restart, with the siblings of its strategy",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(JSON),
	.run = run_restart,
};
