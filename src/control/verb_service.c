/* The methods of org.varlink.service, which every varlink service has. */
#include "config.h"

#include <string.h>

#include "base/array.h"
#include "base/varlink.h"
#include "control/verb.h"

const char interface_service[] =
"# What every varlink service says of itself.\n"
"interface org.varlink.service\n"
"\n"
"# Who this is, and which interfaces it has.\n"
"method GetInfo() -> (\n"
"	vendor: string,\n"
"	product: string,\n"
"	version: string,\n"
"	url: string,\n"
"	interfaces: []string\n"
")\n"
"\n"
"# The description of an interface, as this one.\n"
"method GetInterfaceDescription(interface: string) -> (description: string)\n"
"\n"
"# There is no such interface here.\n"
"error InterfaceNotFound (interface: string)\n"
"\n"
"# The interface has no such method.\n"
"error MethodNotFound (method: string)\n"
"\n"
"# The interface has it, this service has not.\n"
"error MethodNotImplemented (method: string)\n"
"\n"
"# A parameter is unknown, missing, of another type, or makes no sense.\n"
"error InvalidParameter (parameter: string)\n"
"\n"
"# The client may not do that.\n"
"error PermissionDenied ()\n"
"\n"
"# The method answers more than once, and the call does not say that it\n"
"# wants that.\n"
"error ExpectedMore ()\n";

void
verb_get_info(struct call *call)
{
	static const char *const names[] = {
		"org.varlink.service", "io.reeve.Control",
	};
	struct varlink_object info;
	json_t *interfaces = json_array();

	for (size_t i = 0; i < LENGTH(names); i++)
		json_array_append_new(interfaces, json_string(names[i]));
	varlink_begin(&info);
	varlink_put_text(&info, "vendor", "reeve");
	varlink_put_text(&info, "product", "reeved");
	varlink_put_text(&info, "version", PACKAGE_VERSION);
	varlink_put_text(&info, "url", "man:reeved(8)");
	varlink_put(&info, "interfaces", interfaces);
	call_reply(call, varlink_end(&info));
}

void
verb_get_interface_description(struct call *call)
{
	const char *name = call_text(call, "interface");
	const char *text;
	struct varlink_object description;

	if (strcmp(name, "io.reeve.Control") == 0) {
		text = interface_control;
	} else if (strcmp(name, "org.varlink.service") == 0) {
		text = interface_service;
	} else {
		call_fail_with(call, "org.varlink.service.InterfaceNotFound",
		    "interface", name);
		return;
	}
	varlink_begin(&description);
	varlink_put_text(&description, "description", text);
	call_reply(call, varlink_end(&description));
}
