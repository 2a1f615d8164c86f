/* Memory that is given back all at once, see the header. */
#include "scenario/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
	struct arena_block *next;
	max_align_t memory[];
};

void *
arena_alloc(struct arena *arena, size_t count, size_t size)
{
	struct arena_block *block;

	if (size && count > (SIZE_MAX - sizeof(*block)) / size)
		abort();
	block = calloc(1, sizeof(*block) + count * size);
	if (!block)
		abort();
	block->next = arena->blocks;
	arena->blocks = block;
	return block->memory;
}

char *
arena_text(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	char text[1024];
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= sizeof(text))
		abort();
	return arena_text(arena, text, (size_t)length);
}

void
arena_release(struct arena *arena)
{
	struct arena_block *block, *next;

	for (block = arena->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	arena->blocks = NULL;
}
