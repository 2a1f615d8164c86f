/*
 * Scratch memory: many small pieces, thrown away all at once. It is kept from
 * use to use: work that is done again and again soon needs no malloc(). At
 * first it is all zeros.
 */
#ifndef REEVE_BASE_SCRATCH_H
#define REEVE_BASE_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

struct scratch_block;

struct scratch {
	struct scratch_block *first; /* the newest, which pieces are cut from */
	size_t used;		/* bytes of it */
	bool failed;		/* memory was short since the last reset */
};

/* Cut off a piece, aligned for anything; NULL if memory is short. */
void	*scratch_alloc(struct scratch *scratch, size_t size);

/* Make a string of three, any of which may be "". */
char	*scratch_join(struct scratch *scratch, const char *a, const char *b,
	    const char *c);

/* Throw all pieces away, and keep a block for the next time. */
void	scratch_reset(struct scratch *scratch);

/* Give all memory back. */
void	scratch_release(struct scratch *scratch);

#endif
