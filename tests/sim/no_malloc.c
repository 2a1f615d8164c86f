/*
 * The allocator's guard: no memory is taken or given back while a tree steps.
 *
 * Linked with -Wl,--wrap for each of the four, so that every call of this
 * program, the core's included, comes through here.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/world.h"

void	*__real_malloc(size_t size);
void	*__real_calloc(size_t count, size_t size);
void	*__real_realloc(void *memory, size_t size);
void	__real_free(void *memory);
void	*__wrap_malloc(size_t size);
void	*__wrap_calloc(size_t count, size_t size);
void	*__wrap_realloc(void *memory, size_t size);
void	__wrap_free(void *memory);

/* End the program if a tree is stepping. */
static void
forbid(const char *what)
{
	if (!world_is_stepping())
		return;
	world_set_stepping(false);
	fprintf(stderr, "I16: %s inside a step of the tree\n", what);
	abort();
}

void *
__wrap_malloc(size_t size)
{
	forbid("malloc");
	return __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	forbid("calloc");
	return __real_calloc(count, size);
}

void *
__wrap_realloc(void *memory, size_t size)
{
	forbid("realloc");
	return __real_realloc(memory, size);
}

void
__wrap_free(void *memory)
{
	forbid("free");
	__real_free(memory);
}
