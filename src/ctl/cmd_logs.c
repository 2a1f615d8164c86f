/* logs: the last lines of a worker's log file, and those that come. */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/cmd.h"

#define LINES_MAX	10000	/* the daemon refuses more */

static void
show_log_line(const struct show *show, const json_t *reply)
{
	show_text(show, json_object_get(reply, "line"));
}

/* Read -n; -1: it is no number of lines, and that is said. */
static int
read_lines(const char *option, int64_t *ret_lines)
{
	char *end, text[256];

	errno = 0;
	*ret_lines = strtoll(option, &end, 10);
	if (errno == 0 && *end == '\0' && end != option && *ret_lines >= 0 &&
	    *ret_lines <= LINES_MAX)
		return 0;
	fprintf(stderr, "reevectl: -n '%s': it must be a number of lines, 0 "
	    "to %d\n", show_safe(option, text, sizeof(text)), LINES_MAX);
	return -1;
}

static enum cmd_exit
run_logs(struct cmd_context *ctx)
{
	const char *option = ctx->args.options[OPTION_LINES];
	json_t *parameters;
	int64_t lines;

	if (option && read_lines(option, &lines) < 0)
		return CMD_USAGE;
	parameters = cmd_path_parameter(ctx);
	if (option)
		json_object_set_new(parameters, "lines", json_integer(lines));
	if (cmd_has(ctx, OPTION_FOLLOW))
		json_object_set_new(parameters, "follow", json_true());
	return cmd_stream(ctx, "Logs", parameters, NULL, show_log_line);
}

const struct cmd cmd_logs = {
	.name = "logs",
	.usage = "path",
	.what = "the last lines of a worker's log",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON) | OPTION_BIT(FOLLOW) | OPTION_BIT(LINES),
	.run = run_logs,
};
