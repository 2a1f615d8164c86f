/* reload: read the configuration again. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_reload(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "Reload", json_pack("{sb}", "dry_run",
	    cmd_has(ctx, OPTION_DRY_RUN)), "steps", show_lines);
}

const struct cmd cmd_reload = {
	.name = "reload",
	.usage = "",
	.what = "read the configuration again",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(JSON) | OPTION_BIT(DRY_RUN),
	.run = run_reload,
};
