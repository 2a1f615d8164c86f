/* childspec: a child's specification with all defaults. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_childspec = {
	.name = "childspec",
	.usage = "path",
	.what = "the specification with all defaults",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON),
	.method = "ChildSpec",
	.member = "spec",
	.show = show_spec,
	.run = cmd_call,
};
