/*
 * The effective configuration, written as a file, and the table of keys, for
 * `reeved --keys'. Both walk the table, so that no key can be forgotten.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "config/diff.h"
#include "config/key.h"

/* Write a key: each of its values on a line, or a comment if it has none. */
static void
print_key(const struct key *key, const struct key_view *view,
    struct strlist *values, FILE *out)
{
	const char *value;

	strlist_clear(values);
	if (!key_show(key, view, values) || values->failed)
		return;
	value = strlist_first(values);
	for (size_t i = 0; i < values->count; i++) {
		fprintf(out, "%s =%s%s\n", key->name,
		    value[0] == '\0' ? "" : " ", value);
		value = strlist_after(value);
	}
	if (values->count == 0 && key->unset && !(key->flags & KEY_QUIET))
		fprintf(out, "; %s: %s\n", key->name, key->unset);
}

/* Write all keys of a section. */
static void
print_section(struct key_view view, struct strlist *values, FILE *out)
{
	for (size_t i = 0; i < key_count; i++)
		print_key(&key_table[i], &view, values, out);
}

static void
print_node(const struct conf_node *node, struct strlist *values, FILE *out)
{
	if (node->parent == -1)
		fprintf(out, "\n[supervisor]\n");
	else
		fprintf(out, "\n[%s:%s]\n", spec_type_names[node->spec.type],
		    node->path);
	print_section(key_view_node(node), values, out);
}

int
conf_print(const struct conf *conf, FILE *out)
{
	struct strlist values = { 0 };
	bool failed;

	fprintf(out, "[reeve]\n");
	print_section(key_view_daemon(&conf->daemon), &values, out);
	for (size_t i = 0; i < conf->node_count && !values.failed; i++)
		print_node(&conf->nodes[i], &values, out);
	failed = values.failed;
	strlist_release(&values);
	if (failed)
		errno = ENOMEM;
	return failed || ferror(out) ? -1 : 0;
}

/* Write in which sections a key may stand, as the words of their headers:
 * "supervisor", or "supervisor:" where a path follows. */
static void
list_sections(const struct key *key, char *text, size_t size)
{
	size_t len = 0;

	for (unsigned kind = 1; kind <= key->where; kind <<= 1) {
		const char *name = key_kind_name((enum conf_kind)kind) + 1;

		if (key->where & kind)
			len += (size_t)snprintf(text + len, size - len,
			    "%s%.*s%s", len == 0 ? "" : " ",
			    (int)strcspn(name, ":]"), name,
			    strchr(name, ':') ? ":" : "");
	}
}

void
conf_print_keys(FILE *out)
{
	static const char *const changes[] = {
		"none", [DIFF_LIVE] = "live", [DIFF_RESTART] = "restart",
		[DIFF_REFUSED] = "refused",
	};
	char where[64], initial[64];

	for (size_t i = 0; i < key_count; i++) {
		const struct key *key = &key_table[i];
		const char *text = key->initial ? key->initial : key->unset;

		list_sections(key, where, sizeof(where));
		snprintf(initial, sizeof(initial), "%s%s%s%s%s",
		    text ? text : "none", key->other ? "; " : "",
		    key->other ? key->other : "", key->other ? " " : "",
		    key->other ? key->when : "");
		/* As wide as the widest: a test looks at that. */
		fprintf(out, "%-19s  %-35s  %-46s  %-7s  %s\n", key->name,
		    where, initial, changes[key->change], key->text);
	}
}
