/* A ring of lines in memory, between two threads. */
#include "config.h"

#include "base/logring.h"

#include <assert.h>
#include <string.h>

#define SKIP	'\0'		/* in place of a line: go on at the start */
#define LOW	(LOGRING_SIZE / 16) /* touched in normal times */

static_assert((LOGRING_SIZE & (LOGRING_SIZE - 1)) == 0,
    "positions stay right when they run over");
static_assert(LOW > LOGRING_LINE && LOGRING_SIZE > 2 * LOGRING_LINE,
    "there is room for a line, and for what is skipped");

/* The next position at the start of the memory. */
static size_t
next_start(size_t position)
{
	return (position / LOGRING_SIZE + 1) * LOGRING_SIZE;
}

size_t
logring_held(const struct logring *ring)
{
	return ring->end - ring->head;
}

size_t
logring_room(const struct logring *ring)
{
	return LOGRING_SIZE - (ring->end - ring->tail);
}

/* Tell whether the next line has to begin at the start of the memory, or may
 * do so for nothing. */
static bool
must_skip(const struct logring *ring, size_t size)
{
	size_t at = ring->end % LOGRING_SIZE;

	return size > LOGRING_SIZE - at ||
	    (at >= LOW && ring->end == ring->tail);
}

bool
logring_put(struct logring *ring, const char *line, size_t size)
{
	bool skips = must_skip(ring, size);
	size_t begin = skips ? next_start(ring->end) : ring->end;

	assert(size > 0 && size <= LOGRING_LINE);
	if (begin + size - ring->tail > LOGRING_SIZE)
		return false;
	if (skips)
		ring->bytes[ring->end % LOGRING_SIZE] = SKIP;
	memcpy(&ring->bytes[begin % LOGRING_SIZE], line, size);
	ring->end = begin + size;
	return true;
}

void
logring_release(struct logring *ring)
{
	ring->head = ring->end;
}

bool
logring_is_empty(struct logring *ring)
{
	return ring->head == ring->tail;
}

/* Cut what does not belong to whole lines within most bytes. */
static size_t
cut(const char *lines, size_t size, size_t most)
{
	const char *end = memchr(lines, SKIP, size < most ? size : most);
	const char *first = memchr(lines, '\n', size);

	if (end)
		return (size_t)(end - lines);
	if (size <= most)
		return size;
	while (most > 0 && lines[most - 1] != '\n')
		most--;
	return most > 0 ? most : (size_t)(first + 1 - lines);
}

const char *
logring_look(struct logring *ring, size_t most, size_t *ret_size)
{
	size_t head = ring->head, at = ring->tail % LOGRING_SIZE;

	if (head != ring->tail && ring->bytes[at] == SKIP) {
		ring->tail = next_start(ring->tail);
		at = 0;
	}
	if (head == ring->tail)
		return NULL;
	*ret_size = head - ring->tail;
	if (*ret_size > LOGRING_SIZE - at)
		*ret_size = LOGRING_SIZE - at;
	*ret_size = cut(&ring->bytes[at], *ret_size, most);
	return &ring->bytes[at];
}

void
logring_take(struct logring *ring, size_t size)
{
	ring->tail += size;
}
