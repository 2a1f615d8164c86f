/* Reading JSON although memory may be short. */
#include "config.h"

#include "base/jsonread.h"

#include <stdint.h>
#include <stdlib.h>

/* What a byte of text needs at most (in a long list of small numbers), and what
 * any text needs. */
#define RESERVE_PER_BYTE	64
#define RESERVE_LEAST		16384
#define ALIGNMENT		16

/* The memory for a text while it is read and there is no other. jansson passes
 * no argument to its functions for memory: hence a global. */
static struct {
	char *bytes;		/* NULL: nothing is being read */
	size_t size;
	size_t used;		/* 0: there was memory so far */
} reserve;

/* Allocate for the library. */
static void *
allocate(size_t size)
{
	void *memory = malloc(size);

	if (memory || !reserve.bytes || size > reserve.size - reserve.used)
		return memory;
	memory = reserve.bytes + reserve.used;
	reserve.used += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return memory;
}

/* Free for the library. */
static void
release(void *memory)
{
	uintptr_t at = (uintptr_t)memory, from = (uintptr_t)reserve.bytes;

	if (!reserve.bytes || at < from || at >= from + reserve.size)
		free(memory);
}

json_t *
jsonread(const char *bytes, size_t size, bool *ret_shortage)
{
	json_t *json;

	*ret_shortage = true;
	reserve.size = size * RESERVE_PER_BYTE + RESERVE_LEAST;
	reserve.used = 0;
	reserve.bytes = malloc(reserve.size);
	if (!reserve.bytes)
		return NULL;
	json_set_alloc_funcs(allocate, release);
	json = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
	*ret_shortage = reserve.used > 0;
	if (*ret_shortage) {
		json_decref(json);
		json = NULL;
	}
	free(reserve.bytes);
	reserve.bytes = NULL;
	return json;
}
