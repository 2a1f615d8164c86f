/* terminate-child: stop a child. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_terminate_child(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "TerminateChild", cmd_path_parameter(ctx), NULL,
	    NULL);
}

const struct cmd cmd_terminate_child = {
	.name = "terminate-child",
	.usage = "path",
	.what = "stop a child; its spec stays",
	.group = CMD_CHANGE,
	.run = run_terminate_child,
};
