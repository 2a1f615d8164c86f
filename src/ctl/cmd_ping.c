/* ping: whether a daemon is there, and the state of its root. */
#include "config.h"

#include <stdio.h>

#include "ctl/cmd.h"

static void
show_daemon(const struct show *show, const json_t *reply)
{
	char version[64], uptime[64], state[64];

	fprintf(show->out, "reeved %s, pid %" JSON_INTEGER_FORMAT
	    ", %s for %s\n",
	    show_member(reply, "version", version, sizeof(version)),
	    json_integer_value(json_object_get(reply, "pid")),
	    show_member(reply, "state", state, sizeof(state)),
	    show_duration(json_integer_value(json_object_get(reply,
	    "uptime_ms")), uptime, sizeof(uptime)));
}

const struct cmd cmd_ping = {
	.name = "ping",
	.usage = "",
	.what = "whether a daemon is there",
	.group = CMD_LOOK,
	.options = OPTION_BIT(JSON),
	.method = "Ping",
	.show = show_daemon,
	.run = cmd_call,
};
