/*
 * Headers: from "worker:web/app" to a section that has begun, with its place in
 * the tree and its defaults. A wrong one begins all the same, so that all its
 * errors are reported at once; and it keeps its place in the tree, so that its
 * children are no errors.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/suggest.h"
#include "config/parse_int.h"
#include "config/set.h"

#define SUGGEST_NODES	1000	/* as many are looked at for a near one */

/* The words that headers start with, and what they are without and with a
 * path. */
static const struct {
	const char *word;
	enum conf_kind bare;
	enum conf_kind with_path;
} kinds[] = {
	{"reeve", CONF_REEVE, CONF_NOWHERE},
	{"supervisor", CONF_ROOT, CONF_SUPERVISOR},
	{"worker", CONF_DEFAULTS, CONF_WORKER},
	{"dynamic", CONF_NOWHERE, CONF_DYNAMIC},
};

/* Report a header that is of no kind. */
static void
report_unknown(struct section *section, const char *header,
    const char *word)
{
	struct suggestion near;

	suggest_start(&near, word);
	for (size_t i = 0; i < LENGTH(kinds); i++)
		suggest_consider(&near, kinds[i].word);
	error_add(section->parser, section->line, "[%.100s] is not a "
	    "section: there are [reeve], [supervisor], [supervisor:PATH], "
	    "[dynamic:PATH], [worker] and [worker:PATH]%s%s%s", header,
	    near.best ? "; did you mean '" : "",
	    near.best ? near.best : "",
	    near.best ? "'?" : "");
}

/* Find the kind of a header; CONF_NOWHERE, and reported, if there is none. */
static enum conf_kind
find_kind(struct section *section, const char *header)
{
	const char *colon = strchr(header, ':');
	size_t len = colon ? (size_t)(colon - header) : strlen(header);
	char word[SUGGEST_LENGTH_MAX + 2];
	enum conf_kind kind;

	snprintf(word, sizeof(word), "%.*s",
	    (int)(len < sizeof(word) ? len : sizeof(word) - 1), header);
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		if (strcmp(kinds[i].word, word) != 0)
			continue;
		kind = colon ? kinds[i].with_path : kinds[i].bare;
		if (kind == CONF_NOWHERE)
			error_add(section->parser, section->line,
			    colon ? "[%.100s] has no path: it is [%s]" :
			    "[%.100s] needs a path: it is [%s:PATH]", header,
			    word);
		return kind;
	}
	report_unknown(section, header, word);
	return CONF_NOWHERE;
}

static const char *
type_name(const struct conf_node *node)
{
	static const char *const names[] = {
		[SPEC_WORKER] = "worker",
		[SPEC_SUPERVISOR] = "supervisor",
		[SPEC_DYNAMIC] = "dynamic supervisor",
	};

	return names[node->spec.type];
}

/* Find a supervisor with a path like the given one, or NULL. */
static const char *
suggest_parent(const struct conf *conf, const char *path)
{
	struct suggestion near;
	size_t count = conf->node_count;

	suggest_start(&near, path);
	for (size_t i = 1; i < count && i < SUGGEST_NODES; i++)
		if (conf->nodes[i].spec.type == SPEC_SUPERVISOR)
			suggest_consider(&near, conf->nodes[i].path);
	return near.best;
}

/* Report that there is no parent before the section. */
static void
report_orphan(struct section *section, size_t len)
{
	char parent[CONF_DEPTH_MAX * (CONF_NAME_MAX + 1)];
	const char *near;

	snprintf(parent, sizeof(parent), "%.*s", (int)len, section->node.path);
	near = suggest_parent(section->parser->conf, parent);
	error_section(section, section->line, "its parent is missing: "
	    "[supervisor:%s] must stand before it%s%s%s", parent,
	    near ? "; did you mean '" : "", near ? near : "",
	    near ? "'?" : "");
}

/* Find the parent of the section's path; the root in its place if there is
 * none that may have children. */
static int
find_parent(struct section *section)
{
	const struct parser *parser = section->parser;
	const struct conf_node *nodes = parser->conf->nodes;
	size_t len = path_parent_length(section->node.path);
	int parent;

	if (len == 0)
		return 0;
	parent = path_find(&parser->index, nodes, section->node.path, len);
	if (parent == -1) {
		report_orphan(section, len);
		return 0;
	}
	if (nodes[parent].spec.type == SPEC_SUPERVISOR)
		return parent;
	error_section(section, section->line, "its parent '%s' is a %s "
	    "(%s:%d): %s", nodes[parent].path, type_name(&nodes[parent]),
	    nodes[parent].file, nodes[parent].line,
	    nodes[parent].spec.type == SPEC_WORKER ?
	    "only supervisors have children" :
	    "its children are started at run time, from its template");
	return 0;
}

/* Check the path of a child; false, and reported, if it can have no place
 * in the tree. */
static bool
check_path_of(struct section *section)
{
	const struct parser *parser = section->parser;
	const char *path = section->node.path;
	const struct conf_node *other;
	char text[PATH_FAULT_SIZE];
	const char *fault = path_check(path, text);
	int found;

	if (fault) {
		error_section(section, section->line, "%s", fault);
		return false;
	}
	found = path_find(&parser->index, parser->conf->nodes, path,
	    strlen(path));
	if (found == -1)
		return true;
	other = &parser->conf->nodes[found];
	error_section(section, section->line, "'%s' is there already: the %s "
	    "at %s:%d", path, type_name(other), other->file, other->line);
	return false;
}

/* Begin a child: its path, its parent, its defaults. */
static void
begin_child(struct section *section, const char *header)
{
	struct conf_node *node = &section->node;
	const char *colon = strchr(header, ':');

	node->path = strdup(colon + 1);
	if (!node->path) {
		section->parser->failed = true;
		return;
	}
	node->name = path_name(node->path);
	section->discarded = !check_path_of(section);
	if (!section->discarded)
		node->parent = find_parent(section);
	if (section->kind == CONF_WORKER) {
		keys_program_begin(section);
		return;
	}
	spec_flags_init(&node->flags);
	spec_init(&node->spec, SPEC_SUPERVISOR);
	if (section->kind == CONF_DYNAMIC) {
		node->spec.type = SPEC_DYNAMIC;
		section->spec = &node->template;
		keys_program_begin(section);
	}
	set_defaults(section);
}

/* Begin a section that a file may have once. */
static void
begin_once(struct section *section, int *line)
{
	if (*line != 0) {
		error_section(section, section->line,
		    "stands twice, first in line %d", *line);
		section->discarded = true;
	} else {
		*line = section->line;
	}
}

/* Begin the root: one in all files, before its children. */
static void
begin_root(struct section *section)
{
	struct parser *parser = section->parser;
	const struct conf_node *nodes = parser->conf->nodes;

	spec_flags_init(&section->node.flags);
	set_defaults(section);
	if (nodes[0].line != 0) {
		error_section(section, section->line, "stands twice, first at "
		    "%s:%d", nodes[0].file, nodes[0].line);
		section->discarded = true;
	} else if (parser->conf->node_count > 1) {
		error_section(section, section->line, "must stand before its "
		    "children, and '%s' stands at %s:%d", nodes[1].path,
		    nodes[1].file, nodes[1].line);
	}
}

/* Begin a section of no kind as a supervisor, which it may be meant to be: then
 * its header is one error, and its children are none. */
static void
begin_nowhere(struct section *section, const char *header)
{
	const struct parser *parser = section->parser;
	const struct conf_node *nodes = parser->conf->nodes;
	char text[PATH_FAULT_SIZE];
	const char *path = strchr(header, ':');
	int parent;

	if (!path || path_check(++path, text) ||
	    path_find(&parser->index, nodes, path, strlen(path)) != -1)
		return;
	parent = path_find(&parser->index, nodes, path,
	    path_parent_length(path));
	section->node.path = strdup(path);
	if (!section->node.path)
		section->parser->failed = true;
	else
		section->node.name = path_name(section->node.path);
	section->node.parent = parent == -1 ? 0 : parent;
	section->node.spec.type = SPEC_SUPERVISOR;
}

void
header_begin(struct parser *parser, int line, const char *header)
{
	struct section *section = &parser->section;
	struct source *source = &parser->sources[parser->source];

	section_end(section);
	if (parser->failed || parser->sections > CONF_NODES_MAX)
		return;
	*section = (struct section){
		.parser = parser, .kind = CONF_NOWHERE, .line = line,
		.node = {.file = source->path, .line = line, .parent = -1},
	};
	section->spec = &section->node.spec;
	if (++parser->sections > CONF_NODES_MAX) {
		error_add(parser, line, "more than %d sections",
		    CONF_NODES_MAX);
		return;
	}
	if (!header)
		return;
	section->kind = find_kind(section, header);
	if (section->kind == CONF_NOWHERE)
		begin_nowhere(section, header);
	else if (section->kind == CONF_REEVE)
		begin_once(section, &source->reeve_line);
	else if (section->kind == CONF_ROOT)
		begin_root(section);
	else if (section->kind != CONF_DEFAULTS)
		begin_child(section, header);
	else if (keys_program_begin(section))
		begin_once(section, &source->worker_line);
}
