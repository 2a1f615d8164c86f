/* events: what has happened, and what comes. */
#include "config.h"

#include "ctl/cmd.h"

static void
show_one_event(const struct cmd_context *ctx, const json_t *reply)
{
	const json_t *event = json_object_get(reply, "event");

	if (!event)		/* the last reply */
		return;
	if (cmd_has(ctx, OPTION_JSON))
		show_json(&ctx->show, event);
	else
		show_event(&ctx->show, event);
}

static enum cmd_exit
run_events(struct cmd_context *ctx)
{
	json_t *parameters = json_object();

	if (ctx->args.count > 0)
		json_object_set_new(parameters, "path",
		    json_string(ctx->args.words[0]));
	if (cmd_has(ctx, OPTION_FOLLOW))
		json_object_set_new(parameters, "follow", json_true());
	return cmd_stream(ctx, "Events", parameters, show_one_event);
}

const struct cmd cmd_events = {
	.name = "events",
	.usage = "[path]",
	.what = "what happened, and why",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON) | OPTION_BIT(FOLLOW),
	.max_words = 1,
	.words = { CMD_WORD_PATH },
	.run = run_events,
};
