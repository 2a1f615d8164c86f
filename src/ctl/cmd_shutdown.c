/* shutdown: stop the whole tree, and the daemon. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_shutdown(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "Shutdown", json_pack("{sb}", "now",
	    cmd_has(ctx, OPTION_NOW)), NULL, NULL);
}

const struct cmd cmd_shutdown = {
	.name = "shutdown",
	.usage = "",
	.what = "stop everything in order; --now: kill it",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(NOW),
	.run = run_shutdown,
};
