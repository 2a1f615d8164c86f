/* start-child: add a child to a supervisor, and start it. */
#include "config.h"

#include "ctl/cmd.h"

static enum cmd_exit
run_start_child(struct cmd_context *ctx)
{
	const struct cmd_args *args = &ctx->args;
	json_t *parameters = json_pack("{ss ss* ss* ss* sO*}", "supervisor",
	    args->words[0], "id", args->options[OPTION_ID], "restart",
	    args->options[OPTION_RESTART], "shutdown",
	    args->options[OPTION_SHUTDOWN], "environment", args->environment);

	if (args->command)
		json_object_set_new(parameters, "arguments",
		    cmd_array(args->command));
	if (cmd_has(ctx, OPTION_SIGNIFICANT))
		json_object_set_new(parameters, "significant", json_true());
	return cmd_start(ctx, "StartChild", parameters, "?");
}

const struct cmd cmd_start_child = {
	.name = "start-child",
	.usage = "supervisor",
	.what = "add a child and start it",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(JSON) | OPTION_BIT(ID) | OPTION_BIT(RESTART) |
	    OPTION_BIT(SHUTDOWN) | OPTION_BIT(SIGNIFICANT) | OPTION_BIT(ENV),
	.takes_command = true,
	.run = run_start_child,
};
