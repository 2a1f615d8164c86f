/*
 * inih at arm's length: which key belongs to which section is its work, and the
 * bytes of the file stay with the reader (read.c).
 */
#ifndef REEVE_CONFIG_INI_H
#define REEVE_CONFIG_INI_H

#include <ini.h>
#include <stdbool.h>

/* A line that is a header or a key. */
struct ini_line {
	int number;
	const char *key;	/* without a NUL; NULL: it is a header */
};

/* The reader's side; data is its own. */
struct ini_lines {
	void *data;
	/* Go on to the next header or key; false at the end. */
	bool (*next)(void *data, struct ini_line *ret_line);
	/* The line that next() has given last belongs to the section whose
	 * header was given last. */
	void (*take)(void *data);
};

enum ini_end {
	INI_DONE,
	INI_NO_MEMORY,
	INI_BROKEN,		/* inih does not give back what it is given */
};

/* ini_parse_stream(), or a stand-in for it in tests. */
typedef int ini_parser(ini_reader reader, void *stream, ini_handler handler,
	    void *user);

/* Put all lines through inih. */
enum ini_end ini_walk(ini_parser *parser, const struct ini_lines *lines);

#endif
