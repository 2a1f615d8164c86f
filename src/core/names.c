/* The table of names: a hash table with chains, see the header. */
#include "core/names.h"

#include <assert.h>
#include <string.h>

/* FNV-1a over the name, begun with the address of the parent. */
static size_t
hash(const struct sup *parent, const char *name, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325) ^ (uint64_t)(uintptr_t)parent;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * UINT64_C(0x100000001b3);
	return (size_t)(h ^ h >> 29);
}

/* The bucket of a child. */
static struct child **
bucket_of(const struct tree *tree, const struct child *child)
{
	size_t h = hash(child->parent, child->name, strlen(child->name));

	return &tree->buckets[h & (tree->bucket_count - 1)];
}

void
names_add(struct tree *tree, struct child *child)
{
	struct child **bucket = bucket_of(tree, child);

	child->next_in_bucket = *bucket;
	*bucket = child;
	tree->child_count++;
}

void
names_remove(struct tree *tree, struct child *child)
{
	struct child **at = bucket_of(tree, child);

	assert(tree->child_count > 0);
	while (*at != child)
		at = &(*at)->next_in_bucket;
	*at = child->next_in_bucket;
	child->next_in_bucket = NULL;
	tree->child_count--;
}

struct child **
names_set_buckets(struct tree *tree, struct child **buckets, size_t count)
{
	struct child **old = tree->buckets;
	size_t old_count = tree->bucket_count;

	assert(count > 0 && (count & (count - 1)) == 0);
	tree->buckets = buckets;
	tree->bucket_count = count;
	tree->child_count = 0;
	memset(buckets, 0, count * sizeof(buckets[0]));
	for (size_t i = 0; i < old_count; i++) {
		struct child *child = old[i], *first = NULL;

		while (child) {		/* keep the latest of a name first */
			struct child *next = child->next_in_bucket;

			child->next_in_bucket = first;
			first = child;
			child = next;
		}
		while (first) {
			child = first;
			first = child->next_in_bucket;
			names_add(tree, child);
		}
	}
	return old;
}

/* Tell whether a child has the name. */
static bool
is_named(const struct child *child, const char *name, size_t len)
{
	return strncmp(child->name, name, len) == 0 && child->name[len] == '\0';
}

struct child *
names_find_part(const struct tree *tree, const struct sup *sup,
    const char *name, size_t name_len)
{
	size_t h = hash(sup, name, name_len);
	struct child *child = tree->buckets[h & (tree->bucket_count - 1)];

	while (child && (child->parent != sup ||
	    !is_named(child, name, name_len)))
		child = child->next_in_bucket;
	return child;
}

struct child *
names_find(const struct tree *tree, const struct sup *sup, const char *name)
{
	return names_find_part(tree, sup, name, strlen(name));
}
