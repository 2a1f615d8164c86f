/* Look-ups in the tables of the interfaces. */
#include "config.h"

#include "base/interface.h"

#include <string.h>

const char *
interface_text(const char *name)
{
	for (size_t i = 0; i < interfaces_count; i++)
		if (strcmp(interfaces[i].name, name) == 0)
			return interfaces[i].text;
	return NULL;
}

const char *
interface_error_words(const char *name)
{
	for (size_t i = 0; i < interface_errors_count; i++)
		if (strcmp(interface_errors[i].name, name) == 0)
			return interface_errors[i].words;
	return NULL;
}

const char *
interface_error_name(const char *words)
{
	for (size_t i = 0; i < interface_errors_count; i++)
		if (strcmp(interface_errors[i].words, words) == 0)
			return interface_errors[i].name;
	return NULL;
}
