/* which-children: a supervisor's children, as OTP lists them. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_which_children(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "WhichChildren", json_pack("{ss}", "supervisor",
	    ctx->args.words[0]), "children", show_which);
}

const struct cmd cmd_which_children = {
	.name = "which-children",
	.usage = "supervisor",
	.what = "its children, the last one first",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON),
	.run = run_which_children,
};
