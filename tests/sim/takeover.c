/*
 * A takeover: the memory of a tree is lost, its processes are not. The tree is
 * built again from its specs, what was up is adopted, and it goes on.
 */
#include "sim/takeover.h"

#include <stdlib.h>

#include "sim/invariants.h"

/* A child as it was in its supervisor's list. */
struct kept {
	struct child *child;
	struct sup *parent;
	bool was_up;
	bool defined;
};

struct takeover {
	struct world *world;
	struct kept *kept;	/* each before those below it, in list order */
	size_t count;
};

/* Tell whether a child is in no state that only the lost memory explains. */
static bool
is_settled(const struct child *child, bool starting)
{
	const struct sup *sup;

	if (child->ending.told && child->state == CHILD_STARTING)
		return false;
	if (child->state != CHILD_UP && child->state != CHILD_DOWN &&
	    (!starting || child->state != CHILD_STARTING))
		return false;
	if (!child_is_sup(child))
		return !child->ending.killed || child->state == CHILD_DOWN;
	sup = sup_of_const(child);
	if (sup->op.type != OP_NONE &&
	    (sup->op.type != OP_INIT || sup->op.phase != OP_STARTING))
		return false;
	return list_is_empty(&sup->mailbox) && sup->unkillable == 0;
}

bool
takeover_is_possible(const struct world *world)
{
	bool starting = world->tree.root->self.state == CHILD_STARTING;

	if (!starting && world->tree.root->self.state != CHILD_UP)
		return false;
	for (const struct list *at = world->asks.next; at != &world->asks;
	    at = at->next)
		if (list_const_entry(at, struct ask, link)->sent)
			return false;
	for (const struct list *at = world->slots.next; at != &world->slots;
	    at = at->next)
		if (!is_settled(list_const_entry(at, struct slot, link)->child,
		    starting))
			return false;
	return true;
}

/* Remember a child and what is below it. */
static void
keep(struct takeover *takeover, struct child *child)
{
	takeover->kept[takeover->count++] = (struct kept){
		.child = child,
		.parent = child->parent,
		.was_up = child->state == CHILD_UP,
		.defined = child->defined,
	};
	if (!child_is_sup(child))
		return;
	for (struct child *at = next_child(sup_of(child), NULL); at;
	    at = next_child(sup_of(child), at))
		keep(takeover, at);
}

/* Begin a slot anew, with its spec and its definition. */
static void
begin_again(struct slot *slot)
{
	struct child *child = slot->child;
	struct spec spec = child->spec;

	if (child_is_sup(child)) {
		struct sup *sup = sup_of(child), old = *sup;

		sup_init(sup, old.tree, slot->name, spec.type,
		    old.window.times_ms, old.window.size);
		sup->flags = old.flags;
		sup->definition = old.definition;
		sup->definition_count = old.definition_count;
		sup->init_answer = old.init_answer;
	} else {
		child_init(child, slot->name, spec.type);
	}
	child->spec = spec;
	child->user = slot;
}

/* Define a supervisor as it was. */
static void
define_again(struct sup *sup)
{
	enum spec_init_answer answer = sup->init_answer;

	sup_define(sup, sup->definition, sup->definition_count);
	if (answer == SPEC_INIT_IGNORE)
		sup->init_answer = answer;
}

/* Build the tree anew; only numbers go on. */
static void
build_again(struct takeover *takeover)
{
	struct world *world = takeover->world;
	struct tree old = world->tree;

	tree_init(&world->tree, world_on_note, world, old.random);
	world->tree.root = old.root;
	world->tree.noted = old.noted;
	names_set_buckets(&world->tree, old.buckets, old.bucket_count);
	for (struct list *at = world->slots.next; at != &world->slots;
	    at = at->next)
		begin_again(list_entry(at, struct slot, link));
	for (struct list *at = world->slots.next; at != &world->slots;
	    at = at->next) {
		struct child *child = list_entry(at, struct slot, link)->child;

		if (child_is_sup(child))
			define_again(sup_of(child));
	}
	for (size_t i = 0; i < takeover->count; i++) {
		const struct kept *kept = &takeover->kept[i];

		if (kept->parent && !kept->defined)
			sup_add(kept->parent, kept->child);
	}
}

/* The record of a child that is adopted: its restarts are forgotten. */
static void
adjust_record(struct child *child)
{
	struct watch *watch = watch_of(child);

	watch->adopted = true;
	if (!child_is_sup(child))
		return;
	watch->hit_count = watch->causes = 0;
	watch->exact = sup_of(child)->flags.strategy == SPEC_ONE_FOR_ONE;
}

void
takeover_now(struct world *world)
{
	bool starting = world->tree.root->self.state == CHILD_STARTING;
	struct takeover takeover = { .world = world };

	world_say(world, "< takeover", "", "", 0);
	takeover.kept = calloc(world->slot_count, sizeof(*takeover.kept));
	if (!takeover.kept)
		abort();
	keep(&takeover, &world->tree.root->self);
	build_again(&takeover);
	while (takeover.count-- > 0) {
		const struct kept *kept = &takeover.kept[takeover.count];

		if (kept->was_up) {
			adjust_record(kept->child);
			world_adopt(world, kept->child);
		} else if (slot_of(kept->child)->proc != PROC_NONE) {
			world_lose(world, slot_of(kept->child));
		}
	}
	free(takeover.kept);
	if (starting)
		world_tell(world, INPUT_START);
}
