/* childspec: a child's specification with all defaults. */
#include "config.h"

#include "ctl/cmd.h"

static void
show_childspec(const struct cmd_context *ctx, const json_t *spec)
{
	show_spec(&ctx->show, spec);
}

static enum cmd_exit
run_childspec(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "ChildSpec", cmd_path_parameter(ctx), "spec",
	    show_childspec);
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
