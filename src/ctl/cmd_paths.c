/* paths: every path, a line each, for scripts. */
#include "config.h"

#include "ctl/cmd.h"

static void
show_paths(const struct show *show, const json_t *children)
{
	const json_t *child;
	size_t i;

	json_array_foreach(children, i, child)
		show_text(show, json_object_get(child, "path"));
}

const struct cmd cmd_paths = {
	.name = "paths",
	.usage = "",
	.what = "every path, a line each",
	.group = CMD_LOOK,
	.show = show_paths,
	.run = cmd_list,
};
