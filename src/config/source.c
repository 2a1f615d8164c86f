/* The list of files, and reading the present one. */
#include "config.h"

#include "config/source.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "config/world.h"

void
source_add(struct parser *parser, const char *path, int after,
    const struct source *like)
{
	size_t count = parser->source_count;
	struct source *source;

	assert(after < (int)count);
	if (ARRAY_RESERVE(parser->sources, parser->source_room,
	    count + 1) == -1) {
		parser->failed = true;
		return;
	}
	source = &parser->sources[count];
	*source = *like;
	source->path = strdup(path);
	if (!source->path) {
		parser->failed = true;
		return;
	}
	source->next = -1;
	if (after != -1) {
		source->next = parser->sources[after].next;
		parser->sources[after].next = (int)count;
	}
	parser->source_count++;
}

void
source_include(struct section *section, const char *value, const char *pattern)
{
	struct parser *parser = section->parser;
	const struct source like = {
		.includer = parser->source,
		.include_line = section->key_line,
		.depth = parser->sources[parser->source].depth + 1,
	};
	char **names;

	if (!parser->follow)
		return;
	if (like.depth > CONF_INCLUDE_DEPTH_MAX) {
		error_value(section, value, "files include files %d deep, %d "
		    "are allowed", like.depth, CONF_INCLUDE_DEPTH_MAX);
		return;
	}
	names = world_match(parser->machine->world,
	    parser->sources[parser->source].path, pattern);
	if (!names && errno != ENOMEM)
		error_value(section, value, "cannot be read: %s",
		    strerror(errno));
	if (!names) {
		parser->failed |= errno == ENOMEM;
		return;
	}
	for (char **name = names; *name && !parser->failed; name++) {
		source_add(parser, *name, parser->last_include, &like);
		parser->last_include = (int)parser->source_count - 1;
	}
	free(names);
}

/* Report a file that cannot be read, and the line that includes it. */
static void
report_file(struct parser *parser, const char *fault)
{
	const struct source *source = &parser->sources[parser->source];

	if (source->includer == -1)
		error_add(parser, 0, "%s", fault);
	else
		error_add(parser, 0, "%s (included by %s:%d)", fault,
		    parser->sources[source->includer].path,
		    source->include_line);
}

/* Tell whether the present file is one of those that include it. */
static bool
is_cycle(const struct parser *parser)
{
	const struct source *source = &parser->sources[parser->source];
	const struct source *above;

	for (int i = source->includer; i != -1; i = above->includer) {
		above = &parser->sources[i];
		if (above->dev == source->dev && above->ino == source->ino)
			return true;
	}
	return false;
}

int
source_read(struct parser *parser, struct file_content *ret_file)
{
	struct source *source = &parser->sources[parser->source];
	char fault[FILE_FAULT_SIZE];

	if (source->includer != -1)
		source->defaults = parser->sources[source->includer].defaults;
	if (world_read(parser->machine->world, source->path,
	    parser->machine->uid, ret_file, fault) == -1) {
		if (errno == ENOMEM)
			parser->failed = true;
		else
			report_file(parser, fault);
		return -1;
	}
	source->dev = ret_file->dev;
	source->ino = ret_file->ino;
	if (parser->conf->age_ms > ret_file->age_ms)
		parser->conf->age_ms = ret_file->age_ms;
	if (!is_cycle(parser))
		return 0;
	report_file(parser, "includes itself");
	free(ret_file->bytes);
	return -1;
}

void
source_give_names(struct parser *parser)
{
	size_t count = 0;
	char **names = calloc(parser->source_count + 1, sizeof(*names));

	if (!names) {
		parser->failed = true;
		return;
	}
	for (int i = 0; i != -1; i = parser->sources[i].next) {
		names[count++] = parser->sources[i].path;
		parser->sources[i].path = NULL;
	}
	parser->conf->files = names;
}

void
source_release(struct parser *parser)
{
	for (size_t i = 0; i < parser->source_count; i++)
		free(parser->sources[i].path);
	free(parser->sources);
}
