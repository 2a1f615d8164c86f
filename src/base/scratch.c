/* Scratch memory: a chain of blocks, the newest and largest first. */
#include "config.h"

#include "base/scratch.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE	(8 << 10)
#define KEEP_MAX	(64 << 10)	/* a larger block is not kept */

struct scratch_block {
	struct scratch_block *next; /* older */
	size_t size;		/* bytes of data */
	max_align_t data[];
};

/* Put a block before the others that has room for so much. */
static bool
add_block(struct scratch *scratch, size_t size)
{
	size_t room = scratch->first ? scratch->first->size * 2 : FIRST_SIZE;
	struct scratch_block *block;

	if (room < size)
		room = size;
	block = malloc(sizeof(*block) + room);
	if (!block)
		return false;
	block->next = scratch->first;
	block->size = room;
	scratch->first = block;
	scratch->used = 0;
	return true;
}

void *
scratch_alloc(struct scratch *scratch, size_t size)
{
	const size_t align = sizeof(max_align_t);
	void *piece;

	if (size > SIZE_MAX / 4) {
		scratch->failed = true;
		return NULL;
	}
	size = (size + align - 1) / align * align;
	if (!scratch->first || scratch->first->size - scratch->used < size) {
		if (!add_block(scratch, size)) {
			scratch->failed = true;
			return NULL;
		}
	}
	piece = (char *)scratch->first->data + scratch->used;
	scratch->used += size;
	return piece;
}

char *
scratch_join(struct scratch *scratch, const char *a, const char *b,
    const char *c)
{
	size_t a_size = strlen(a), b_size = strlen(b), c_size = strlen(c);
	char *text = scratch_alloc(scratch, a_size + b_size + c_size + 1);

	if (!text)
		return NULL;
	memcpy(text, a, a_size + 1);
	memcpy(text + a_size, b, b_size + 1);
	memcpy(text + a_size + b_size, c, c_size + 1);
	return text;
}

/* Free a block and all that are older. */
static void
free_blocks(struct scratch_block *block)
{
	while (block) {
		struct scratch_block *next = block->next;

		free(block);
		block = next;
	}
}

void
scratch_reset(struct scratch *scratch)
{
	scratch->used = 0;
	scratch->failed = false;
	if (!scratch->first)
		return;
	free_blocks(scratch->first->next);
	scratch->first->next = NULL;
	if (scratch->first->size > KEEP_MAX)
		scratch_release(scratch);
}

void
scratch_release(struct scratch *scratch)
{
	free_blocks(scratch->first);
	*scratch = (struct scratch){ 0 };
}
