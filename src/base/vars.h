/*
 * Variables: texts of NAME=value in the order in which their names came first,
 * as execve() takes them, each found by its name through a hash table. They are
 * bounded in number and bytes, and so is the work to put them in and to find
 * them, whatever their names are. Memory is scratch memory; texts are not
 * copied.
 */
#ifndef REEVE_BASE_VARS_H
#define REEVE_BASE_VARS_H

#include "base/wordset.h"

#define VARS_MAX WORDSET_MAX	/* variables */
#define VARS_SIZE_MAX (2 << 20)	/* bytes of all, each with its NUL */

struct vars {
	struct wordset names;
	char **list;		/* ended by NULL; NULL: there is none yet */
	size_t room;		/* of the list, with its end */
	size_t size;		/* bytes of all, each with its NUL */
};

void	vars_init(struct vars *vars, struct scratch *scratch);

/*
 * Put a variable in; one of the same name makes way for it, and it gets the
 * place of that one. What has no = is passed over. Returns 0, or an errno with
 * nothing changed: E2BIG over a bound, EINVAL as wordset_put() has it, ENOMEM.
 */
int	vars_put(struct vars *vars, char *var);

/* The value of a name of so many bytes; NULL if there is none. */
const char *vars_get(const struct vars *vars, const char *name, size_t size);

#endif
