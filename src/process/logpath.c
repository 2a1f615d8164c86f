/* The names of log files. */
#include "config.h"

#include "process/logpath.h"

#include <stdio.h>
#include <string.h>

size_t
logpath_size(const char *log_dir, const char *path)
{
	return strlen(log_dir) + strlen(path) + sizeof("/.log");
}

char *
logpath_put(const char *log_dir, const char *path, char *ret_text,
    size_t size)
{
	size_t at = strlen(log_dir) + 1;

	snprintf(ret_text, size, "%s/%s.log", log_dir, path);
	for (; at < size && ret_text[at] != '\0'; at++)
		if (ret_text[at] == '/')
			ret_text[at] = '.';
	return ret_text;
}
