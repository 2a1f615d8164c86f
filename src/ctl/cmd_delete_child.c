/* delete-child: forget a child that is down. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_delete_child(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "DeleteChild", cmd_path_parameter(ctx), NULL,
	    NULL);
}

const struct cmd cmd_delete_child = {
	.name = "delete-child",
	.usage = "path",
	.what = "forget a child that is down",
	.group = CMD_CHANGE,
	.run = run_delete_child,
};
