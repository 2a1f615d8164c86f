/* Arrays that grow. */
#include "config.h"

#include "base/array.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM	8

int
array_reserve(void *array, size_t *room, size_t need, size_t size)
{
	size_t grown_room = *room ? *room : FIRST_ROOM;
	void *old, *grown;

	assert(size > 0);
	if (need <= *room)
		return 0;
	if (need > SIZE_MAX / size / FIRST_ROOM) {
		errno = ENOMEM;
		return -1;
	}
	while (grown_room < need)
		grown_room *= 2;
	/* The pointer is copied as bytes: C does not allow to read a variable
	 * of type `struct x *' as one of type `void *'. */
	memcpy(&old, array, sizeof(old));
	grown = realloc(old, grown_room * size);
	if (!grown)
		return -1;
	memcpy(array, &grown, sizeof(grown));
	*room = grown_room;
	return 0;
}
