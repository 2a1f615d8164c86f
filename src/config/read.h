/*
 * The lines of a configuration file: from bytes to headers and keys.
 */
#ifndef REEVE_CONFIG_READ_H
#define REEVE_CONFIG_READ_H

#include <stddef.h>

#include "config/ini.h"

/* Where the lines go; strings are good until the call returns. */
struct read_sink {
	void *data;
	/* A header, the text between [ and ]; NULL: one that cannot be read,
	 * and whose keys belong to no section. */
	void (*on_section)(void *data, int line, const char *header);
	/* key = value, without the blanks around them, and any comment. */
	void (*on_key)(void *data, int line, const char *key,
	    const char *value);
	/* A line that is refused, and why; line 0: the file as a whole. */
	void (*on_fault)(void *data, int line, const char *fault);
};

/* Read a file's bytes by a parser: ini_parse_stream(), or one of a test. What
 * is refused goes to on_fault(), and reading goes on. 0, or -1 if there is no
 * memory. */
int	read_sections(ini_parser *parser, const char *bytes, size_t size,
	    const struct read_sink *sink);

#endif
