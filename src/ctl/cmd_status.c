/* status: what children are doing; with paths, as an init script's status. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "ctl/cmd.h"

/* LSB: if all children are up it is 0, else 3. */
static enum cmd_exit
lsb_status(const json_t *children)
{
	const json_t *child;
	size_t i;

	json_array_foreach(children, i, child) {
		const char *state = json_string_value(json_object_get(child,
		    "state"));

		if (!state || strcmp(state, "up") != 0)
			return CMD_STATUS_STOPPED;
	}
	return CMD_STATUS_RUNNING;
}

/* Check that a child matches, or say that none does. */
static enum cmd_exit
check_matched(const struct cmd_context *ctx, const json_t *children)
{
	char text[SHOW_PATH_SIZE];

	if (json_array_size(children) > 0)
		return CMD_DONE;
	fprintf(stderr, "reevectl: not_found: nothing matches '%s'%s\n",
	    show_safe(ctx->args.words[0], text, sizeof(text)),
	    ctx->args.count > 1 ? " or the others" : "");
	return CMD_STATUS_UNKNOWN;
}

static enum cmd_exit
run_status(struct cmd_context *ctx)
{
	bool some = ctx->args.count > 0;
	json_t *children;
	enum cmd_exit exit_code = cmd_fetch_status(ctx,
	    some ? cmd_array(ctx->args.words) : NULL, &children);

	if (some && (exit_code == CMD_REFUSED ||
	    exit_code == CMD_NOT_PERMITTED))	/* 3 would be "not running" */
		return CMD_STATUS_UNKNOWN;
	if (exit_code)
		return exit_code;
	if (some)
		exit_code = check_matched(ctx, children);
	if (ctx->args.options[OPTION_JSON])
		show_json(&ctx->show, children);
	else if (!exit_code)
		show_status(&ctx->show, children);
	if (some && !exit_code)
		exit_code = lsb_status(children);
	json_decref(children);
	return exit_code;
}

const struct cmd cmd_status = {
	.name = "status",
	.usage = "[path ...]",
	.what = "state, pid, uptime, restarts, last end",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON),
	.run = run_status,
};
