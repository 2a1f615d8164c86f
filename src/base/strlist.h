/*
 * A list of strings in the making, and its finished form, which execve() takes
 * and struct program keeps: an array of pointers, ended by NULL, with the
 * strings behind it in the same allocation, so that one free() frees all. An
 * empty list is all zeros.
 *
 * A list remembers a shortage of memory, and does not report it at every byte:
 * ask once, when the list is packed.
 */
#ifndef REEVE_BASE_STRLIST_H
#define REEVE_BASE_STRLIST_H

#include <stdbool.h>
#include <stddef.h>

struct strlist {
	char *bytes;		/* the strings, each with its NUL, end to end */
	size_t size;		/* bytes in use */
	size_t room;		/* bytes allocated */
	size_t count;		/* strings that are ended */
	bool failed;		/* memory was short: do not use it */
};

/* Append to the string that is in the making; end it. */
void	strlist_put(struct strlist *list, char byte);
void	strlist_put_bytes(struct strlist *list, const char *bytes, size_t size);
void	strlist_end(struct strlist *list);

/* Append a whole string; append all of a NULL-ended array (NULL: none). */
void	strlist_add(struct strlist *list, const char *text);
void	strlist_add_all(struct strlist *list, char *const *array);

/* The first string; the one after the given one. For a walk over count. */
const char *strlist_first(const struct strlist *list);
const char *strlist_after(const char *text);

/* Forget all strings, or all bytes too. */
void	strlist_clear(struct strlist *list);
void	strlist_release(struct strlist *list);

/* The finished form, which the caller frees; NULL if memory is or was short. */
char	**strlist_pack(const struct strlist *list);

/* A copy of a finished form, or of any NULL-ended array; NULL as above. */
char	**strlist_copy(char *const *array);

#endif
