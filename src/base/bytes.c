/* A bounded queue of bytes. */
#include "config.h"

#include "base/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define FIRST_ROOM	1024
#define KEPT_ROOM	8192	/* an empty queue keeps no more */

/* Move what is there to the front. */
static void
compact(struct bytes *bytes)
{
	if (bytes->head > 0 && bytes->size > 0)
		memmove(bytes->data, bytes->data + bytes->head, bytes->size);
	bytes->head = 0;
}

char *
bytes_reserve(struct bytes *bytes, size_t more, size_t max)
{
	size_t need;

	if (bytes->size > max || more > max - bytes->size)
		return NULL;
	need = bytes->size + more;
	if (need > bytes->room - bytes->head)
		compact(bytes);
	if (ARRAY_RESERVE(bytes->data, bytes->room,
	    need < FIRST_ROOM ? FIRST_ROOM : need) == -1)
		return NULL;
	return bytes->data + bytes->head + bytes->size;
}

void
bytes_add(struct bytes *bytes, size_t size)
{
	assert(size <= bytes->room - bytes->head - bytes->size);
	bytes->size += size;
}

bool
bytes_append(struct bytes *bytes, const void *from, size_t size, size_t max)
{
	char *to = bytes_reserve(bytes, size, max);

	if (!to)
		return false;
	memcpy(to, from, size);
	bytes_add(bytes, size);
	return true;
}

void
bytes_take(struct bytes *bytes, size_t size)
{
	assert(size <= bytes->size);
	bytes->size -= size;
	bytes->head += size;
	if (bytes->size > 0)
		return;
	bytes->head = 0;
	if (bytes->room > KEPT_ROOM)
		bytes_release(bytes);
}

void
bytes_release(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){ 0 };
}
