/*
 * The hash of text and of other bytes: FNV-1a, 64 bits. It is quick, and no
 * defence against texts that are chosen to collide.
 */
#ifndef REEVE_BASE_HASH_H
#define REEVE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Hash bytes. */
static inline uint64_t
hash_bytes(const char *bytes, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
	return hash;
}

/* Hash a text, as a short stand-in for it; never 0, which stands for none. */
static inline uint64_t
hash_text(const char *text)
{
	uint64_t hash = hash_bytes(text, strlen(text));

	return hash ? hash : 1;
}

#endif
