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

/* The two sides of a comparison, and room to write a value of each. */
struct sides {
	struct key_view old;
	struct key_view new;
	struct strlist old_values;
	struct strlist new_values;
};

static bool
key_differs(struct sides *sides, const struct key *key)
{
	strlist_clear(&sides->old_values);
	strlist_clear(&sides->new_values);
	key_show(key, &sides->old, &sides->old_values);
	key_show(key, &sides->new, &sides->new_values);
	return !are_equal(&sides->old_values, &sides->new_values);
}

/* Compare every key of a kind of section. */
static unsigned
diff(struct sides *sides, enum conf_kind kind, struct strlist *ret_keys)
{
	unsigned change = 0;

	for (size_t i = 0; i < key_count; i++) {
		const struct key *key = &key_table[i];

		if (!(key->where & kind) || !key->type->show ||
		    !key_differs(sides, key))
			continue;
		strlist_add(ret_keys, key->name);
		change |= key->change;
	}
	ret_keys->failed |= sides->old_values.failed |
	    sides->new_values.failed;
	strlist_release(&sides->old_values);
	strlist_release(&sides->new_values);
	return change;
}

unsigned
diff_nodes(const struct conf_node *old, const struct conf_node *new,
    struct strlist *ret_keys)
{
	struct sides sides = {
		.old = key_view_node(old), .new = key_view_node(new),
	};

	return diff(&sides, key_kind_of(new), ret_keys);
}

unsigned
diff_daemons(const struct conf_daemon *old, const struct conf_daemon *new,
    struct strlist *ret_keys)
{
	struct sides sides = {
		.old = key_view_daemon(old), .new = key_view_daemon(new),
	};

	return diff(&sides, CONF_REEVE, ret_keys);
}
