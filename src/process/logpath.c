/* The names of log files. */
#include "config.h"

#include "process/logpath.h"

#include <string.h>

size_t
logpath_size(const char *log_dir, const char *path)
{
	return strlen(log_dir) + strlen(path) + sizeof("/.log");
}

char *
logpath_put(const char *log_dir, const char *path, char *ret_text)
{
	size_t at = strlen(log_dir);

	/* without printf(), whose code is slow to fetch at a restart */
	memcpy(ret_text, log_dir, at);
	ret_text[at++] = '/';
	for (; *path; path++)
		ret_text[at++] = (char)(*path == '/' ? '.' : *path);
	memcpy(ret_text + at, ".log", sizeof(".log"));
	return ret_text;
}
