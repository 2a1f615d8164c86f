/* childspec: a child's specification with all defaults. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_childspec(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "ChildSpec", cmd_path_parameter(ctx), "spec",
	    show_spec);
}

const struct cmd cmd_childspec = {
	.name = "childspec",
	.usage = "path",
	.what = "the specification with all defaults",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON),
	.run = run_childspec,
};
