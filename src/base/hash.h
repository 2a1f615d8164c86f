/*
 * A short stand-in for a worker's path, where paths are compared and not
 * shown: FNV-1a, 64 bits. Never 0, which stands for no path.
 */
#ifndef REEVE_BASE_HASH_H
#define REEVE_BASE_HASH_H

#include <stdint.h>

/* Hash a path. */
static inline uint64_t
hash_text(const char *path)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * 0x100000001b3;
	return hash ? hash : 1;
}

#endif
