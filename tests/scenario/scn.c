/* Reading a scenario, see the header. */
#include "scenario/scn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cut a line into words in place of its text. */
static void
cut(struct arena *arena, struct line *line, char *text)
{
	char *rest = NULL, *joined = arena_text(arena, text, strlen(text));
	size_t length = 0;

	line->words = arena_alloc(arena, strlen(text) / 2 + 1, sizeof(char *));
	for (char *word = strtok_r(text, " \t\r\n", &rest); word;
	    word = strtok_r(NULL, " \t\r\n", &rest)) {
		line->words[line->count++] = word;
		if (length)
			joined[length++] = ' ';
		memcpy(joined + length, word, strlen(word));
		length += strlen(word);
	}
	joined[length] = '\0';
	line->text = joined;
}

/* Append a line to an array that doubles. */
static struct line *
append_line(struct arena *arena, struct lines *lines)
{
	size_t room = lines->count;
	struct line *grown;

	if ((room & (room - 1)) == 0) {	/* full: a power of two, or 0 */
		grown = arena_alloc(arena, room ? 2 * room : 1, sizeof(*grown));
		if (room)
			memcpy(grown, lines->at, room * sizeof(*grown));
		lines->at = grown;
	}
	return &lines->at[lines->count++];
}

void
lines_append(struct arena *arena, struct lines *lines, const char *text)
{
	cut(arena, append_line(arena, lines),
	    arena_text(arena, text, strlen(text)));
}

void
lines_vprintf(struct arena *arena, struct lines *lines, const char *format,
    va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		abort();
	lines_append(arena, lines, text);
	free(text);
}

/* Take over one raw line, unless nothing is in it. */
static void
take_line(struct arena *arena, char *raw, bool comments, struct lines *lines)
{
	if (comments)
		raw[strcspn(raw, "#")] = '\0';
	if (raw[strspn(raw, " \t\r\n")] == '\0')
		return;
	lines_append(arena, lines, raw);
}

bool
lines_read(struct arena *arena, const char *file, bool comments,
    struct lines *ret_lines)
{
	FILE *stream = file ? fopen(file, "re") : stdin;
	struct lines lines = { 0 };
	char *raw = NULL;
	size_t room = 0;
	bool good;

	if (!stream)
		return false;
	while (getline(&raw, &room, stream) >= 0)
		take_line(arena, raw, comments, &lines);
	free(raw);
	good = !ferror(stream);
	if (file)
		fclose(stream);
	if (good)
		*ret_lines = lines;
	return good;
}

struct def *
scn_find(const struct scenario *scenario, const char *name)
{
	struct def *def = scenario->defs;

	while (def && strcmp(def->name, name) != 0)
		def = def->next;
	return def;
}

struct def *
scn_add(struct scenario *scenario, const char *name, enum spec_type type)
{
	struct def **end = &scenario->defs;

	while (*end)
		end = &(*end)->next;
	*end = arena_alloc(scenario->arena, 1, sizeof(**end));
	(*end)->name = name;
	(*end)->type = type;
	(*end)->parent = "-";
	return *end;
}

void
scn_set_children(struct scenario *scenario, struct def *def, const char *names)
{
	char *copy = arena_text(scenario->arena, names, strlen(names));
	char *rest = NULL;

	def->child_count = 0;
	def->children = arena_alloc(scenario->arena, strlen(names) + 1,
	    sizeof(char *));
	for (char *name = strtok_r(copy, ",", &rest); name;
	    name = strtok_r(NULL, ",", &rest))
		def->children[def->child_count++] = name;
}

const char *
settings_get(const struct settings *settings, const char *key)
{
	for (size_t i = 0; i < settings->count; i++)
		if (strcmp(settings->keys[i], key) == 0)
			return settings->values[i];
	return NULL;
}

void
settings_set(struct settings *settings, const char *key, const char *value)
{
	size_t i = 0;

	while (i < settings->count && strcmp(settings->keys[i], key) != 0)
		i++;
	if (i == sizeof(settings->keys) / sizeof(settings->keys[0]))
		abort();
	if (i == settings->count)
		settings->count++;
	settings->keys[i] = key;
	settings->values[i] = value;
}

void
settings_take(struct settings *settings, const struct line *line, size_t first)
{
	for (size_t i = first; i < line->count; i++) {
		char *equals = strchr(line->words[i], '=');

		if (!equals)
			continue;
		*equals = '\0';
		settings_set(settings, line->words[i], equals + 1);
	}
}

/* The words that begin a definition. */
static const char *const kinds[SPEC_TYPE_COUNT] = {
	[SPEC_WORKER] = "worker",
	[SPEC_SUPERVISOR] = "sup",
	[SPEC_DYNAMIC] = "dynamic",
};

/* Note a child of a supervisor, in file order. */
static void
adopt(struct scenario *scenario, const char *parent, const char *name)
{
	struct def *def = scn_find(scenario, parent);
	const char **children;

	if (!def)
		return;
	children = arena_alloc(scenario->arena, def->child_count + 1,
	    sizeof(*children));
	for (size_t i = 0; i < def->child_count; i++)
		children[i] = def->children[i];
	children[def->child_count++] = name;
	def->children = children;
}

/* Take over one line of the tree section. */
static const char *
parse_def(struct scenario *scenario, const struct line *line)
{
	struct def *def;
	int type = 0;

	while (type < SPEC_TYPE_COUNT &&
	    strcmp(line->words[0], kinds[type]) != 0)
		type++;
	if (type == SPEC_TYPE_COUNT || line->count < 2)
		return arena_printf(scenario->arena,
		    "'%s' is no definition", line->text);
	def = scn_find(scenario, line->words[1]);
	if (!def)
		def = scn_add(scenario, line->words[1], (enum spec_type)type);
	settings_take(&def->settings, line, 2);
	def->parent = settings_get(&def->settings, "in");
	if (!def->parent && type == SPEC_WORKER)
		return arena_printf(scenario->arena,
		    "worker '%s' has no parent", def->name);
	if (def->parent)
		adopt(scenario, def->parent, def->name);
	return NULL;
}

const char *
scn_parse(struct arena *arena, const struct lines *lines,
    struct scenario *ret_scenario)
{
	struct scenario scenario = { .arena = arena };
	const char *wrong;
	size_t i;

	for (i = 0; i < lines->count; i++) {
		if (strcmp(lines->at[i].words[0], "steps") == 0)
			break;
		wrong = parse_def(&scenario, &lines->at[i]);
		if (wrong)
			return wrong;
	}
	if (i == lines->count)
		return "there is no line 'steps'";
	scenario.steps = lines->at + i + 1;
	scenario.step_count = lines->count - i - 1;
	*ret_scenario = scenario;
	return NULL;
}
