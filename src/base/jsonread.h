/*
 * Reading JSON although memory may be short. jansson forgets a failed
 * allocation while it reads a string, goes on with a string that has a gap, and
 * may end the process over that. So a reserve is allocated before, which is
 * large enough for anything that the text can need.
 */
#ifndef REEVE_BASE_JSONREAD_H
#define REEVE_BASE_JSONREAD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Read a text in which no object has a key twice; NULL: it is no such text, or
 * memory was short, as ret_shortage tells. */
json_t	*jsonread(const char *bytes, size_t size, bool *ret_shortage);

#endif
