/* reload: read the configuration again. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_reload = {
	.name = "reload",
	.usage = "",
	.what = "read the configuration again",
	.group = CMD_CHANGE,
	.options = OPTION_BIT(JSON) | OPTION_BIT(DRY_RUN),
	.method = "Reload",
	.waits = true,
	.member = "steps",
	.show = show_lines,
	.run = cmd_call,
};
