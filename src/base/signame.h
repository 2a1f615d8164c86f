/*
 * Signals by name: POSIX's names without "SIG", as kill -l prints them, and
 * "RTMIN+N" for the real-time ones.
 */
#ifndef REEVE_BASE_SIGNAME_H
#define REEVE_BASE_SIGNAME_H

#include <stddef.h>

#define SIGNAME_SIZE	16	/* enough for any name, NUL included */

/* The number of a signal, from a name with or without "SIG", in capitals or
 * not; 0 if this system has no such signal. Numbers are no names. */
int	signame_number(const char *name);

/* Write a signal's name; its number where it has none. Returns ret_name. */
char	*signame_of(int number, char *ret_name, size_t size);

/* The names of the table one after the other; NULL behind the last one. */
const char *signame_at(size_t index);

#endif
