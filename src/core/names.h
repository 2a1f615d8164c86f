/*
 * The table of names: finds a child by its parent and its name.
 *
 * A dynamic supervisor may have several children of one name, the latest of
 * which is found.
 */
#ifndef REEVE_CORE_NAMES_H
#define REEVE_CORE_NAMES_H

#include <stddef.h>

#include "core/steps.h"

/*
 * Lend memory for the table: count pointers, a power of two, at least as many
 * as there will be children. Returns the memory lent before, NULL at first.
 * Not inside a step.
 */
struct child **names_set_buckets(struct tree *tree, struct child **buckets,
		    size_t count);

/* Enter a child under its parent, or take it out. */
void	names_add(struct tree *tree, struct child *child);
void	names_remove(struct tree *tree, struct child *child);

/* The child of that name in the supervisor's list; NULL if there is none. */
struct child *names_find(const struct tree *tree, const struct sup *sup,
		    const char *name);

/* The same for a name that is the beginning of a longer text. */
struct child *names_find_part(const struct tree *tree, const struct sup *sup,
		    const char *name, size_t name_len);

#endif
