/* paths: every path, a line each, for scripts. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_paths(struct cmd_context *ctx)
{
	json_t *children;
	const json_t *child;
	size_t i;
	enum cmd_exit exit_code = cmd_fetch_status(ctx, NULL, &children);

	if (exit_code)
		return exit_code;
	json_array_foreach(children, i, child)
		show_text(&ctx->show, json_object_get(child, "path"));
	json_decref(children);
	return CMD_DONE;
}

const struct cmd cmd_paths = {
	.name = "paths",
	.usage = "",
	.what = "every path, a line each",
	.group = CMD_LOOK,
	.run = run_paths,
};
