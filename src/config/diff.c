/* What differs between two configurations, by walking the table of keys. */
#include "config.h"

#include "config/diff.h"

#include <string.h>

#include "config/key.h"

/* Tell whether two lists have the same strings. */
static bool
are_equal(const struct strlist *a, const struct strlist *b)
{
	return a->count == b->count && a->size == b->size &&
	    (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

/* Compare every key of two sections of one kind. */
static unsigned
diff(const struct key_view *old, const struct key_view *new,
    struct strlist *ret_keys)
{
	struct strlist old_values = { 0 }, new_values = { 0 };
	unsigned change = 0;

	for (size_t i = 0; i < key_count; i++) {
		const struct key *key = &key_table[i];

		strlist_clear(&old_values);
		strlist_clear(&new_values);
		if (!key_show(key, old, &old_values) ||
		    !key_show(key, new, &new_values) ||
		    are_equal(&old_values, &new_values))
			continue;
		strlist_add(ret_keys, key->name);
		change |= key->change;
	}
	ret_keys->failed |= old_values.failed | new_values.failed;
	strlist_release(&old_values);
	strlist_release(&new_values);
	return change;
}

unsigned
diff_nodes(const struct conf_node *old, const struct conf_node *new,
    struct strlist *ret_keys)
{
	struct key_view before = key_view_node(old), now = key_view_node(new);

	return diff(&before, &now, ret_keys);
}

unsigned
diff_daemons(const struct conf_daemon *old, const struct conf_daemon *new,
    struct strlist *ret_keys)
{
	struct key_view before = key_view_daemon(old);
	struct key_view now = key_view_daemon(new);

	return diff(&before, &now, ret_keys);
}
