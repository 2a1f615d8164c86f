/* GetInfo of org.varlink.service: what this service is. */
#include "config.h"

#include "base/interface.h"
#include "base/varlink.h"
#include "control/verb.h"

static void
run_get_info(struct call *call)
{
	struct varlink_object info;
	json_t *names = json_array();

	for (size_t i = 0; i < interfaces_count; i++)
		json_array_append_new(names, json_string(interfaces[i].name));
	varlink_begin(&info);
	varlink_put_text(&info, "vendor", "reeve");
	varlink_put_text(&info, "product", "reeved");
	varlink_put_text(&info, "version", PACKAGE_VERSION);
	varlink_put_text(&info, "url", "man:reeved(8)");
	varlink_put(&info, "interfaces", names);
	call_reply(call, varlink_end(&info));
}

const struct verb verb_get_info = {
	.right = PEER_LOOK,
	.run = run_get_info,
};
