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
	int64_t lines = 0;

	if (option && read_lines(option, &lines) < 0)
		return CMD_USAGE;
	return cmd_call_with(ctx, json_pack("{ss so*}", "path",
	    ctx->args.words[0], "lines", option ? json_integer(lines) : NULL));
}

const struct cmd cmd_logs = {
	.name = "logs",
	.usage = "path",
	.what = "the last lines of a worker's log",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON) | OPTION_BIT(FOLLOW) | OPTION_BIT(LINES),
	.method = "Logs",
	.is_stream = true,
	.show = show_log_line,
	.run = run_logs,
};
