/* tree: all children, drawn as a tree. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_tree(struct cmd_context *ctx)
{
	json_t *children;
	enum cmd_exit exit_code = cmd_fetch_status(ctx, NULL, &children);

	if (exit_code)
		return exit_code;
	if (cmd_has(ctx, OPTION_JSON))
		show_json(&ctx->show, children);
	else
		show_tree(&ctx->show, children);
	json_decref(children);
	return CMD_DONE;
}

const struct cmd cmd_tree = {
	.name = "tree",
	.usage = "",
	.what = "the same, drawn as a tree",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON),
	.run = run_tree,
};
