/* reload: read the configuration again. */
#include "config.h"

#include "ctl/cmd.h"

static void
show_steps(const struct cmd_context *ctx, const json_t *steps)
{
	const json_t *step;
	size_t i;

	json_array_foreach(steps, i, step)
		if (json_is_string(step))
			show_line(&ctx->show, json_string_value(step));
}

static enum cmd_exit
run_reload(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "Reload", json_pack("{sb}", "dry_run",
	    cmd_has(ctx, OPTION_DRY_RUN)), "steps", show_steps);
}

const struct cmd cmd_reload = {
	.name = "reload",
	.usage = "",
	.what = "read the configuration again",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(JSON) | OPTION_BIT(DRY_RUN),
	.run = run_reload,
};
