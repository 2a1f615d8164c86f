/* count-children: how many children a supervisor has, as OTP counts them. */
#include "config.h"

#include <stdio.h>

#include "base/array.h"
#include "ctl/cmd.h"

static void
show_counts(const struct show *show, const json_t *counts)
{
	static const char *const keys[] = {
		"active", "specs", "supervisors", "workers",
	};

	for (size_t i = 0; i < LENGTH(keys); i++)
		fprintf(show->out, "%s%s %" JSON_INTEGER_FORMAT,
		    i > 0 ? ", " : "", keys[i],
		    json_integer_value(json_object_get(counts, keys[i])));
	fputc('\n', show->out);
}

const struct cmd cmd_count_children = {
	.name = "count-children",
	.usage = "supervisor",
	.what = "how many children a supervisor has",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON),
	.method = "CountChildren",
	.show = show_counts,
	.run = cmd_call,
};
