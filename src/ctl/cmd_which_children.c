/* which-children: a supervisor's children, as OTP lists them. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_which_children = {
	.name = "which-children",
	.usage = "supervisor",
	.what = "a supervisor's children, the last one first",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON),
	.method = "WhichChildren",
	.member = "children",
	.show = show_which,
	.run = cmd_call,
};
