/* restart-child: start a child that is down. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_restart_child(struct cmd_context *ctx)
{
	return cmd_start(ctx, "RestartChild", cmd_path_parameter(ctx),
	    ctx->args.words[0]);
}

const struct cmd cmd_restart_child = {
	.name = "restart-child",
	.usage = "path",
	.what = "start a child that is down",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(JSON),
	.run = run_restart_child,
};
