/*
 * The invariants of a tree, see the header. Each function states one group of
 * them, with the number that the simulation gives it (tests/sim).
 */
#include "core/tree_check.h"

#include <assert.h>
#include <string.h>

#include "core/names.h"
#include "core/sup.h"

/* What a tree has, counted while it is walked. */
struct tally {
	size_t children;	/* in lists */
	uint32_t unkillable;	/* workers that are so */
};

/* The child of a link. */
static const struct child *
child_at(const struct list *link)
{
	return list_const_entry(link, struct child, link);
}

/* Tell whether a child is on its way to be up, or to be gone. */
static bool
is_moving(const struct child *child)
{
	return child->state == CHILD_STARTING || child->state == CHILD_STOPPING;
}

/* I16: a deadline and a comeback belong to a child that waits for them. */
static void
check_waiting(const struct tree *tree, const struct child *child)
{
	bool restarting = child->state == CHILD_RESTARTING;

	if (child->timer.due_ms != HEAP_NEVER)
		assert(restarting && child->timer.due_ms > tree->now_ms);
	if (restarting)
		assert(child->comeback != COMEBACK_NONE);
	else if (child->state != CHILD_UNKILLABLE)
		assert(child->comeback == COMEBACK_NONE);
	if (restarting && child->parent->op.type == OP_NONE)
		assert(child->timer.due_ms != HEAP_NEVER);
	if (!child->forgotten)
		assert((child->state == CHILD_ENDED) ==
		    list_is_linked(&child->exit.link));
}

/*
 * I7: a dynamic supervisor that is up and not at work keeps no child that is
 * down. What is forgotten waits for something unkillable, or has mail that it
 * is gone.
 */
static void
check_kept(const struct sup *sup, const struct child *child)
{
	if (child->forgotten)
		assert(child->state == CHILD_UNKILLABLE ||
		    list_is_linked(&child->exit.link) ||
		    sup_of_const(child)->unkillable > 0);
	else if (sup_is_dynamic(sup) && sup->self.state == CHILD_UP &&
	    sup->op.type == OP_NONE)
		assert(child->state != CHILD_DOWN);
}

/*
 * I15: each child is found by its name; among several of one name the latest,
 * or another one than what is forgotten.
 */
static void
check_name(const struct tree *tree, const struct sup *sup,
    const struct child *child)
{
	const struct child *found = names_find(tree, sup, child->name);

	assert(found && strcmp(found->name, child->name) == 0);
	assert(found == child || sup_is_dynamic(sup) || found->forgotten ||
	    child->forgotten);
}

/*
 * I16: a supervisor works, or waits for something, or has no mail; only one
 * that runs works. A deadline is set for an operation that waits, and is to
 * come. One that is half up takes its mail when it has started.
 */
static void
check_work(const struct tree *tree, const struct sup *sup)
{
	bool idle = sup->op.type == OP_NONE;

	assert(!list_is_linked(&sup->runnable));
	assert(idle || sup->op.waiting);
	assert(!idle || list_is_empty(&sup->mailbox) || sup->half_up);
	assert(!sup->half_up || sup->self.state == CHILD_DOWN);
	if (sup->self.state != CHILD_UP && !is_moving(&sup->self))
		assert(idle);
	else if (is_moving(&sup->self))
		assert(!idle);
	if (sup->timer.due_ms != HEAP_NEVER)
		assert(sup->op.waiting && sup->timer.due_ms > tree->now_ms);
}

/*
 * An operation waits for each child of its range that is on its way, and for
 * no other; but for one that a first start waits for in a shortage.
 */
static void
check_op(const struct sup *sup)
{
	const struct op *op = &sup->op;
	uint32_t moving = 0;

	for (const struct list *at = sup->children.next; at != &sup->children;
	    at = at->next)
		moving += is_moving(child_at(at));
	if (!op->waiting)
		assert(moving == 0);
	else if (op->phase == OP_STOPPING)
		assert(op->pending == moving);
	else
		assert(op->waited && moving ==
		    (op->waited->state == CHILD_STARTING));
}

/* I5: a supervisor that ends and stops all at once has told all. */
static void
check_told(const struct sup *sup, const struct child *child)
{
	if (sup->op.type == OP_END && (sup_is_dynamic(sup) ||
	    sup->being_killed || sup->flags.shutdown_order == SPEC_CONCURRENT))
		assert(child->state != CHILD_UP);
}

/* I9: below a supervisor that does not run nothing runs, but what is
 * unkillable, or is adopted and waits for its supervisor. */
static void
check_alone(const struct sup *sup, const struct child *child)
{
	if (sup->self.state == CHILD_UP || is_moving(&sup->self))
		return;
	assert(!is_moving(child) && child->state != CHILD_RESTARTING);
	if (child->state == CHILD_UP || child->state == CHILD_ENDED)
		assert(sup->half_up);
}

/* I15: the counts of a supervisor are those of its list. */
static void
check_counts(const struct sup *sup, uint32_t listed, uint32_t unkillable)
{
	struct request_counts counts;

	sup_count_children(sup, &counts);
	assert(sup->child_count == listed && counts.specs == listed);
	assert(counts.workers + counts.supervisors == listed);
	assert(counts.active <= listed);
	assert(sup->unkillable == unkillable);
}

/* Check a supervisor and what is below it, and add it to the tally. */
static void
check_sup(const struct tree *tree, const struct sup *sup, struct tally *tally)
{
	uint32_t listed = 0, unkillable = tally->unkillable;

	check_work(tree, sup);
	check_op(sup);
	for (const struct list *at = sup->children.next; at != &sup->children;
	    at = at->next) {
		const struct child *child = child_at(at);

		listed++;
		assert(child->parent == sup);
		tally->unkillable += child->state == CHILD_UNKILLABLE;
		check_waiting(tree, child);
		check_name(tree, sup, child);
		check_told(sup, child);
		check_alone(sup, child);
		if (child_is_sup(child))
			check_sup(tree, sup_of_const(child), tally);
		check_kept(sup, child);
	}
	tally->children += listed;
	check_counts(sup, listed, tally->unkillable - unkillable);
}

void
tree_check(const struct tree *tree)
{
	struct tally tally = { 0 };

	assert(!tree->root->self.parent);
	assert(list_is_empty(&tree->runnable));
	assert(heap_due_ms(&tree->deadlines) > tree->now_ms);
	check_sup(tree, tree->root, &tally);
	assert(tally.children <= tree->child_count);
}
