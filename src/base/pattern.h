/*
 * Shell patterns for paths: * and ? stand for bytes of one name, [a-z] and
 * [!a-z] for one byte, a backslash makes the next byte plain. None of them
 * stands for "/". A match takes at most the product of both lengths in time,
 * whatever the pattern; fnmatch() may take exponential time.
 */
#ifndef REEVE_BASE_PATTERN_H
#define REEVE_BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* Tell whether a pattern is more than a plain path. */
bool	pattern_is_wild(const char *pattern);

/* Tell whether a path matches. */
bool	pattern_matches(const char *pattern, const char *path);

/* The length of the plain path that a pattern begins with, above everything
 * that can match: whole names, without the "/" behind them. */
size_t	pattern_plain_length(const char *pattern);

#endif
