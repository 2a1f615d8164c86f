/* Random supervision trees, see the header. */
#include "sim/random_tree.h"

#include <inttypes.h>
#include <stdio.h>

/* One of some numbers. */
#define PICK(dice, numbers) \
	((numbers)[dice_roll((dice), sizeof(numbers) / sizeof((numbers)[0]))])

/* How long a child is given to stop. */
static int64_t
grow_shutdown(struct dice *dice, enum spec_type type)
{
	static const int64_t worker[] = {
		SPEC_BRUTAL_KILL, 0, 1, 100, 1000, 5000, 5000, SPEC_INFINITY,
	};
	static const int64_t sup[] = {
		SPEC_INFINITY, SPEC_INFINITY, SPEC_INFINITY, SPEC_INFINITY,
		SPEC_BRUTAL_KILL, 0, 100, 7000,
	};

	return type == SPEC_WORKER ? PICK(dice, worker) : PICK(dice, sup);
}

struct spec
grow_spec(struct dice *dice, enum spec_type type,
    const struct spec_flags *flags)
{
	static const int64_t delays[] = { 1, 20, 300, 2000 };
	struct spec spec;

	spec_init(&spec, type);
	spec.restart = (enum spec_restart)dice_roll(dice, SPEC_RESTART_COUNT);
	spec.shutdown_ms = grow_shutdown(dice, type);
	if (flags->auto_shutdown != SPEC_NEVER &&
	    spec.restart != SPEC_PERMANENT)
		spec.significant = dice_chance(dice, 50);
	if (type != SPEC_WORKER)
		return spec;
	if (dice_chance(dice, 20)) {
		spec.restart_delay_ms = PICK(dice, delays);
		spec.restart_delay_max_ms = spec.restart_delay_ms *
		    (1 + dice_roll(dice, 9));
	}
	if (dice_chance(dice, 25))
		spec.start_timeout_ms = 1 + dice_roll(dice, 3000);
	return spec;
}

struct spec_flags
grow_flags(struct dice *dice, enum spec_type type)
{
	static const int64_t restarts[] = { 0, 1, 2, 3, 3, 5, 20 };
	struct spec_flags flags;

	spec_flags_init(&flags);
	flags.max_restarts = PICK(dice, restarts);
	flags.max_seconds_ms = 1000 * (1 + dice_roll(dice, 10));
	if (type == SPEC_DYNAMIC) {
		if (dice_chance(dice, 50))
			flags.max_children = dice_roll(dice, 6);
		return flags;
	}
	flags.strategy = (enum spec_strategy)dice_roll(dice,
	    SPEC_STRATEGY_COUNT);
	if (dice_chance(dice, 40))
		flags.auto_shutdown = (enum spec_auto_shutdown)dice_roll(dice,
		    SPEC_AUTO_SHUTDOWN_COUNT);
	if (dice_chance(dice, 25))
		flags.shutdown_order = SPEC_CONCURRENT;
	return flags;
}

struct child *
grow_worker(struct world *world, struct dice *dice,
    const struct spec_flags *flags, const char *name)
{
	struct child *child = world_new_child(world, name, SPEC_WORKER);

	child->spec = grow_spec(dice, SPEC_WORKER, flags);
	return child;
}

/* A random supervisor with all that is below it. */
static struct child *
grow_sup(struct world *world, struct dice *dice, enum spec_type type,
    uint32_t depth, uint32_t *budget)
{
	struct child *children[GROW_CHILDREN_MAX];
	struct spec_flags flags = grow_flags(dice, type);
	char name[WORLD_NAME_MAX + 1];
	uint32_t count = 0, wanted;
	struct child *child;

	snprintf(name, sizeof(name), "%c%" PRIu32,
	    type == SPEC_DYNAMIC ? 'd' : 's', world->made);
	child = world_new_child(world, name, type);
	if (depth == 0 && dice_chance(dice, 80)) {
		flags.max_restarts = 60;	/* for a long life */
		flags.auto_shutdown = SPEC_NEVER;
	}
	world_set_flags(sup_of(child), &flags);
	wanted = type == SPEC_DYNAMIC ? 0 : dice_roll(dice, 7);
	while (count < wanted && *budget > 0)
		children[count++] = grow_child(world, dice, &flags, depth + 1,
		    budget);
	world_define(sup_of(child), children, count);
	return child;
}

struct child *
grow_child(struct world *world, struct dice *dice,
    const struct spec_flags *flags, uint32_t depth, uint32_t *budget)
{
	enum spec_type type = SPEC_WORKER;
	char name[WORLD_NAME_MAX + 1];
	struct child *child;

	if (*budget > 0)
		--*budget;
	if (depth < GROW_DEPTH_MAX && dice_chance(dice, 35))
		type = dice_chance(dice, 25) ? SPEC_DYNAMIC : SPEC_SUPERVISOR;
	if (type != SPEC_WORKER) {
		child = grow_sup(world, dice, type, depth, budget);
		child->spec = grow_spec(dice, type, flags);
		return child;
	}
	snprintf(name, sizeof(name), "w%" PRIu32, world->made);
	return grow_worker(world, dice, flags, name);
}

void
grow_tree(struct world *world, struct dice *dice)
{
	uint32_t budget = 1 + dice_roll(dice, GROW_CHILDREN_MAX - 1);
	enum spec_type type =
	    dice_chance(dice, 10) ? SPEC_DYNAMIC : SPEC_SUPERVISOR;

	world_set_root(world,
	    sup_of(grow_sup(world, dice, type, 0, &budget)));
}
