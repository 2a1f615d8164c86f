/*
 * "Did you mean": the known word that is nearest to an unknown one.
 */
#ifndef REEVE_BASE_SUGGEST_H
#define REEVE_BASE_SUGGEST_H

#include <stddef.h>

#define SUGGEST_LENGTH_MAX 64	/* longer words are near to nothing */

struct suggestion {
	const char *word;	/* what was found */
	const char *best;	/* the nearest so far; NULL: none is near */
	size_t distance;	/* of best */
};

/* Start looking for something like the word. */
void	suggest_start(struct suggestion *suggestion, const char *word);

/* Look at one known word; the first of equally near ones stays. */
void	suggest_consider(struct suggestion *suggestion, const char *known);

/* The nearest of an array of words, or NULL. */
const char *suggest_among(const char *word, const char *const *known,
    size_t count);

#endif
