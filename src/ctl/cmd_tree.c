/* tree: all children, drawn as a tree. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_tree = {
	.name = "tree",
	.usage = "",
	.what = "all children, drawn as a tree",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON),
	.show = show_tree,
	.run = cmd_list,
};
