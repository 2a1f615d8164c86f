/*
 * Arrays: how long one is, and arrays that grow. Such an array is a pointer
 * from malloc() (NULL: it is empty), the number of elements in use, and the
 * number that it has room for; the owner keeps all three, and frees it.
 *
 * The room base has what any program needs: text, lists, files, the log, the
 * loop, messages. It includes its own headers and those of os. No header of it
 * comes first: begin with the one that you need.
 */
#ifndef REEVE_BASE_ARRAY_H
#define REEVE_BASE_ARRAY_H

#include <stddef.h>

/* The number of elements of an array whose size the compiler knows. */
#define LENGTH(array)	(sizeof(array) / sizeof(*(array)))

/*
 * Make room for so many elements in all: array and room are variables, which
 * change together or not at all. The room doubles, so that elements can be
 * added one by one. 0, or -1 with ENOMEM.
 */
#define ARRAY_RESERVE(array, room, need) \
	array_reserve(&(array), &(room), (need), sizeof(*(array)))

/* The same for any type: array points to the pointer. */
int	array_reserve(void *array, size_t *room, size_t need, size_t size);

#endif
