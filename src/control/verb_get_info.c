/* GetInfo of org.varlink.service: what this service is. */
#include "config.h"

#include "base/interface.h"
#include "control/verb.h"

static void
run_get_info(struct call *call)
{
	json_t *names = json_array();

	for (size_t i = 0; i < interfaces_count; i++)
		json_array_append_new(names, json_string(interfaces[i].name));
	call_reply(call, json_pack("{ss ss ss ss so}",
	    "vendor", "reeve",
	    "product", "reeved",
	    "version", PACKAGE_VERSION,
	    "url", "man:reeved(8)",
	    "interfaces", names));
}

const struct verb verb_get_info = {
	.right = PEER_LOOK,
	.run = run_get_info,
};
