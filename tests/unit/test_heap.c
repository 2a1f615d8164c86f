/* The heap of deadlines, against the plainest list that does the same. */
#include <check.h>

#include "core/heap.h"
#include "unit.h"

enum { NODES = 48, OPERATIONS = 1000 };

/* Check the order and the links of a heap; how many nodes, or a big minus. */
static int
count_below(const struct heap_node *node)
{
	const struct heap_node *before = node;
	int count = 1;

	for (const struct heap_node *child = node->child; child;
	    child = child->next) {
		if (child->prev != before || child->due_ms < node->due_ms)
			return -NODES * NODES;
		count += count_below(child);
		before = child;
	}
	return count;
}

/* Tell whether a heap is what was asked for: due[i] is that of nodes[i]. One
 * answer for all, because check is slow when asked often. */
static bool
is_right(const struct heap *heap, const struct heap_node *nodes,
    const int64_t *due)
{
	int64_t first = HEAP_NEVER;
	int in_heap = 0;

	for (int i = 0; i < NODES; i++) {
		if (nodes[i].due_ms != due[i] ||
		    nodes[i].of_sup != (i % 2 == 0))
			return false;
		in_heap += due[i] != HEAP_NEVER;
		first = due[i] < first ? due[i] : first;
	}
	if (heap_due_ms(heap) != first)
		return false;
	if (!heap->root)
		return in_heap == 0;
	return !heap->root->prev && !heap->root->next &&
	    count_below(heap->root) == in_heap;
}

/* Make all nodes belong to no heap. */
static void
init_nodes(struct heap_node *nodes, int64_t *due)
{
	for (int i = 0; i < NODES; i++) {
		heap_node_init(&nodes[i], i % 2 == 0);
		due[i] = HEAP_NEVER;
	}
}

/* An empty heap is never due. */
START_TEST(empty_is_never_due)
{
	struct heap heap = { NULL };
	struct heap_node node;

	heap_node_init(&node, true);
	ck_assert_int_eq(heap_due_ms(&heap), HEAP_NEVER);
	heap_set(&heap, &node, HEAP_NEVER);
	ck_assert_ptr_null(heap.root);
	heap_set(&heap, &node, 5);
	ck_assert_int_eq(heap_due_ms(&heap), 5);
	heap_set(&heap, &node, HEAP_NEVER);
	ck_assert_ptr_null(heap.root);
	ck_assert(node.of_sup);
}
END_TEST

/* Adding, moving and removing at random: the first is always the least. */
START_TEST(agrees_with_a_list)
{
	uint64_t seed = (uint64_t)_i + 1;
	struct heap heap = { NULL };
	struct heap_node nodes[NODES];
	int64_t due[NODES];

	init_nodes(nodes, due);
	for (int step = 0; step < OPERATIONS; step++) {
		uint32_t i = unit_random(&seed, NODES);

		/* Few different times, so that many are equal. */
		due[i] = unit_random(&seed, 3) == 0 ? HEAP_NEVER :
		    (int64_t)unit_random(&seed, _i % 2 ? 8 : 100000) - 4;
		heap_set(&heap, &nodes[i], due[i]);
		ck_assert(is_right(&heap, nodes, due));
	}
}
END_TEST

/* Taken out one by one, all come in order. */
START_TEST(drains_in_order)
{
	uint64_t seed = (uint64_t)_i + 1;
	struct heap heap = { NULL };
	struct heap_node nodes[NODES];
	int64_t due[NODES], last = INT64_MIN;
	int drained = 0;

	init_nodes(nodes, due);
	for (int i = 0; i < NODES; i++)
		heap_set(&heap, &nodes[i], unit_random(&seed, 50));
	while (heap.root) {
		ck_assert_int_ge(heap_due_ms(&heap), last);
		last = heap_due_ms(&heap);
		heap_set(&heap, heap.root, HEAP_NEVER);
		drained++;
	}
	ck_assert_int_eq(drained, NODES);
}
END_TEST

UNIT_SUITE(heap)
{
	Suite *suite = suite_create("heap");
	TCase *tcase = tcase_create("heap");

	tcase_add_test(tcase, empty_is_never_due);
	tcase_add_loop_test(tcase, agrees_with_a_list, 0, 20);
	tcase_add_loop_test(tcase, drains_in_order, 0, 20);
	suite_add_tcase(suite, tcase);
	return suite;
}
