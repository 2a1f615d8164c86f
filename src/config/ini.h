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
	const char *key;	/* NULL: it is a header */
};

/* The reader's side: go on to the next header or key, false at the end; and
 * that line belongs to the section whose header was given last. */
struct ini_lines {
	void *data;
	bool (*next)(void *data, struct ini_line *ret_line);
	void (*take)(void *data);
};

/* ini_parse_stream(), or a stand-in for it in tests. */
typedef int ini_parser(ini_reader reader, void *stream, ini_handler handler,
	    void *user);

/* Put all lines through inih. 0; -1 if there is no memory; 1 if inih does not
 * give back what it is given. */
int	ini_walk(ini_parser *parser, const struct ini_lines *lines);

#endif
