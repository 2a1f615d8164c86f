/* Sets of words: open addressing, with a bound on what it costs. */
#include "config.h"

#include "base/wordset.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/hash.h"

#define FIRST_ROOM 32		/* a power of 2, as all room */

/* At most half of the slots are in use, so that a put meets less than two slots
 * of other words on average. These are far more, and still few. */
#define STEPS_EACH 16
#define STEPS_MORE 4096

struct word {
	const char *bytes;
	size_t size;
	uint64_t hash;
};

/* Find the slot where a word is, or where it belongs; there is one. Counts the
 * slots of other words that were met on the way. */
static uint16_t *
find_slot(const struct wordset *set, const struct word *word, size_t *steps)
{
	size_t mask = set->room * 2 - 1;
	size_t at = (word->hash ^ word->hash >> 32) & mask;

	for (; set->slots[at] != 0; at = (at + 1) & mask) {
		const struct word *other = &set->words[set->slots[at] - 1];

		if (other->hash == word->hash && other->size == word->size &&
		    memcmp(other->bytes, word->bytes, word->size) == 0)
			break;
		++*steps;
	}
	return &set->slots[at];
}

/* Give all words new slots. */
static void
fill_slots(struct wordset *set)
{
	memset(set->slots, 0, set->room * 2 * sizeof(*set->slots));
	for (size_t i = 0; i < set->count; i++)
		*find_slot(set, &set->words[i], &set->steps) =
		    (uint16_t)(i + 1);
}

/* Make room for one word more. */
static bool
make_room(struct wordset *set)
{
	size_t room = set->room ? set->room * 2 : FIRST_ROOM;
	struct word *words;
	uint16_t *slots;

	if (set->count < set->room)
		return true;
	words = scratch_alloc(set->scratch, room * sizeof(*words));
	slots = scratch_alloc(set->scratch, room * 2 * sizeof(*slots));
	if (!words || !slots)
		return false;
	if (set->count > 0)
		memcpy(words, set->words, set->count * sizeof(*words));
	set->words = words;
	set->slots = slots;
	set->room = room;
	fill_slots(set);
	return true;
}

int
wordset_put(struct wordset *set, const char *bytes, size_t size,
    size_t *ret_index)
{
	const struct word word = {bytes, size, hash_bytes(bytes, size)};
	uint16_t *slot;

	assert(set->max <= WORDSET_MAX);
	if (!make_room(set))
		return ENOMEM;
	if (set->steps > ++set->puts * STEPS_EACH + STEPS_MORE)
		return EINVAL;
	slot = find_slot(set, &word, &set->steps);
	if (*slot == 0) {
		if (set->count >= set->max)
			return E2BIG;
		set->words[set->count] = word;
		*slot = (uint16_t)++set->count;
	}
	*ret_index = (size_t)*slot - 1;
	return 0;
}

size_t
wordset_find(const struct wordset *set, const char *bytes, size_t size)
{
	const struct word word = {bytes, size, hash_bytes(bytes, size)};
	size_t steps = 0;

	if (set->count == 0)
		return WORDSET_NONE;
	return (size_t)*find_slot(set, &word, &steps) - 1;
}
