/* Setting keys: by their rows, and what the types of keys share. */
#include "config.h"

#include "config/set.h"

#include <assert.h>
#include <stdlib.h>

#include "config/value.h"

/* Find the field of the section's present key, to write to it. */
static void *
field_of(struct section *section)
{
	void *const bases[] = {
		[KEY_IN_REEVE] = &section->parser->conf->daemon,
		[KEY_IN_NODE] = &section->node,
		[KEY_IN_SPEC] = section->spec,
		[KEY_IN_PROGRAM] = section->node.program,
	};

	assert(bases[section->key->base]);
	return (char *)bases[section->key->base] + section->key->offset;
}

void
set_key(struct section *section, const struct key *key, int line,
    const char *value)
{
	assert(key->where & section->kind || line == 0);
	section->key = key;
	section->key_line = line;
	key->type->set(section, value, field_of(section));
}

void
set_default(struct section *section, const struct key *key, bool other)
{
	set_key(section, key, 0, other ? key->other : key->initial);
}

void
set_defaults(struct section *section)
{
	/* A supervisor has the other default of shutdown. */
	bool other = section->kind == CONF_SUPERVISOR;

	for (size_t i = 0; i < key_count; i++) {
		const struct key *key = &key_table[i];

		if (!(key->where & section->kind) || !key->initial ||
		    (key->flags & KEY_NOT_STORED))
			continue;
		/* What its children are comes from [worker]. */
		if (section->kind == CONF_DYNAMIC && key->base != KEY_IN_NODE)
			continue;
		section->key = key;
		if (key->flags & KEY_DEPENDS)
			*(int64_t *)field_of(section) = CONF_NOT_GIVEN;
		else
			set_default(section, key, other && key->other);
	}
}

bool
set_string(struct section *section, const char *value, char **ret_text)
{
	char *text = NULL;
	const char *fault = value_string(value, &text);

	if (fault)
		error_value(section, value, "%s", fault);
	if (fault || !set_check_memory(section, text))
		return false;
	free(*ret_text);
	*ret_text = text;
	return true;
}

bool
set_check_path(struct section *section, const char *value, const char *path)
{
	if (path[0] == '/')
		return true;
	error_value(section, value, "must be an absolute path");
	return false;
}

bool
set_path(struct section *section, const char *value, char **ret_path)
{
	char *path = NULL;

	if (!set_string(section, value, &path))
		return false;
	if (!set_check_path(section, value, path)) {
		free(path);
		return false;
	}
	free(*ret_path);
	*ret_path = path;
	return true;
}
