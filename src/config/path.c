/* Paths in the configuration: checks, parts, and a hash table. */
#include "config.h"

#include "config/path.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define NAME_BYTES	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"abcdefghijklmnopqrstuvwxyz0123456789_.@-"

static const char *
check_name(const char *name, size_t len, char *fault)
{
	int shown = len > CONF_NAME_MAX ? CONF_NAME_MAX : (int)len;

	if (len == 0)
		return "an empty name in its path";
	if (len > CONF_NAME_MAX) {
		snprintf(fault, PATH_FAULT_SIZE, "the name '%.*s...' has "
		    "%zu bytes, %d are allowed", shown, name, len,
		    CONF_NAME_MAX);
		return fault;
	}
	if (strspn(name, NAME_BYTES) >= len && strncmp(name, "..", len) != 0)
		return NULL;
	snprintf(fault, PATH_FAULT_SIZE, "'%.*s' cannot be a name: "
	    "letters, digits and _ . @ - are allowed, '.' and '..' are not",
	    shown, name);
	return fault;
}

static_assert(CONF_DEPTH_MAX * (CONF_NAME_MAX + 1) <= SPEC_PATH_SIZE,
    "the deepest path fits into each buffer");

const char *
path_check(const char *path, char ret_fault[PATH_FAULT_SIZE])
{
	const char *fault;
	size_t depth = 0, len;

	for (;; path += len + 1) {
		len = strcspn(path, "/");
		fault = check_name(path, len, ret_fault);
		if (fault)
			return fault;
		depth++;
		if (path[len] == '\0')
			break;
	}
	if (depth <= CONF_DEPTH_MAX)
		return NULL;
	snprintf(ret_fault, PATH_FAULT_SIZE,
	    "a path of %zu names, %d are allowed", depth, CONF_DEPTH_MAX);
	return ret_fault;
}

const char *
path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

size_t
path_parent_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

/* Find the slot where a path is, or where it belongs; there is one. */
static int32_t *
find_slot(const struct path_index *index, const struct conf_node *nodes,
    const char *path, size_t len)
{
	size_t mask = index->slot_count - 1;	/* the count is a power of 2 */
	size_t at = hash_bytes(path, len) & mask;

	assert(index->used < index->slot_count);	/* or it never ends */
	for (; index->slots[at] != 0; at = (at + 1) & mask) {
		const char *found = nodes[index->slots[at] - 1].path;

		if (strncmp(found, path, len) == 0 && found[len] == '\0')
			break;
	}
	return &index->slots[at];
}

int
path_find(const struct path_index *index, const struct conf_node *nodes,
    const char *path, size_t len)
{
	if (index->slot_count == 0)
		return -1;
	return *find_slot(index, nodes, path, len) - 1;
}

static int
grow(struct path_index *index, const struct conf_node *nodes)
{
	size_t count = index->slot_count == 0 ? 64 : index->slot_count * 2;
	struct path_index grown = { calloc(count, sizeof(*index->slots)),
		count, index->used };

	if (!grown.slots)
		return -1;
	for (size_t i = 0; i < index->slot_count; i++)
		if (index->slots[i] != 0) {
			const char *path = nodes[index->slots[i] - 1].path;

			*find_slot(&grown, nodes, path, strlen(path)) =
			    index->slots[i];
		}
	free(index->slots);
	*index = grown;
	return 0;
}

int
path_add(struct path_index *index, const struct conf_node *nodes, int node)
{
	const char *path = nodes[node].path;

	if (index->used * 2 >= index->slot_count && grow(index, nodes) == -1)
		return -1;
	*find_slot(index, nodes, path, strlen(path)) = (int32_t)node + 1;
	index->used++;
	return 0;
}

void
path_release(struct path_index *index)
{
	free(index->slots);
}
