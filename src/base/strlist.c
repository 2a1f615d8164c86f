/* Lists of strings: appended to in one buffer, packed into one allocation. */
#include "config.h"

#include "base/strlist.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define FIRST_ROOM	32

/* Make room for so many bytes more; false and failed if there is none. */
static bool
strlist_reserve(struct strlist *list, size_t more)
{
	size_t need = list->size + more;

	if (list->failed || need < more || ARRAY_RESERVE(list->bytes,
	    list->room, need < FIRST_ROOM ? FIRST_ROOM : need) == -1)
		list->failed = true;
	return !list->failed;
}

void
strlist_put(struct strlist *list, char byte)
{
	if (strlist_reserve(list, 1))
		list->bytes[list->size++] = byte;
}

void
strlist_put_bytes(struct strlist *list, const char *bytes, size_t size)
{
	if (size == 0 || !strlist_reserve(list, size))
		return;
	memcpy(list->bytes + list->size, bytes, size);
	list->size += size;
}

void
strlist_end(struct strlist *list)
{
	strlist_put(list, '\0');
	if (!list->failed)
		list->count++;
}

void
strlist_add(struct strlist *list, const char *text)
{
	strlist_put_bytes(list, text, strlen(text));
	strlist_end(list);
}

void
strlist_add_all(struct strlist *list, char *const *array)
{
	for (; array && *array; array++)
		strlist_add(list, *array);
}

const char *
strlist_first(const struct strlist *list)
{
	return list->bytes;
}

const char *
strlist_after(const char *text)
{
	return text + strlen(text) + 1;
}

void
strlist_clear(struct strlist *list)
{
	list->size = 0;
	list->count = 0;
}

void
strlist_release(struct strlist *list)
{
	free(list->bytes);
	*list = (struct strlist){ 0 };
}

char **
strlist_pack(const struct strlist *list)
{
	size_t pointers = (list->count + 1) * sizeof(char *);
	char **array, *text;

	if (list->failed)
		return NULL;
	assert(list->size == 0 || list->bytes[list->size - 1] == '\0');
	array = malloc(pointers + list->size);
	if (!array)
		return NULL;
	text = (char *)array + pointers;
	if (list->size > 0)
		memcpy(text, list->bytes, list->size);
	for (size_t i = 0; i < list->count; i++) {
		array[i] = text;
		text += strlen(text) + 1;
	}
	array[list->count] = NULL;
	return array;
}

char **
strlist_copy(char *const *array)
{
	struct strlist list = { 0 };
	char **copy;

	strlist_add_all(&list, array);
	copy = strlist_pack(&list);
	strlist_release(&list);
	return copy;
}
