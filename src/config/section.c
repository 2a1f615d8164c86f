/*
 * Sections: the place of a key, and what only a whole section can be asked; and
 * what becomes of it: a node of the tree, the root's flags, or the defaults of
 * the workers below.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/suggest.h"
#include "config/parse_int.h"
#include "config/set.h"

#define PROGRAMS	(CONF_WORKER | CONF_DYNAMIC | CONF_DEFAULTS)
#define CHILDREN	(CONF_WORKER | CONF_DYNAMIC | CONF_SUPERVISOR)

/* Report a key that is in no table, with the nearest of those that are allowed
 * here, or of all. */
static void
report_unknown_key(struct section *section, int line, const char *name)
{
	struct suggestion near;

	suggest_start(&near, name);
	for (size_t i = 0; i < key_count; i++)
		if (key_table[i].where & section->kind)
			suggest_consider(&near, key_table[i].name);
	for (size_t i = 0; i < key_count; i++)
		suggest_consider(&near, key_table[i].name);
	if (near.best)
		error_section(section, line, "unknown key '%s', did you mean "
		    "'%s'?", name, near.best);
	else
		error_section(section, line, "unknown key '%s': "
		    "reeve.conf(5) lists those of %s", name,
		    key_kind_name(section->kind));
}

/* Report a key that is not for this kind of section, with those it is for. */
static void
report_misplaced(struct section *section, int line,
    const struct key *key)
{
	const char *why = key_why_not(key, section->kind);
	unsigned where = key->where;
	char places[160] = "";
	size_t len = 0;

	while (where != 0) {
		unsigned kind = where & -where;

		where &= ~kind;
		len += (size_t)snprintf(places + len, sizeof(places) - len,
		    "%s%s", len == 0 ? "" : where != 0 ? ", " : " and ",
		    key_kind_name((enum conf_kind)kind));
	}
	error_section(section, line, "'%s' is a key of %s, not of %s%s%s",
	    key->name, places, key_kind_name(section->kind),
	    why ? ": " : "", why ? why : "");
}

static bool
check_place(struct section *section, int line, const struct key *key)
{
	const struct parser *parser = section->parser;
	int first = section->lines[key - key_table];

	if ((key->where & section->kind) == 0) {
		report_misplaced(section, line, key);
		return false;
	}
	if (first != 0 && (key->flags & KEY_REPEATS) == 0) {
		error_section(section, line, "'%s' stands twice, first in "
		    "line %d", key->name, first);
		return false;
	}
	if ((key->flags & KEY_FIRST_FILE) && parser->source != 0) {
		error_section(section, line, "'%s' stands only in the first "
		    "file, %s", key->name, parser->sources[0].path);
		return false;
	}
	return true;
}

void
section_key(struct section *section, int line, const char *name,
    const char *value)
{
	const struct key *key = key_find(name);

	if (section->kind == 0 || section->kind == CONF_NOWHERE)
		return;
	if (!key) {
		report_unknown_key(section, line, name);
		return;
	}
	if (!check_place(section, line, key))
		return;
	section->lines[key - key_table] = line;
	if (value[0] == '\0' && (key->flags & KEY_MAY_BE_EMPTY) == 0)
		error_section(section, line, "'%s' has no value", name);
	else
		set_key(section, key, line, value);
}

/* The line of a key in the section, or of its header. */
static int
line_of(const struct section *section, const char *name)
{
	int line = section->lines[key_find(name) - key_table];

	return line != 0 ? line : section->line;
}

/* Check a significant child: OTP's bad_combination. */
static void
check_significant(struct section *section)
{
	const struct conf_node *parent;
	int line = line_of(section, "significant");

	if (!section->node.spec.significant)
		return;
	assert(section->node.parent >= 0);
	parent = &section->parser->conf->nodes[section->node.parent];
	if (section->node.spec.restart == SPEC_PERMANENT)
		error_section(section, line, "significant = yes: needs restart "
		    "= transient or temporary, a permanent child never ends "
		    "for good");
	if (parent->flags.auto_shutdown == SPEC_NEVER)
		error_section(section, line, "significant = yes: needs "
		    "auto_shutdown = any_significant or all_significant in "
		    "%s%s], where it is never",
		    parent->parent == -1 ? "[supervisor" : "[supervisor:",
		    parent->path);
}

/* Check that there is something to run. */
static void
check_command(struct section *section)
{
	if (section->lines[key_find("command") - key_table] != 0)
		return;
	error_section(section, section->line, "has no 'command': it says what "
	    "%s", section->kind == CONF_WORKER ? "to run" :
	    "its children run");
}

/* Check that the delay between restarts may grow. */
static void
check_delays(struct section *section)
{
	const struct spec *spec = section->spec;
	char max[32], delay[32];

	if (spec->restart_delay_max_ms == CONF_NOT_GIVEN ||
	    spec->restart_delay_max_ms >= spec->restart_delay_ms)
		return;
	error_section(section, line_of(section, "restart_delay_max"),
	    "restart_delay_max = %s is less than restart_delay = %s",
	    clock_duration(spec->restart_delay_max_ms, max, sizeof(max)),
	    clock_duration(spec->restart_delay_ms, delay, sizeof(delay)));
}

/* Check what depends on several keys. */
static void
check_section(struct section *section)
{
	if ((section->kind & (CONF_WORKER | CONF_DYNAMIC)) != 0 &&
	    !section->discarded)
		check_command(section);
	if ((section->kind & (CONF_WORKER | CONF_SUPERVISOR)) != 0 &&
	    !section->discarded)
		check_significant(section);
	if (section->kind & PROGRAMS)
		check_delays(section);
}

/* Add the section's node to the tree, which then owns what is in it. */
static void
add_node(struct section *section)
{
	struct parser *parser = section->parser;
	struct conf *conf = parser->conf;
	size_t count = conf->node_count;

	if (ARRAY_RESERVE(conf->nodes, parser->node_room, count + 1) == -1) {
		parser->failed = true;
		return;
	}
	conf->nodes[count] = section->node;
	if (path_add(&parser->index, conf->nodes, (int)count) == -1) {
		parser->failed = true;
		return;
	}
	section->node.path = NULL;
	section->node.program = NULL;
	conf->node_count++;
}

static void
take_root(struct section *section)
{
	struct conf_node *root = &section->parser->conf->nodes[0];

	root->flags = section->node.flags;
	root->file = section->node.file;
	root->line = section->line;
}

/* Make the section the defaults of the workers below it. */
static void
take_defaults(struct section *section)
{
	struct parser *parser = section->parser;
	struct source *source = &parser->sources[parser->source];

	if (ARRAY_RESERVE(parser->defaults, parser->defaults_room,
	    parser->defaults_count + 1) == -1) {
		parser->failed = true;
		return;
	}
	parser->defaults[parser->defaults_count] = (struct defaults){
		.spec = *section->spec, .program = section->node.program,
		.given = section->given,
	};
	section->node.program = NULL;
	section->given = (struct user_given){ { NULL } };
	source->defaults = (int)parser->defaults_count++;
}

void
section_release(struct section *section)
{
	free(section->node.path);
	program_free(section->node.program);
	strlist_release(&section->env);
	strlist_release(&section->env_files);
	user_given_release(&section->given);
	section->kind = 0;
	section->node.path = NULL;
	section->node.program = NULL;
}

void
section_end(struct section *section)
{
	struct parser *parser = section->parser;

	if (section->kind == 0)
		return;
	if (!parser->failed && (section->kind & PROGRAMS))
		keys_program_end(section);
	if (!parser->failed)
		check_section(section);
	if (!parser->failed && !section->discarded) {
		if ((section->kind & CHILDREN) ||
		    (section->kind == CONF_NOWHERE && section->node.path))
			add_node(section);
		else if (section->kind == CONF_ROOT)
			take_root(section);
		else if (section->kind == CONF_DEFAULTS)
			take_defaults(section);
	}
	section_release(section);
}
