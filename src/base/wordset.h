/*
 * A set of words, in the order in which they came, each found through a hash
 * table. The words may be chosen by others: to put one in and to find one takes
 * a bounded number of steps, whatever they are. Memory is scratch memory; words
 * are not copied, and must stay as long as the set.
 */
#ifndef REEVE_BASE_WORDSET_H
#define REEVE_BASE_WORDSET_H

#include <stddef.h>
#include <stdint.h>

#include "base/scratch.h"

#define WORDSET_MAX 8192	/* words that a set can have */
#define WORDSET_NONE SIZE_MAX

/* To be initialised with scratch and max, the rest all zeros. */
struct wordset {
	struct scratch *scratch;
	size_t max;		/* words that it may have, <= WORDSET_MAX */
	struct word *words;	/* in order, of so much room */
	uint16_t *slots;	/* twice the room: index of a word + 1;
				   0: free */
	size_t count;
	size_t room;
	size_t puts;
	size_t steps;		/* slots of other words met in all puts */
};

/*
 * Put a word in, of so many bytes (any bytes). Returns 0 with its index: that
 * of an equal word which is there already, else the count before. Or, with
 * nothing changed, E2BIG over max; EINVAL if the hashes of too many words are
 * alike (by chance this does not happen); ENOMEM.
 */
int	wordset_put(struct wordset *set, const char *word, size_t size,
	    size_t *ret_index);

/* The index of a word, or WORDSET_NONE. */
size_t	wordset_find(const struct wordset *set, const char *word, size_t size);

#endif
