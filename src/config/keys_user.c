/* The keys of the user that a worker runs as, and of what it may use. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "config/keys.h"
#include "config/set.h"
#include "config/value.h"

/* Keep a value until the section ends: what the three keys mean together is
 * known only then. */
static void
set_given(struct section *section, const char *value, void *field)
{
	char **given = &section->given.parts[section->key->argument];

	(void)field;
	free(*given);
	*given = strdup(value);
	section->given_here |= set_check_memory(section, *given);
}

static void
show_user(const struct key *key, const void *field, struct strlist *values)
{
	const char *name = *(char *const *)field;

	(void)key;
	if (name)
		strlist_add(values, name);
}

const struct key_type keys_user = { set_given, show_user };

static void
show_group(const struct key *key, const void *field, struct strlist *values)
{
	gid_t gid = *(const gid_t *)field;

	(void)key;
	if (gid == (gid_t)-1)
		return;
	value_put(values, "gid:%lu", (unsigned long)gid);
	strlist_end(values);
}

const struct key_type keys_group = { set_given, show_group };

static void
show_groups(const struct key *key, const void *field, struct strlist *values)
{
	const struct program *program = field;

	(void)key;
	if (!program->set_groups)
		return;
	for (unsigned i = 0; i < program->group_count; i++)
		value_put(values, "%sgid:%lu", i == 0 ? "" : " ",
		    (unsigned long)program->groups[i]);
	strlist_end(values);
}

const struct key_type keys_groups = { set_given, show_groups };

/* Set a limit of a program, in its old place or a new one. */
static void
put_limit(struct section *section, struct program *program,
    const struct program_limit *limit)
{
	struct program_limit *place = program_find_limit(program,
	    limit->resource);
	struct program_limit *grown;

	if (!place) {
		grown = realloc(program->limits,
		    (program->limit_count + 1u) * sizeof(*grown));
		if (!grown) {
			section->parser->failed = true;
			return;
		}
		program->limits = grown;
		place = &grown[program->limit_count++];
	}
	*place = *limit;
}

static void
set_limit(struct section *section, const char *value, void *field)
{
	struct program_limit limit = {
		.name = section->key->name + strlen("limit_"),
		.resource = section->key->argument,
	};
	const char *fault = value_limit(value,
	    section->key->flags & KEY_BYTES_LIMIT, &limit.soft, &limit.hard);

	if (fault)
		error_value(section, value, "%s", fault);
	else
		put_limit(section, field, &limit);
}

static void
show_limit(const struct key *key, const void *field, struct strlist *values)
{
	const struct program_limit *limit = program_find_limit(field,
	    key->argument);

	if (!limit)
		return;
	value_put_limit(values, key->flags & KEY_BYTES_LIMIT, limit->soft,
	    limit->hard);
	strlist_end(values);
}

const struct key_type keys_limit = { set_limit, show_limit };

/* Put a copy of a text in the place of another; NULL is no text. */
static void
copy_text(struct section *section, const char *from, char **to)
{
	free(*to);
	*to = from ? strdup(from) : NULL;
	set_check_memory(section, !from || *to);
}

/* Take user and groups over into the program. */
static void
take_creds(struct section *section, const struct user_creds *found)
{
	struct program *program = section->node.program;
	size_t size = found->group_count * sizeof(*found->groups);

	copy_text(section, found->user_name, &program->user_name);
	copy_text(section, found->home, &program->home);
	copy_text(section, found->shell, &program->shell);
	free(program->groups);
	program->groups = size == 0 ? NULL : malloc(size);
	program->group_count = 0;
	if (program->groups) {
		memcpy(program->groups, found->groups, size);
		program->group_count = found->group_count;
	}
	set_check_memory(section, size == 0 || program->groups);
	program->uid = found->uid;
	program->gid = found->gid;
	program->set_groups = found->set_groups;
}

/* Report what is wrong with one of the three, at its line: here, or at the line
 * of the section if [worker] gives it. */
static void
report_fault(struct section *section, const struct user_creds *found)
{
	static const char *const names[USER_PART_COUNT] = {
		"user", "group", "groups",
	};

	section->key = key_find(names[found->fault_part]);
	section->key_line = section->lines[section->key - key_table];
	if (section->key_line == 0)
		section->key_line = section->line;
	error_value(section, found->given.parts[found->fault_part], "%s",
	    found->fault);
}

void
keys_user_end(struct section *section)
{
	struct parser *parser = section->parser;
	const struct user_creds *found;

	/* What [worker] gives is in the program already. */
	if (!section->given_here)
		return;
	found = user_find(&parser->users, parser->machine, &section->given);
	if (!set_check_memory(section, found))
		return;
	if (found->fault[0] != '\0')
		report_fault(section, found);
	else
		take_creds(section, found);
}
