/*
 * How near two words are: the number of typing errors between them (a letter
 * too many, missing or wrong, or two swapped), in any case of letters. A word
 * is near if at most one letter in three is wrong.
 */
#include "config.h"

#include "base/suggest.h"

#include <string.h>

/* Make a capital letter small. */
static char
lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c;
}

/* The lesser of two numbers. */
static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Count the errors between two words of at most SUGGEST_LENGTH_MAX bytes: the
 * distance of Levenshtein, with a swap of neighbours as one error.
 * rows[i % 3][j] is the count between the first i bytes of a and j of b.
 */
static size_t
count_slips(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][SUGGEST_LENGTH_MAX + 1];

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3];
		const size_t *swapped = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			char c = lower(a[i - 1]), d = lower(b[j - 1]);

			row[j] = least(above[j - 1] + (c != d),
			    least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && c == lower(b[j - 2]) &&
			    d == lower(a[i - 2]))
				row[j] = least(row[j], swapped[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

void
suggest_start(struct suggestion *suggestion, const char *word)
{
	size_t len = strlen(word);

	suggestion->word = word;
	suggestion->best = NULL;
	/* One more than the most that is still near. */
	suggestion->distance = len < 3 ? 2 : len / 3 + 1;
}

void
suggest_consider(struct suggestion *suggestion, const char *known)
{
	size_t len = strlen(suggestion->word), known_len = strlen(known);
	size_t gap = len > known_len ? len - known_len : known_len - len;
	size_t slips;

	if (len > SUGGEST_LENGTH_MAX || known_len > SUGGEST_LENGTH_MAX ||
	    gap >= suggestion->distance)
		return;
	slips = count_slips(suggestion->word, len, known, known_len);
	if (slips >= suggestion->distance || slips >= known_len)
		return;
	suggestion->best = known;
	suggestion->distance = slips;
}

const char *
suggest_among(const char *word, const char *const *known, size_t count)
{
	struct suggestion suggestion;

	suggest_start(&suggestion, word);
	for (size_t i = 0; i < count; i++)
		suggest_consider(&suggestion, known[i]);
	return suggestion.best;
}
