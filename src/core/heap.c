/* A pairing heap of deadlines, see the header. */
#include "core/heap.h"

#include <stddef.h>

void
heap_node_init(struct heap_node *node, bool of_sup)
{
	*node = (struct heap_node){ .due_ms = HEAP_NEVER, .of_sup = of_sup };
}

/* Join two heaps; either may be NULL. */
static struct heap_node *
meld(struct heap_node *a, struct heap_node *b)
{
	if (!a)
		return b;
	if (!b)
		return a;
	if (b->due_ms < a->due_ms) {
		struct heap_node *swap = a;

		a = b;
		b = swap;
	}
	b->prev = a;
	b->next = a->child;
	if (a->child)
		a->child->prev = b;
	a->child = b;
	return a;
}

/*
 * Join a list of siblings into one heap: pairs from left to right, then the
 * pairs from right to left. The way back is kept in the prev links.
 */
static struct heap_node *
meld_siblings(struct heap_node *first)
{
	struct heap_node *pairs = NULL, *joined = NULL;

	while (first) {
		struct heap_node *a = first, *b = a->next;

		first = b ? b->next : NULL;
		a->next = a->prev = NULL;
		if (b)
			b->next = b->prev = NULL;
		a = meld(a, b);
		a->prev = pairs;
		pairs = a;
	}
	while (pairs) {
		struct heap_node *pair = pairs;

		pairs = pair->prev;
		pair->prev = NULL;
		joined = meld(joined, pair);
	}
	return joined;
}

/* Take a node out of its heap. */
static void
take_out(struct heap *heap, struct heap_node *node)
{
	struct heap_node *below = meld_siblings(node->child);

	if (node == heap->root) {
		heap->root = below;
	} else {
		if (node->prev->child == node)
			node->prev->child = node->next;
		else
			node->prev->next = node->next;
		if (node->next)
			node->next->prev = node->prev;
		heap->root = meld(heap->root, below);
	}
	heap_node_init(node, node->of_sup);
}

void
heap_set(struct heap *heap, struct heap_node *node, int64_t due_ms)
{
	if (node->due_ms == due_ms)
		return;
	if (node->due_ms != HEAP_NEVER)
		take_out(heap, node);
	if (due_ms == HEAP_NEVER)
		return;
	node->due_ms = due_ms;
	heap->root = meld(heap->root, node);
}
