/* Variables: a list of texts, and the set of their names. */
#include "config.h"

#include "base/vars.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define FIRST_ROOM 32

void
vars_init(struct vars *vars, struct scratch *scratch)
{
	*vars = (struct vars){
		.names = { .scratch = scratch, .max = VARS_MAX },
	};
}

/* Make room for one more variable and the NULL. */
static bool
make_room(struct vars *vars)
{
	size_t room = vars->room ? vars->room * 2 : FIRST_ROOM;
	size_t count = vars->names.count;
	char **list;

	if (count + 1 < vars->room)
		return true;
	list = scratch_alloc(vars->names.scratch, room * sizeof(*list));
	if (!list)
		return false;
	if (count > 0)
		memcpy(list, vars->list, count * sizeof(*list));
	list[count] = NULL;
	vars->list = list;
	vars->room = room;
	return true;
}

/* Bytes of the variable at an index, with its NUL; 0: there is none. */
static size_t
size_at(const struct vars *vars, size_t index)
{
	return index < vars->names.count ? strlen(vars->list[index]) + 1 : 0;
}

int
vars_put(struct vars *vars, char *var)
{
	size_t size = strlen(var) + 1, name = strcspn(var, "=");
	size_t count = vars->names.count, index, old;
	int error;

	if (var[name] == '\0')
		return 0;
	if (!make_room(vars))
		return ENOMEM;
	/* it fits in any case, or where it makes another one go */
	if (size > VARS_SIZE_MAX - vars->size && size > VARS_SIZE_MAX -
	    vars->size + size_at(vars, wordset_find(&vars->names, var, name)))
		return E2BIG;
	error = wordset_put(&vars->names, var, name, &index);
	if (error)
		return error;
	old = index < count ? size_at(vars, index) : 0;
	vars->list[index] = var;
	if (index == count)
		vars->list[count + 1] = NULL;
	vars->size = vars->size - old + size;
	return 0;
}

const char *
vars_get(const struct vars *vars, const char *name, size_t size)
{
	size_t index = wordset_find(&vars->names, name, size);

	return index == WORDSET_NONE ? NULL : vars->list[index] + size + 1;
}
