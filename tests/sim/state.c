/*
 * The rules that hold between two steps, whatever led there. See invariants.c
 * for those about what happens; the numbers go on in both.
 */
#include <inttypes.h>
#include <string.h>

#include "core/tree_check.h"
#include "sim/invariants.h"

/* A process that is not gone so long after a kill is unkillable. */
#define KILL_TIMEOUT_MS	5000

enum {
	ALL_EVERY = 64,		/* steps between looks at everything at once */
	PATH_MAX_SIZE = 512,
};

/* Whether a worker may have a process, by its state and the process's. */
static const bool legal[CHILD_STATE_COUNT][3] = {
	[CHILD_DOWN] = { [PROC_NONE] = true },
	[CHILD_STARTING] = { [PROC_STARTING] = true, [PROC_LIVE] = true },
	[CHILD_UP] = { [PROC_LIVE] = true },
	[CHILD_ENDED] = { [PROC_NONE] = true },
	[CHILD_STOPPING] = { [PROC_STARTING] = true, [PROC_LIVE] = true },
	[CHILD_RESTARTING] = { [PROC_NONE] = true },
	[CHILD_UNKILLABLE] = { [PROC_STARTING] = true, [PROC_LIVE] = true },
};

/* I1, one process: the tree knows of each worker whether it has one. */
static void
check_process(struct world *world, const struct slot *slot)
{
	const struct child *child = slot->child;

	if (!legal[child->state][slot->proc])
		world_fatal(world, "I1: '%s' is %s, but its process is not",
		    child->name, child_state_names[child->state]);
	if (child->state == CHILD_STARTING && slot->proc == PROC_LIVE &&
	    !watch_of(child)->killed && !watch_of(child)->told)
		world_fatal(world, "I1: '%s' runs, and is not said to be up",
		    child->name);
}

/* When a child was killed, or last was with everything around it. */
static int64_t
killed_since_ms(const struct child *child)
{
	int64_t killed_ms = watch_of(child)->killed_ms;
	const struct watch *above = watch_of(&child->parent->self);

	return child->parent->being_killed &&
	    above->killed_below_ms > killed_ms ?
	    above->killed_below_ms : killed_ms;
}

/*
 * I11, bounded stop: a child that was told to stop is killed when its time is
 * over, so is one that takes too long to start, and one that does not go then
 * is given up.
 */
static void
check_bounds(struct world *world, const struct slot *slot)
{
	const struct child *child = slot->child;
	const struct watch *watch = watch_of(child);
	const struct spec *spec = &child->spec;
	bool is_told = watch->told && child->state != CHILD_UNKILLABLE;
	bool late = is_told && spec->shutdown_ms >= 0 &&
	    world->now_ms - watch->told_ms >= spec->shutdown_ms;

	if (child_is_sup(child)) {
		if (late && !sup_of(slot->child)->being_killed)
			world_fatal(world, "I11: supervisor '%s' is not killed",
			    child->name);
		return;
	}
	if (slot->proc == PROC_STARTING &&
	    world->now_ms - watch->asked_ms >= spec->start_timeout_ms)
		late = true;
	if (late && !watch->killed)
		world_fatal(world, "I11: '%s' is not killed", child->name);
	if (slot->proc != PROC_NONE && watch->killed &&
	    child->state != CHILD_UNKILLABLE &&
	    world->now_ms - killed_since_ms(child) >= KILL_TIMEOUT_MS)
		world_fatal(world, "I11: '%s' is not given up", child->name);
}

/* I16: when the shell has carried out everything, nothing is left to do. */
static void
check_carried_out(struct world *world, const struct child *child)
{
	if (child->action.wanted || list_is_linked(&child->action.link))
		world_fatal(world, "I16: something is left to do about '%s'",
		    child->name);
}

/*
 * I7: a supervisor keeps no temporary child that has ended. (Of a dynamic one
 * the core checks more.)
 */
static void
check_kept(struct world *world, const struct child *child)
{
	const struct sup *sup = child->parent;
	const struct watch *watch = watch_of(child);

	if (!sup || child->state != CHILD_DOWN || child->forgotten ||
	    !list_is_linked(&child->link) ||
	    sup->self.state != CHILD_UP || sup->op.type != OP_NONE)
		return;
	if (child->spec.restart == SPEC_TEMPORARY && !watch->spared &&
	    watch->attempt > watch_of(&sup->self)->life)
		world_fatal(world, "I7: '%s' has ended and is kept",
		    child->name);
}

/*
 * I6, the other half: when a restart is through, everything in its range has
 * been started.
 */
static void
check_pass(struct world *world, const struct sup *sup)
{
	const struct watch *watch = watch_of(&sup->self);
	bool in_range = sup->flags.strategy == SPEC_ONE_FOR_ALL;

	for (struct child *at = next_child(sup, NULL); at;
	    at = next_child(sup, at)) {
		bool is_trigger = at == watch->trigger;

		in_range = in_range || is_trigger;
		if (in_range && watch_of(at)->attempt < watch->pass &&
		    at->state != CHILD_UNKILLABLE && !at->forgotten)
			world_fatal(world, "I6: '%s' was not started with '%s'",
			    at->name, watch->trigger->name);
		if (is_trigger && sup->flags.strategy == SPEC_ONE_FOR_ONE)
			return;
	}
}

/* What the record of a supervisor says must have happened by now. */
static void
settle_sup(struct world *world, const struct sup *sup)
{
	struct watch *watch = watch_of(&sup->self);

	if (sup->being_killed && !watch->being_killed)
		watch->killed_below_ms = world->now_ms;
	watch->being_killed = sup->being_killed;
	if (watch->must_give_up)
		world_fatal(world, "I8: '%s' has reached its limit and does "
		    "not give up", sup->self.name);
	if (sup->op.type == OP_RESTART)
		return;
	if (sup->op.type == OP_NONE && sup->self.state == CHILD_UP &&
	    watch->pass)
		check_pass(world, sup);
	watch->pass = 0;
	watch->trigger = NULL;
}

/* What was due for a child and is not any more, by its state. */
static void
settle_child(const struct child *child)
{
	struct watch *watch = watch_of(child);
	bool restarting = child->parent &&
	    child->parent->op.type == OP_RESTART;

	if (child->state == CHILD_UNKILLABLE && child->comeback)
		watch->spared = true;	/* its first start is still to come */
	if (child->state == CHILD_RESTARTING ||
	    child->state == CHILD_UNKILLABLE)
		return;
	if (!restarting)		/* else the others are being stopped */
		watch->due = DUE_NOT;
}

void
check_counts(struct world *world, const struct sup *sup,
    const struct request_counts *counts)
{
	bool dynamic = sup->self.spec.type == SPEC_DYNAMIC;
	struct request_counts own = { 0 };

	for (struct child *at = next_child(sup, NULL); at;
	    at = next_child(sup, at)) {
		own.specs++;
		own.supervisors += child_is_sup(at);
		own.workers += !child_is_sup(at);
		own.active += at->state == CHILD_UP ||
		    at->state == CHILD_STOPPING ||
		    (dynamic && at->state == CHILD_ENDED);
	}
	if (memcmp(&own, counts, sizeof(own)) != 0 ||
	    own.specs != sup->child_count)
		world_fatal(world, "I15: the counts of '%s' are wrong",
		    sup->self.name);
}

/*
 * I15, numbers: those of the notes have no gap, and each is due to an earlier
 * one; an end that was not asked for is due to none if it is a worker's, and
 * always to one if it is a supervisor's.
 */
void
check_number(struct world *world, const struct note *note)
{
	struct checks *checks = checks_of(world);
	bool unasked = note->type == NOTE_DOWN &&
	    note->child->state == CHILD_ENDED;

	if (note->type == NOTE_ANSWER)
		return;
	if (note->number != ++checks->number || note->cause >= note->number)
		world_fatal(world, "I15: note %" PRIu64 " of '%s' is due to %"
		    PRIu64, note->number, note->child->name, note->cause);
	if (unasked && (note->cause == 0) == child_is_sup(note->child))
		world_fatal(world, "I15: the end of '%s' is due to %" PRIu64,
		    note->child->name, note->cause);
}

/* Tell whether a child and all above it are in their lists. */
static bool
is_in_tree(const struct world *world, const struct child *child)
{
	while (child->parent && list_is_linked(&child->link))
		child = &child->parent->self;
	return child == &world->tree.root->self;
}

/* I15, names: every child of the tree is found by its path. */
static void
check_path(struct world *world, const struct child *child)
{
	char path[PATH_MAX_SIZE];
	const struct child *found;

	if (!is_in_tree(world, child))
		return;
	if (tree_path(child, path, sizeof(path)) >= sizeof(path))
		world_fatal(world, "I15: the path of '%s'", child->name);
	found = tree_find(&world->tree, path);
	if (!found || strcmp(found->name, child->name) != 0)
		world_fatal(world, "I15: nothing is found at '%s'", path);
}

/* Tell whether the definition of a supervisor names a child. */
static bool
is_defined(const struct child *child)
{
	const struct sup *sup = child->parent;

	for (uint32_t i = 0; i < sup->definition_count; i++)
		if (sup->definition[i] == child)
			return true;
	return false;
}

/*
 * I16, memory: every slot belongs somewhere: in a list, in a definition, on its
 * way with a request. Anything else was never released.
 */
static void
check_owned(struct world *world, const struct slot *slot)
{
	const struct child *child = slot->child;

	if (!child->parent || list_is_linked(&child->link) ||
	    is_defined(child))
		return;
	for (struct list *at = world->asks.next; at != &world->asks;
	    at = at->next) {
		const struct request *request =
		    &list_entry(at, struct ask, link)->request;

		if (request->child == child)
			return;
		for (uint32_t i = 0; i < request->definition_count; i++)
			if (request->definition[i] == child)
				return;
	}
	world_fatal(world, "I16: '%s' belongs nowhere and was not released",
	    child->name);
}

/* What is looked at in everything at once, now and then. */
static void
check_all(struct world *world)
{
	size_t linked = 0;

	for (struct list *at = world->slots.next; at != &world->slots;
	    at = at->next) {
		struct slot *slot = list_entry(at, struct slot, link);
		struct request_counts counts;

		linked += list_is_linked(&slot->child->link);
		check_path(world, slot->child);
		check_owned(world, slot);
		if (!child_is_sup(slot->child))
			continue;
		sup_count_children(sup_of(slot->child), &counts);
		check_counts(world, sup_of(slot->child), &counts);
	}
	if (linked != world->tree.child_count)
		world_fatal(world, "I16: the table of names has %zu names of "
		    "%zu", world->tree.child_count, linked);
}

void
check_released(struct world *world, struct slot *slot)
{
	const struct sup *sup = slot->child->parent;

	(void)world;
	if (sup && watch_of(&sup->self)->trigger == slot->child) {
		watch_of(&sup->self)->trigger = NULL;
		watch_of(&sup->self)->loose = true;
	}
}

void
check_before(struct world *world, const struct input *input)
{
	struct checks *checks = checks_of(world);
	struct watch *watch;

	checks->about = input->child;
	checks->heard = 0;
	if (!input->child)
		return;
	checks->was_unkillable = input->child->state == CHILD_UNKILLABLE;
	checks->comeback = input->child->comeback;
	if (input->type == INPUT_STARTED)
		return;
	watch = watch_of(input->child);
	watch->told = watch->killed = false;
}

/*
 * I3, deaths: each end, and each answer to a start, is told once and about
 * that child. A process that was to end while it started only ends.
 */
void
check_heard(struct world *world, const struct input *input)
{
	const struct checks *checks = checks_of(world);
	const struct watch *watch;

	if (input->type == INPUT_START_SHORTAGE || !input->child)
		return;
	watch = watch_of(input->child);
	if (input->type == INPUT_STARTED && (watch->killed || watch->told) ?
	    checks->heard > 1 : checks->heard != 1)
		world_fatal(world, "I3: '%s' is heard of %" PRIu32 " times",
		    input->child->name, checks->heard);
}

void
check_after(struct world *world, const struct input *input)
{
	struct checks *checks = checks_of(world);

	(void)input;
	tree_check(&world->tree);
	for (struct list *at = world->slots.next; at != &world->slots;
	    at = at->next) {
		struct slot *slot = list_entry(at, struct slot, link);
		struct child *child = slot->child;

		if (child_is_sup(child)) {
			settle_sup(world, sup_of(child));
		} else {
			check_process(world, slot);
		}
		check_bounds(world, slot);
		check_carried_out(world, child);
		check_kept(world, child);
		settle_child(child);
	}
	if (++checks->checked % ALL_EVERY == 0)
		check_all(world);
}

/*
 * I20, liveness: when nothing is left to happen, no child is on the way from
 * one state to another, and each that was due to be restarted is up.
 */
void
check_quiet(struct world *world)
{
	check_all(world);
	for (struct list *at = world->slots.next; at != &world->slots;
	    at = at->next) {
		const struct slot *slot = list_entry(at, struct slot, link);
		const struct child *child = slot->child;

		if (child->state != CHILD_UP && child->state != CHILD_DOWN)
			world_fatal(world, "I20: '%s' stays %s", child->name,
			    child_state_names[child->state]);
		if (watch_of(child)->due != DUE_NOT)
			world_fatal(world, "I20: '%s' is not started again",
			    child->name);
	}
}

/* I20: after the end no process is left, and no request without its answer. */
void
check_over(struct world *world)
{
	check_all(world);
	for (struct list *at = world->slots.next; at != &world->slots;
	    at = at->next) {
		const struct slot *slot = list_entry(at, struct slot, link);

		if (slot->proc != PROC_NONE &&
		    slot->child->state != CHILD_UNKILLABLE)
			world_fatal(world, "I20: '%s' is left over",
			    slot->name);
	}
	for (struct list *at = world->asks.next; at != &world->asks;
	    at = at->next)
		if (list_entry(at, struct ask, link)->sent)
			world_fatal(world, "I13: a request has no answer");
}
