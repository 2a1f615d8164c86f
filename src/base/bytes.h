/*
 * A bounded queue of bytes: what was received and not yet read, or written and
 * not yet sent. An empty queue is all zeros.
 */
#ifndef REEVE_BASE_BYTES_H
#define REEVE_BASE_BYTES_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

struct bytes {
	char *data;		/* malloc'd */
	size_t head;		/* where the first byte is */
	size_t size;		/* bytes in the queue */
	size_t room;		/* of data */
};

/* The first byte; the queue must not be empty. */
static inline char *
bytes_first(const struct bytes *bytes)
{
	assert(bytes->size > 0);
	return bytes->data + bytes->head;
}

/*
 * Make room for more bytes at the end. Returns where they go; or NULL if there
 * would be more than max in all, or memory is short. Write them there, and then
 * call bytes_add(): only that puts them into the queue.
 */
char	*bytes_reserve(struct bytes *bytes, size_t more, size_t max);
void	bytes_add(struct bytes *bytes, size_t size);

/* Append a copy; false for the same reasons, and then nothing is appended. */
bool	bytes_append(struct bytes *bytes, const void *from, size_t size,
	    size_t max);

/* Take bytes away from the front. */
void	bytes_take(struct bytes *bytes, size_t size);

/* Give all memory back. */
void	bytes_release(struct bytes *bytes);

#endif
