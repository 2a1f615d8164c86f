/*
 * A pairing heap of deadlines, intrusive: the first one is found at once,
 * adding is one comparison, removing is logarithmic over time. Nodes are the
 * caller's; a node that is in no heap has a due time of HEAP_NEVER.
 */
#ifndef REEVE_CORE_HEAP_H
#define REEVE_CORE_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#define HEAP_NEVER	INT64_MAX

struct heap_node {
	struct heap_node *child; /* the first of those due no earlier */
	struct heap_node *next;	/* sibling */
	struct heap_node *prev;	/* sibling before, or the parent of the first */
	int64_t due_ms;		/* HEAP_NEVER: in no heap */
	bool of_sup;		/* embedded in a struct sup, else a struct child
				   */
};

struct heap {
	struct heap_node *root;	/* due first; NULL: empty */
};

/* Make a node belong to no heap. */
void	heap_node_init(struct heap_node *node, bool of_sup);

/* Set, change or (HEAP_NEVER) remove the time of a node. */
void	heap_set(struct heap *heap, struct heap_node *node, int64_t due_ms);

/* The time of the first node, HEAP_NEVER if there is none. */
static inline int64_t
heap_due_ms(const struct heap *heap)
{
	return heap->root ? heap->root->due_ms : HEAP_NEVER;
}

#endif
