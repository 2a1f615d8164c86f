/* Memory that is given back all at once, when a scenario is through. */
#ifndef REEVE_TESTS_ARENA_H
#define REEVE_TESTS_ARENA_H

#include <stddef.h>

struct arena {
	struct arena_block *blocks;
};

/* Zeroed memory for count times size bytes; never NULL. */
void	*arena_alloc(struct arena *arena, size_t count, size_t size);

/* A copy of the first length bytes of some text, terminated. */
char	*arena_text(struct arena *arena, const char *text, size_t length);

/* Text as by printf. */
char	*arena_printf(struct arena *arena, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Give everything back. */
void	arena_release(struct arena *arena);

#endif
