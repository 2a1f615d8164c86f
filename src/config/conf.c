/*
 * The configuration as a whole: the files, one after the other, and what is
 * left when all are read.
 */
#include "config.h"

#include "config/conf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/parse_int.h"
#include "config/read.h"
#include "config/set.h"
#include "config/source.h"

/* Make a configuration with nothing in it but the root. */
static struct conf *
new_conf(void)
{
	struct conf *conf = calloc(1, sizeof(*conf));

	if (!conf)
		return NULL;
	conf->nodes = calloc(1, sizeof(*conf->nodes));
	if (!conf->nodes) {
		free(conf);
		return NULL;
	}
	conf->age_ms = INT64_MAX;
	conf->node_count = 1;
	conf->nodes[0].parent = -1;
	spec_init(&conf->nodes[0].spec, SPEC_SUPERVISOR);
	conf->nodes[0].path = strdup("");
	conf->nodes[0].name = conf->nodes[0].path;
	if (conf->nodes[0].path)
		return conf;
	conf_free(conf);
	return NULL;
}

static void
on_section(void *data, int line, const char *header)
{
	header_begin(data, line, header);
}

static void
on_key(void *data, int line, const char *key, const char *value)
{
	struct parser *parser = data;

	if (!parser->failed)
		section_key(&parser->section, line, key, value);
}

static void
on_fault(void *data, int line, const char *fault)
{
	error_add(data, line, "%s", fault);
}

/* Read the bytes of the present file. */
static void
read_bytes(struct parser *parser, const char *bytes, size_t size)
{
	const struct read_sink sink = {
		parser, on_section, on_key, on_fault,
	};

	if (read_sections(ini_parse_stream, bytes, size, &sink) == -1)
		parser->failed = true;
	section_end(&parser->section);
	/* What was cut off by accident must not stop everything at a reload. */
	if (parser->source == 0 && parser->sections == 0 &&
	    parser->conf->error_count == 0)
		error_add(parser, 0, "no section: a tree without children is "
		    "written '[supervisor]'");
}

/*
 * Set what holds if the file does not say otherwise: for workers, for [reeve],
 * and for a root without a section.
 */
static bool
make_defaults(struct parser *parser)
{
	struct defaults *defaults = calloc(1, sizeof(*defaults));
	struct section section = { .parser = parser, .kind = CONF_DEFAULTS };

	if (!defaults)
		return false;
	parser->defaults = defaults;
	parser->defaults_count = parser->defaults_room = 1;
	spec_init(&defaults->spec, SPEC_WORKER);
	defaults->program = program_new();
	if (!defaults->program)
		return false;
	section.spec = &defaults->spec;
	section.node.program = defaults->program;
	set_defaults(&section);
	section.kind = CONF_REEVE;
	set_defaults(&section);
	section.kind = CONF_ROOT;
	spec_flags_init(&section.node.flags);
	set_defaults(&section);
	parser->conf->nodes[0].flags = section.node.flags;
	return true;
}

/* Begin to parse a first file; false if there is no memory. */
static bool
begin_parser(struct parser *parser, const char *path)
{
	const struct source first = { .includer = -1 };

	parser->conf = new_conf();
	parser->node_room = 1;
	if (!parser->conf || !make_defaults(parser))
		return false;
	source_add(parser, path, -1, &first);
	return !parser->failed;
}

/* Free what the parser has needed, and return what it has made. */
static struct conf *
finish_parser(struct parser *parser)
{
	struct conf *conf = parser->conf;

	section_release(&parser->section);
	for (size_t i = 0; i < parser->defaults_count; i++) {
		program_free(parser->defaults[i].program);
		user_given_release(&parser->defaults[i].given);
	}
	free(parser->defaults);
	source_release(parser);
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
take_runtime_defaults(struct parser *parser)
{
	struct conf_runtime_defaults *taken =
	    &parser->conf->daemon.runtime_defaults;
	struct defaults *defaults =
	    &parser->defaults[parser->sources[0].defaults];
	struct section section = { .parser = parser, .spec = &taken->spec };

	taken->spec = defaults->spec;
	taken->program = defaults->program;
	defaults->program = NULL;
	section.node.program = taken->program;
	keys_program_fill_in(&section);
}

/* Fill in where the root stands if no file gives it, and what [reeve] does not
 * give. */
static void
fill_in(struct parser *parser)
{
	struct conf *conf = parser->conf;

	link_nodes(conf);
	parser->source = 0;
	if (!conf->nodes[0].file)
		conf->nodes[0].file = parser->sources[0].path;
	take_runtime_defaults(parser);
	keys_reeve_end(parser);
	source_give_names(parser);
}

struct conf *
conf_load_for(const char *path, const struct conf_machine *machine)
{
	struct parser parser = { .machine = machine, .follow = true };
	struct file_content file;
	int i = 0;

	if (!begin_parser(&parser, path))
		parser.failed = true;
	while (!parser.failed && i != -1) {
		parser.source = parser.last_include = i;
		if (source_read(&parser, &file) == 0) {
			read_bytes(&parser, file.bytes, file.size);
			free(file.bytes);
		}
		i = parser.sources[i].next;
	}
	if (!parser.failed)
		fill_in(&parser);
	return finish_parser(&parser);
}

void
conf_machine_get(struct conf_machine *ret_machine)
{
	*ret_machine = (struct conf_machine){
		.uid = geteuid(),
		.gid = getegid(),
		.runtime_dir = getenv("XDG_RUNTIME_DIR"),
	};
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
	struct parser parser = { .machine = machine };

	if (!begin_parser(&parser, file))
		parser.failed = true;
	if (!parser.failed)
		read_bytes(&parser, bytes, size);
	if (!parser.failed)
		fill_in(&parser);
	return finish_parser(&parser);
}

/* Free what [reeve] holds. */
static void
free_daemon(struct conf_daemon *daemon)
{
	free(daemon->run_dir);
	free(daemon->socket);
	free(daemon->pid_file);
	free(daemon->log_dir);
	free(daemon->log);
	free(daemon->control_group.name);
	free(daemon->status_group.name);
	free(daemon->environment_inherit);
	program_free(daemon->runtime_defaults.program);
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
