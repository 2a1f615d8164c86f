/* signal: send a signal to a worker's process. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_signal(struct cmd_context *ctx)
{
	return cmd_ask(ctx, "Signal", json_pack("{ss ss}", "path",
	    ctx->args.words[0], "signal", ctx->args.words[1]), NULL, NULL);
}

const struct cmd cmd_signal = {
	.name = "signal",
	.usage = "path signal",
	.what = "send a signal to a worker's process",
	.group = CMD_CHANGE,
	.run = run_signal,
};
