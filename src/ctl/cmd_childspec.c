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
	.min_words = 1,
	.max_words = 1,
	.words = { CMD_WORD_PATH },
	.run = run_childspec,
};
