/* Random requests: every verb, good and bad, of every supervisor. */
#include <stdio.h>
#include <stdlib.h>
#include <inttypes.h>

#include "sim/random_run.h"
#include "sim/random_tree.h"

enum {
	SLOTS_MAX = 150,	/* no new children beyond */
	BAD_PERCENT = 5,	/* of specs and flags in requests */
};

/* Tell whether a slot is a supervisor of the tree, running or not. */
static bool
is_sup(const struct slot *slot)
{
	const struct child *child = slot->child;

	if (!child_is_sup(child))
		return false;
	while (child->parent)
		child = &child->parent->self;
	return child == &slot->world->tree.root->self;
}

/* Tell whether anything at all. */
static bool
is_any(const struct slot *slot)
{
	(void)slot;
	return true;
}

/* The name of a random child of a supervisor, or of anybody. */
static const char *
some_name(struct life *life, struct world *world, const struct sup *sup)
{
	uint32_t chosen;

	if (sup->child_count == 0 || dice_chance(&life->dice, 5))
		return life_pick(life, world, is_any)->name;
	chosen = dice_roll(&life->dice, sup->child_count);
	for (struct child *at = next_child(sup, NULL); at;
	    at = next_child(sup, at))
		if (chosen-- == 0)
			return at->name;
	return "";
}

/* Spoil a spec, now and then. */
static void
spoil_spec(struct dice *dice, struct spec *spec)
{
	if (!dice_chance(dice, BAD_PERCENT))
		return;
	switch (dice_roll(dice, 3)) {
	case 0:
		spec->restart = SPEC_RESTART_COUNT;
		break;
	case 1:
		spec->shutdown_ms = -2;
		break;
	default:
		spec->restart = SPEC_PERMANENT;
		spec->significant = true;
		break;
	}
}

/* Spoil flags, now and then. */
static void
spoil_flags(struct dice *dice, struct spec_flags *flags)
{
	if (!dice_chance(dice, BAD_PERCENT))
		return;
	switch (dice_roll(dice, 4)) {
	case 0:
		flags->strategy = SPEC_STRATEGY_COUNT;
		break;
	case 1:
		flags->max_restarts = -1;
		break;
	case 2:
		flags->max_seconds_ms = 0;
		break;
	default:
		flags->auto_shutdown = SPEC_AUTO_SHUTDOWN_COUNT;
		break;
	}
}

/* A new child for start_child: what it is called may be taken already. */
static struct child *
new_child(struct life *life, struct world *world, const struct sup *sup)
{
	struct dice *dice = &life->dice;
	char name[WORLD_NAME_MAX + 1];
	uint32_t budget = 4;
	struct child *child;

	if (sup->self.spec.type != SPEC_DYNAMIC && dice_chance(dice, 20)) {
		child = grow_child(world, dice, &sup->flags,
		    GROW_DEPTH_MAX - 2, &budget);
	} else {
		snprintf(name, sizeof(name), "n%" PRIu32, world->made);
		if (dice_chance(dice, 25))
			snprintf(name, sizeof(name), "%s",
			    some_name(life, world, sup));
		child = grow_worker(world, dice, &sup->flags, name);
	}
	spoil_spec(dice, &child->spec);
	return child;
}

/* A new slot for a child that there is: of its name, mostly of its type. */
static struct child *
new_slot(struct life *life, struct world *world,
    const struct spec_flags *flags, const struct child *child)
{
	enum spec_type type = child->spec.type;
	struct child *slot;

	if (dice_chance(&life->dice, 2))
		type = SPEC_DYNAMIC;
	slot = world_new_child(world, child->name, type);
	slot->spec = grow_spec(&life->dice, type, flags);
	spoil_spec(&life->dice, &slot->spec);
	if (type != SPEC_WORKER)
		world_define(sup_of(slot), NULL, 0);
	return slot;
}

/* The definition of a code change: most of what is there, in some order, some
 * that is new, and now and then a name twice. */
static void
fill_definition(struct life *life, struct world *world, struct request *request)
{
	const struct sup *sup = request->sup;
	struct dice *dice = &life->dice;
	struct child *slots[GROW_CHILDREN_MAX * 4];
	uint32_t count = 0, first;

	for (struct child *at = next_child(sup, NULL); at;
	    at = next_child(sup, at))
		if (count < GROW_CHILDREN_MAX && dice_chance(dice, 85))
			slots[count++] = new_slot(life, world, &request->flags,
			    at);
	if (count && dice_chance(dice, 2)) {
		slots[count] = new_slot(life, world, &request->flags, slots[0]);
		count++;
	}
	while (world->slot_count < SLOTS_MAX && dice_chance(dice, 30)) {
		uint32_t budget = 2;

		slots[count++] = grow_child(world, dice, &request->flags,
		    GROW_DEPTH_MAX - 1, &budget);
	}
	first = count ? dice_roll(dice, count) : 0;
	request->definition = world_copy_children(slots, count);
	request->definition_count = count;
	for (uint32_t i = 0; i < count; i++)
		request->definition[i] = slots[(first + i) % count];
}

/* Fill in a code change. */
static void
fill_upgrade(struct life *life, struct world *world, struct request *request)
{
	enum spec_type type = request->sup->self.spec.type;

	request->flags = request->sup->flags;
	if (dice_chance(&life->dice, request->sup->self.parent ? 50 : 2))
		request->flags = grow_flags(&life->dice, type);
	spoil_flags(&life->dice, &request->flags);
	request->also_down = dice_chance(&life->dice, 50);
	request->ring = world_new_ring(&request->flags, &request->ring_size);
	if (type != SPEC_DYNAMIC)
		fill_definition(life, world, request);
	else
		request->definition = world_copy_children(NULL, 0);
	if (dice_chance(&life->dice, 5))
		request->init_answer = SPEC_INIT_IGNORE;
	request->also_down = dice_chance(&life->dice, 50);
}

void
life_ask(struct life *life, struct world *world)
{
	struct slot *slot = life_pick(life, world, is_sup);
	enum request_type type;
	struct ask *ask;

	type = (enum request_type)dice_roll(&life->dice, REQUEST_TYPE_COUNT);
	if (type == REQUEST_START_CHILD && world->slot_count > SLOTS_MAX)
		type = REQUEST_TERMINATE_CHILD;
	ask = world_ask(world, sup_of(slot->child), type,
	    some_name(life, world, sup_of(slot->child)));
	ask->number = ++life->asked;
	if (type == REQUEST_START_CHILD)
		ask->request.child = new_child(life, world, ask->request.sup);
	else if (type == REQUEST_CODE_CHANGE)
		fill_upgrade(life, world, &ask->request);
	world_send(world, ask, dice_roll(&life->dice, 3));
}
