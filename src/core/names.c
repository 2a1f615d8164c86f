/* The table of names: children by parent and name, and paths. */
#include <string.h>

#include "core/steps.h"

/* FNV-1a over the name, begun with who the parent is. */
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

	while (*at != child)
		at = &(*at)->next_in_bucket;
	*at = child->next_in_bucket;
	child->next_in_bucket = NULL;
	tree->child_count--;
}

struct child **
tree_set_buckets(struct tree *tree, struct child **buckets, size_t count)
{
	struct child **old = tree->buckets;
	size_t old_count = tree->bucket_count;

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
tree_find_child(const struct tree *tree, const struct sup *sup,
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
tree_find(const struct tree *tree, const char *path)
{
	struct child *child = &tree->root->self;

	while (*path == '/')
		path++;
	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		if (!child_is_sup(child))
			return NULL;
		child = tree_find_child(tree, sup_of(child), path, len);
		if (!child)
			return NULL;
		path += len;
		if (*path == '/')
			path++;
	}
	return child;
}

/* Write len bytes at an offset, as far as they fit. */
static size_t
put(char *text, size_t size, size_t at, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at + i + 1 < size)
			text[at + i] = bytes[i];
	return at + len;
}

/* Write the path of a child below the root, its ancestors first. */
static size_t
put_path(const struct child *child, char *text, size_t size)
{
	const struct child *above = &child->parent->self;
	size_t at = 0;

	if (above->parent) {
		at = put_path(above, text, size);
		at = put(text, size, at, "/", 1);
	}
	return put(text, size, at, child->name, strlen(child->name));
}

size_t
tree_path(const struct child *child, char *ret_path, size_t size)
{
	size_t len = child->parent ? put_path(child, ret_path, size) :
	    put(ret_path, size, 0, "/", 1);

	if (size > 0)
		ret_path[len < size ? len : size - 1] = '\0';
	return len;
}

void
sup_count_children(const struct sup *sup, struct request_counts *ret_counts)
{
	const struct list *link;

	*ret_counts = (struct request_counts){ .specs = sup->child_count };
	for (link = sup->children.next; link != &sup->children;
	    link = link->next) {
		const struct child *child =
		    list_const_entry(link, struct child, link);

		if (child_is_sup(child))
			ret_counts->supervisors++;
		else
			ret_counts->workers++;
		ret_counts->active += child->state == CHILD_UP ||
		    child->state == CHILD_STOPPING ||
		    (sup_is_dynamic(sup) && child->state == CHILD_ENDED);
	}
}
