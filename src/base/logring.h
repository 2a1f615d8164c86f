/*
 * A ring of lines in memory, between one thread that puts lines in and one that
 * takes them out. Neither waits for the other, and nothing is locked.
 *
 * A line is never split: one that does not fit in before the end of the memory
 * begins at the start of it. When the ring is empty it begins there as well, so
 * that in normal times only the start of the memory is ever touched.
 */
#ifndef REEVE_BASE_LOGRING_H
#define REEVE_BASE_LOGRING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define LOGRING_SIZE	((size_t)1 << 20)
#define LOGRING_LINE	((size_t)4096)	/* the longest line, its end included */

/* Positions count up for ever; a byte is at its position modulo the size. All
 * zero is an empty ring. */
struct logring {
	char bytes[LOGRING_SIZE];
	size_t end;		/* of the lines that are put in */
	atomic_size_t head;	/* of those that may be taken out */
	atomic_size_t tail;	/* of those that have been taken out */
};

/* Put a line in, its '\n' included; there is no NUL in it. It cannot be taken
 * out yet. false: there is no room. */
bool	logring_put(struct logring *ring, const char *line, size_t size);

/* How many bytes are put in and cannot be taken out yet; and are free. */
size_t	logring_held(const struct logring *ring);
size_t	logring_room(const struct logring *ring);

/* Let all lines be taken out. */
void	logring_release(struct logring *ring);

/* Tell whether there is nothing to take out. */
bool	logring_is_empty(struct logring *ring);

/* Look at the next lines: whole ones, as many as have most bytes together, but
 * at least one. NULL: there are none. */
const char *logring_look(struct logring *ring, size_t most, size_t *ret_size);

/* Take out what logring_look() has shown. */
void	logring_take(struct logring *ring, size_t size);

#endif
