/*
 * The configuration as a whole: the files, one after the other, and what is
 * left when all are read.
 *
 * Files that a file includes are read after it, each with its own includes
 * behind it, in a list that grows while it is walked: there is no recursion
 * over what a file says.
 */
#include "config.h"

#include "config/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/file.h"
#include "config/key.h"
#include "config/parse_int.h"
#include "config/read.h"

/* Make a configuration with nothing in it but the root. */
static struct conf *
new_conf(void)
{
	struct conf *conf = calloc(1, sizeof(*conf));

	if (!conf)
		return NULL;
	conf->daemon.shutdown_timeout_ms = SPEC_INFINITY;
	conf->nodes = calloc(1, sizeof(*conf->nodes));
	if (!conf->nodes) {
		free(conf);
		return NULL;
	}
	conf->node_count = 1;
	conf->nodes[0].parent = -1;
	spec_init(&conf->nodes[0].spec, SPEC_SUPERVISOR);
	spec_flags_init(&conf->nodes[0].flags);
	conf->nodes[0].path = strdup("");
	conf->nodes[0].name = conf->nodes[0].path;
	if (conf->nodes[0].path)
		return conf;
	conf_free(conf);
	return NULL;
}

/* Add a file to be read after the one at an index (-1: the first). */
static void
add_source(struct parser *parser, const char *path, int after,
    const struct source *like)
{
	struct source *source;
	int count = parser->source_count;

	source = realloc(parser->sources,
	    ((size_t)count + 1) * sizeof(*source));
	if (!source) {
		parser->failed = true;
		return;
	}
	parser->sources = source;
	source += count;
	*source = *like;
	source->next = after == -1 ? -1 : parser->sources[after].next;
	source->path = strdup(path);
	if (!source->path) {
		parser->failed = true;
		return;
	}
	if (after != -1)
		parser->sources[after].next = count;
	parser->source_count++;
}

void
conf_include(struct section *section, const char *value,
    const char *pattern)
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
		error_value(section, value, "files include files %d deep, "
		    "%d are allowed", like.depth, CONF_INCLUDE_DEPTH_MAX);
		return;
	}
	names = file_match(parser->file, pattern);
	if (!names && errno != ENOMEM)
		error_value(section, value, "cannot be read: %s",
		    strerror(errno));
	if (!names) {
		parser->failed |= errno == ENOMEM;
		return;
	}
	for (char **name = names; *name && !parser->failed; name++) {
		add_source(parser, *name, parser->last_include, &like);
		parser->last_include = parser->source_count - 1;
	}
	free(names);
}

/* Make the name of a file one of those that are read, and the present one. */
static bool
enter_file(struct parser *parser, const char *path)
{
	struct conf *conf = parser->conf;
	char **grown, *name;

	grown = realloc(conf->files,
	    (parser->file_count + 2) * sizeof(*grown));
	if (!grown)
		return false;
	conf->files = grown;
	grown[parser->file_count] = NULL;
	name = strdup(path);
	if (!name)
		return false;
	grown[parser->file_count++] = name;
	grown[parser->file_count] = NULL;
	parser->file = name;
	return true;
}

/* Pass a header on. */
static void
on_section(void *data, int line, const char *header)
{
	header_begin(data, line, header);
}

/* Pass a key on. */
static void
on_key(void *data, int line, const char *key, const char *value)
{
	struct parser *parser = data;

	if (!parser->failed)
		section_key(&parser->section, line, key, value);
}

/* Pass a line on that is refused. */
static void
on_fault(void *data, int line, const char *fault)
{
	conf_error(data, line, "%s", fault);
}

/* Read the bytes of the present file. */
static void
read_bytes(struct parser *parser, const char *bytes, size_t size)
{
	const struct read_sink sink = {
		parser, on_section, on_key, on_fault,
	};

	if (read_sections(bytes, size, &sink) == -1)
		parser->failed = true;
	section_end(&parser->section);
	/* What was cut off by accident must not stop everything at a reload. */
	if (parser->source == 0 && parser->sections == 0 &&
	    parser->conf->error_count == 0)
		conf_error(parser, 0, "no section: a tree without children is "
		    "written '[supervisor]'");
}

/* Report a file that cannot be read, and by whom it is wanted. */
static void
report_file(struct parser *parser, const char *fault)
{
	const struct source *source = &parser->sources[parser->source];

	if (source->includer == -1)
		conf_error(parser, 0, "%s", fault);
	else
		conf_error(parser, 0, "%s (included by %s:%d)", fault,
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

/* Read the present file. */
static void
read_source(struct parser *parser)
{
	struct source *source = &parser->sources[parser->source];
	char fault[FILE_FAULT_SIZE];
	struct file_content file;

	if (source->includer != -1)
		source->defaults = parser->sources[source->includer].defaults;
	if (!enter_file(parser, source->path)) {
		parser->failed = true;
		return;
	}
	if (file_read(source->path, parser->machine->uid, &file,
	    fault) == -1) {
		if (errno == ENOMEM)
			parser->failed = true;
		else
			report_file(parser, fault);
		return;
	}
	source->dev = file.dev;
	source->ino = file.ino;
	if (parser->conf->written_ms < file.written_ms)
		parser->conf->written_ms = file.written_ms;
	if (is_cycle(parser))
		report_file(parser, "includes itself");
	else
		read_bytes(parser, file.bytes, file.size);
	free(file.bytes);
}

/* Begin to parse a first file; false if memory is short. */
static bool
begin(struct parser *parser, const char *path)
{
	const struct source first = {.includer = -1, .next = -1};
	struct defaults *defaults;

	parser->conf = new_conf();
	if (!parser->conf)
		return false;
	defaults = calloc(1, sizeof(*defaults));
	if (!defaults)
		return false;
	parser->defaults = defaults;
	parser->defaults_count = 1;
	spec_init(&defaults->spec, SPEC_WORKER);
	defaults->spec.start_timeout_ms = CONF_NOT_GIVEN;
	defaults->spec.restart_delay_max_ms = CONF_NOT_GIVEN;
	defaults->program = program_new();
	add_source(parser, path, -1, &first);
	return defaults->program && !parser->failed;
}

/* Free what the parser has needed, and return what it has made. */
static struct conf *
finish(struct parser *parser)
{
	struct conf *conf = parser->conf;

	section_release(&parser->section);
	for (int i = 0; i < parser->defaults_count; i++) {
		program_free(parser->defaults[i].program);
		free(parser->defaults[i].said.user);
		free(parser->defaults[i].said.group);
		free(parser->defaults[i].said.groups);
	}
	free(parser->defaults);
	for (int i = 0; i < parser->source_count; i++)
		free(parser->sources[i].path);
	free(parser->sources);
	user_release(&parser->users);
	path_release(&parser->index);
	if (!parser->failed)
		return conf;
	conf_free(conf);
	return NULL;
}

/* Link every node to its children, in file order. */
static void
link_nodes(struct conf *conf)
{
	struct conf_node *nodes = conf->nodes;

	for (size_t i = 0; i < conf->node_count; i++)
		nodes[i].first = nodes[i].next = -1;
	for (size_t i = conf->node_count - 1; i > 0; i--) {
		struct conf_node *parent = &nodes[nodes[i].parent];

		nodes[i].next = parent->first;
		parent->first = (int)i;
	}
}

/* Take over what workers that come at run time start from. */
static void
take_newcomer(struct parser *parser)
{
	struct conf_runtime_defaults *newcomer = &parser->conf->daemon.newcomer;
	struct defaults *defaults =
	    &parser->defaults[parser->sources[0].defaults];

	newcomer->spec = defaults->spec;
	newcomer->program = defaults->program;
	defaults->program = NULL;
	keys_program_fill_in(&newcomer->spec, newcomer->program);
}

/* Say where the root stands if no file has, and what [reeve] has not said. */
static void
fill_in(struct parser *parser)
{
	struct conf *conf = parser->conf;

	link_nodes(conf);
	if (!conf->nodes[0].file)
		conf->nodes[0].file = conf->files[0];
	parser->file = conf->files[0];
	take_newcomer(parser);
	keys_reeve_end(parser);
}

struct conf *
conf_load_for(const char *path, const struct conf_machine *machine)
{
	struct parser parser = {.machine = machine, .follow = true};
	int i = 0;

	if (!begin(&parser, path))
		parser.failed = true;
	while (!parser.failed && i != -1) {
		parser.source = parser.last_include = i;
		read_source(&parser);
		i = parser.sources[i].next;
	}
	if (!parser.failed)
		fill_in(&parser);
	return finish(&parser);
}

struct conf *
conf_load(const char *path)
{
	struct conf_machine machine;

	conf_machine_get(&machine);
	return conf_load_for(path, &machine);
}

struct conf *
conf_parse(const char *file, const char *bytes, size_t size,
    const struct conf_machine *machine)
{
	struct parser parser = {.machine = machine};

	if (!begin(&parser, file) || !enter_file(&parser, file))
		parser.failed = true;
	if (!parser.failed)
		read_bytes(&parser, bytes, size);
	if (!parser.failed)
		fill_in(&parser);
	return finish(&parser);
}

/* Free what [reeve] has said. */
static void
free_daemon(struct conf_daemon *daemon)
{
	free(daemon->run_dir);
	free(daemon->socket);
	free(daemon->pid_file);
	free(daemon->log_dir);
	free(daemon->log_file);
	free(daemon->control_group);
	free(daemon->status_group);
	free(daemon->environment_inherit);
	program_free(daemon->newcomer.program);
}

void
conf_forget_nodes(struct conf *conf)
{
	for (size_t i = 0; i < conf->node_count; i++) {
		free(conf->nodes[i].path);
		program_free(conf->nodes[i].program);
	}
	free(conf->nodes);
	conf->nodes = NULL;
	conf->node_count = 0;
}

void
conf_free(struct conf *conf)
{
	if (!conf)
		return;
	free_daemon(&conf->daemon);
	conf_forget_nodes(conf);
	for (size_t i = 0; i < conf->error_count; i++) {
		free(conf->errors[i].file);
		free(conf->errors[i].text);
	}
	free(conf->errors);
	for (size_t i = 0; conf->files && conf->files[i]; i++)
		free(conf->files[i]);
	free(conf->files);
	free(conf);
}
