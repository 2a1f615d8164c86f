/* events: what has happened, and what comes. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_events(struct cmd_context *ctx)
{
	json_t *parameters = json_object();

	if (ctx->args.count > 0)
		json_object_set_new(parameters, "path",
		    json_string(ctx->args.words[0]));
	if (cmd_has(ctx, OPTION_FOLLOW))
		json_object_set_new(parameters, "follow", json_true());
	return cmd_stream(ctx, "Events", parameters, "event", show_event);
}

const struct cmd cmd_events = {
	.name = "events",
	.usage = "[path]",
	.what = "what happened, and why",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON) | OPTION_BIT(FOLLOW),
	.run = run_events,
};
