/*
 * Reading JSON where memory may be short. The library forgets a failed
 * allocation while it takes a string in, goes on with one that has a gap, and
 * may end the process over that. So there is a reserve, taken before, that is
 * large enough for anything that the text can need.
 */
#ifndef REEVE_BASE_JSONREAD_H
#define REEVE_BASE_JSONREAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Read a text, in which no object has a key twice; NULL: it is not right, or
 * memory was short, which is told then. */
json_t	*jsonread(const char *bytes, size_t size, bool *ret_short);

#endif
