/* GetInterfaceDescription of org.varlink.service: the text of an interface. */
#include "config.h"

#include "base/interface.h"
#include "control/verb.h"

static void
run_get_interface_description(struct call *call)
{
	const char *name = call_text(call, "interface");
	const char *text = interface_text(name);

	if (text)
		call_reply(call, json_pack("{ss}", "description", text));
	else
		call_fail_with(call, INTERFACE_SERVICE ".InterfaceNotFound",
		    "interface", name);
}

const struct verb verb_get_interface_description = {
	.right = PEER_LOOK,
	.run = run_get_interface_description,
};
