/* The keys of who a worker is, and what it may: credentials and limits. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "config/key.h"
#include "config/set.h"
#include "config/value.h"

/* Keep a value until the section ends. */
static void
say(struct section *section, char **said, const char *value)
{
	free(*said);
	*said = strdup(value);
	set_check_memory(section, *said != NULL);
}

void
set_user(struct section *section, const char *value)
{
	say(section, &section->said.user, value);
}

void
show_user(const struct key_view *view, struct strlist *values)
{
	if (view->program->user_name)
		strlist_add(values, view->program->user_name);
}

void
set_group(struct section *section, const char *value)
{
	say(section, &section->said.group, value);
}

void
show_group(const struct key_view *view, struct strlist *values)
{
	if (view->program->gid == (gid_t)-1)
		return;
	value_put(values, "gid:%lu", (unsigned long)view->program->gid);
	strlist_end(values);
}

void
set_groups(struct section *section, const char *value)
{
	say(section, &section->said.groups, value);
}

void
show_groups(const struct key_view *view, struct strlist *values)
{
	const struct program *program = view->program;

	if (!program->set_groups)
		return;
	for (unsigned i = 0; i < program->group_count; i++)
		value_put(values, "%sgid:%lu", i == 0 ? "" : " ",
		    (unsigned long)program->groups[i]);
	strlist_end(values);
}

void
set_umask(struct section *section, const char *value)
{
	unsigned mode;

	if (value_mode(value, &mode))
		section->node.program->umask = (mode_t)mode;
	else
		error_value(section, value, "must be an octal number from 0 "
		    "to 0777");
}

void
show_umask(const struct key_view *view, struct strlist *values)
{
	value_put(values, "%03o", (unsigned)view->program->umask);
	strlist_end(values);
}

void
set_nice(struct section *section, const char *value)
{
	int number;

	if (value_signed(value, -20, 19, &number))
		section->node.program->nice = (int8_t)number;
	else
		error_value(section, value, "must be a number from -20 to "
		    "19");
}

void
show_nice(const struct key_view *view, struct strlist *values)
{
	if (view->program->nice == PROGRAM_UNSET_NICE)
		return;
	value_put(values, "%d", view->program->nice);
	strlist_end(values);
}

void
set_oom_score_adj(struct section *section, const char *value)
{
	int number;

	if (value_signed(value, -1000, 1000, &number))
		section->node.program->oom_score_adj = (int16_t)number;
	else
		error_value(section, value, "must be a number from -1000 to "
		    "1000");
}

void
show_oom_score_adj(const struct key_view *view, struct strlist *values)
{
	if (view->program->oom_score_adj == PROGRAM_UNSET)
		return;
	value_put(values, "%d", view->program->oom_score_adj);
	strlist_end(values);
}

/* Find a limit of a program, or NULL. */
static struct program_limit *
find_limit(const struct program *program, int resource)
{
	for (unsigned i = 0; i < program->limit_count; i++)
		if (program->limits[i].resource == resource)
			return &program->limits[i];
	return NULL;
}

/* Set a limit of a program, in its old place or a new one. */
static void
put_limit(struct section *section, const struct program_limit *limit)
{
	struct program *program = section->node.program;
	struct program_limit *place = find_limit(program, limit->resource);
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

void
set_limit(struct section *section, const char *value)
{
	struct program_limit limit = {.resource = section->key->argument};
	const char *fault = value_limit(value,
	    (section->key->flags & KEY_BYTES_LIMIT) != 0, &limit.soft,
	    &limit.hard);

	if (fault)
		error_value(section, value, "%s", fault);
	else
		put_limit(section, &limit);
}

void
show_limit(const struct key_view *view, struct strlist *values)
{
	const struct program_limit *limit = find_limit(view->program,
	    view->key->argument);

	if (!limit)
		return;
	value_put_limit(values, (view->key->flags & KEY_BYTES_LIMIT) != 0,
	    limit->soft, limit->hard);
	strlist_end(values);
}

/* Put a copy of a text in the place of another; NULL is no text. */
static void
copy_text(struct section *section, const char *from, char **to)
{
	free(*to);
	*to = from ? strdup(from) : NULL;
	set_check_memory(section, !from || *to);
}

/* Take credentials over into the program. */
static void
take(struct section *section, const struct user_creds *found)
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

/* Report what is wrong with one of the three, where it was said: here, or in
 * the [worker] above, of which this section then says why. */
static void
fault_creds(struct section *section, const struct user_creds *found,
    const struct given_user *said)
{
	const char *value = said->groups;

	section->key = key_find(found->fault_key);
	section->key_line = section->lines[section->key - key_table];
	if (section->key_line == 0)
		section->key_line = section->line;
	if (strcmp(found->fault_key, "user") == 0)
		value = said->user;
	else if (strcmp(found->fault_key, "group") == 0)
		value = said->group;
	error_value(section, value, "%s", found->fault);
}

/* Choose what is said here, or what was said above. */
static char *
either(char *here, char *above)
{
	return here ? here : above;
}

void
keys_user_end(struct section *section)
{
	struct parser *parser = section->parser;
	const struct given_user *here = &section->said;
	const struct given_user *above =
	    &parser->defaults[parser->sources[parser->source].defaults].said;
	struct given_user said = {
		either(here->user, above->user),
		either(here->group, above->group),
		either(here->groups, above->groups),
	};
	const struct user_creds *found;

	/* What was said above is in the program already. */
	if (!here->user && !here->group && !here->groups)
		return;
	found = user_find(&parser->users, parser->machine, said.user,
	    said.group, said.groups);
	if (!set_check_memory(section, found != NULL))
		return;
	if (found->fault)
		fault_creds(section, found, &said);
	else
		take(section, found);
}
