/*
 * Paths in the configuration: which names are legal, and a table that finds
 * the node of a path.
 */
#ifndef REEVE_CONFIG_PATH_H
#define REEVE_CONFIG_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "config/conf.h"

#define PATH_FAULT_SIZE 200

/* Check a path: NULL, or what is wrong, written to ret_fault. */
const char *path_check(const char *path,
	    char ret_fault[PATH_FAULT_SIZE]);

/* Its last name, inside it. */
const char *path_name(const char *path);

/* How many bytes of it name its parent: 0 if that is the root. */
size_t	path_parent_length(const char *path);

/* Indexes of nodes by path: open addressing, at most half full. */
struct path_index {
	int32_t *slots;		/* index + 1; 0: free */
	size_t slot_count;	/* a power of two */
	size_t used;
};

/* Find a path of so many bytes among the nodes: an index, or -1. */
int	path_find(const struct path_index *index,
	    const struct conf_node *nodes, const char *path, size_t len);

/* Add a node that is not in the table yet; -1 if there is no memory. */
int	path_add(struct path_index *index,
	    const struct conf_node *nodes, int node);

/* Free the table. */
void	path_release(struct path_index *index);

#endif
