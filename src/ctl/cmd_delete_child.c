/* delete-child: forget a child that is down. */
#include "config.h"

#include "ctl/cmd.h"

const struct cmd cmd_delete_child = {
	.name = "delete-child",
	.usage = "path",
	.what = "forget a child that is down",
	.group = CMD_CHANGE,
	.method = "DeleteChild",
	.waits = true,
	.run = cmd_call,
};
