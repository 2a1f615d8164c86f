/*
 * The effective configuration, written as a file: the table of keys walked for
 * each section, so that no key can be forgotten.
 */
#include "config.h"

#include <errno.h>

#include "config/parse_int.h"

/* Write a key: each of its values on a line, or a comment if it has none. */
static void
print_key(const struct key_view *view, struct strlist *values, FILE *out)
{
	const struct key *key = view->key;
	const char *value;

	strlist_clear(values);
	key->show(view, values);
	if (values->failed)
		return;
	value = strlist_first(values);
	for (size_t i = 0; i < values->count; i++) {
		fprintf(out, "%s =%s%s\n", key->name,
		    value[0] == '\0' ? "" : " ", value);
		value = strlist_after(value);
	}
	if (values->count == 0 && key->unset)
		fprintf(out, "; %s: %s\n", key->name, key->unset);
}

/* Write all keys of a kind of section. */
static void
print_keys(struct key_view *view, enum conf_kind kind, struct strlist *values,
    FILE *out)
{
	for (size_t i = 0; i < key_count; i++) {
		view->key = &key_table[i];
		if ((view->key->where & kind) != 0 && view->key->show)
			print_key(view, values, out);
	}
}

enum conf_kind
key_kind_of(const struct conf_node *node)
{
	if (node->parent == -1)
		return CONF_ROOT;
	if (node->spec.type == SPEC_WORKER)
		return CONF_WORKER;
	return node->spec.type == SPEC_DYNAMIC ? CONF_DYNAMIC :
	    CONF_SUPERVISOR;
}

/* Write a section of the tree. */
static void
print_node(const struct conf *conf, const struct conf_node *node,
    struct strlist *values, FILE *out)
{
	enum conf_kind kind = key_kind_of(node);
	struct key_view view = {
		.daemon = &conf->daemon, .node = node,
		.spec = kind == CONF_DYNAMIC ? &node->template : &node->spec,
		.program = node->program,
	};

	if (kind == CONF_ROOT)
		fprintf(out, "\n[supervisor]\n");
	else
		fprintf(out, "\n[%s:%s]\n", spec_type_names[node->spec.type],
		    node->path);
	print_keys(&view, kind, values, out);
}

int
conf_print(const struct conf *conf, FILE *out)
{
	struct strlist values = STRLIST_EMPTY;
	struct key_view view = {.daemon = &conf->daemon};
	bool failed;

	fprintf(out, "[reeve]\n");
	print_keys(&view, CONF_REEVE, &values, out);
	for (size_t i = 0; i < conf->node_count && !values.failed; i++)
		print_node(conf, &conf->nodes[i], &values, out);
	failed = values.failed;
	strlist_release(&values);
	if (failed)
		errno = ENOMEM;
	return failed || ferror(out) ? -1 : 0;
}
