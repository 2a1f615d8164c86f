/* A random life of a supervision tree, see the header. */
#include "sim/random_run.h"

#include "sim/random_tree.h"
#include "sim/takeover.h"

enum {
	PATIENCE = 200000,	/* steps for a tree to come to rest */
};

/* The life of a world. */
static struct life *
life_of(const struct world *world)
{
	return world->arg;
}

struct slot *
life_pick(struct life *life, struct world *world,
    bool (*test)(const struct slot *slot))
{
	struct list *head = &world->slots, *at;
	uint32_t count = 0, chosen;

	for (at = head->next; at != head; at = at->next)
		count += test(list_entry(at, struct slot, link));
	if (count == 0)
		return NULL;
	chosen = dice_roll(&life->dice, count);
	for (at = head->next; at != head; at = at->next) {
		struct slot *slot = list_entry(at, struct slot, link);

		if (test(slot) && chosen-- == 0)
			return slot;
	}
	return NULL;
}

/* A random end: crashes most of all. */
static struct spec_outcome
random_end(struct dice *dice)
{
	static const uint8_t ends[] = {
		SPEC_END_NORMAL, SPEC_END_NORMAL, SPEC_END_SHUTDOWN,
		SPEC_END_SHUTDOWN_TERM, SPEC_END_ABNORMAL, SPEC_END_ABNORMAL,
		SPEC_END_ABNORMAL, SPEC_END_KILLED,
	};
	struct spec_outcome outcome = { .how = SPEC_HOW_EXITED };

	outcome.end = ends[dice_roll(dice, sizeof(ends))];
	outcome.end_stopped = dice_chance(dice, 50) ?
	    outcome.end : SPEC_END_SHUTDOWN;
	outcome.number = (uint8_t)dice_roll(dice, 256);
	return outcome;
}

/* A short time, or now and then a long one. */
static int64_t
random_delay(struct dice *dice, bool slow)
{
	return dice_roll(dice, slow ? 9000 : 4);
}

/* Plan the end of a process. */
static void
plan_end(struct world *world, struct slot *slot, int64_t delay_ms)
{
	struct spec_outcome outcome = random_end(&life_of(world)->dice);

	world_plan(world, slot, INPUT_EXITED, &outcome, delay_ms);
}

/* Decide how a worker behaves, once. */
static struct being *
being_of(struct life *life, struct slot *slot)
{
	static const uint8_t percents[] = { 0, 0, 0, 5, 20, 95 };
	struct being *being = slot->extra;

	if (being->chosen)
		return being;
	being->chosen = true;
	being->fails = percents[dice_roll(&life->dice, 6)];
	being->slow = percents[dice_roll(&life->dice, 5)];
	being->deaf = percents[dice_roll(&life->dice, 6)];
	being->mortal = percents[dice_roll(&life->dice, 6)];
	return being;
}

/* Tell whether this start is not to fail, for most trees are to come up. */
static bool
is_spared(struct life *life, const struct world *world)
{
	return world->tree.root->self.state == CHILD_STARTING &&
	    dice_chance(&life->dice, 95);
}

/* A process is started. */
static void
on_start(struct world *world, struct slot *slot)
{
	struct life *life = life_of(world);
	struct dice *dice = &life->dice;
	struct being *being = being_of(life, slot);
	enum input_type type = INPUT_STARTED;
	struct spec_outcome outcome = { 0 };
	int64_t delay_ms;

	check_start(world, slot);
	if (life->calm) {
		world_plan(world, slot, INPUT_STARTED, NULL, 0);
		return;
	}
	if (dice_chance(dice, life->shortage ? 80 : 1))
		type = INPUT_START_SHORTAGE;
	else if (dice_chance(dice, being->fails) && !is_spared(life, world))
		type = INPUT_START_FAILED;
	else if (dice_chance(dice, 3))
		type = INPUT_START_IGNORED;
	delay_ms = random_delay(dice, dice_chance(dice, being->slow));
	if (type != INPUT_STARTED)
		outcome = random_end(dice);
	world_plan(world, slot, type, &outcome, delay_ms);
}

/* A process is told to stop, perhaps before it is up. */
static void
on_stop(struct world *world, struct slot *slot)
{
	struct life *life = life_of(world);
	struct being *being = being_of(life, slot);
	struct spec_outcome outcome;
	bool slow;

	if (!life->calm && dice_chance(&life->dice, being->deaf))
		return;
	if (slot->proc == PROC_STARTING) {
		outcome = random_end(&life->dice);
		world_plan(world, slot, INPUT_START_FAILED, &outcome,
		    random_delay(&life->dice, false));
		return;
	}
	slow = !life->calm && dice_chance(&life->dice, being->slow);
	plan_end(world, slot, random_delay(&life->dice, slow));
}

/* A process is killed; a few do not go for long. */
static void
on_kill(struct world *world, struct slot *slot)
{
	static const enum input_type answers[] = {
		INPUT_START_FAILED, INPUT_START_FAILED, INPUT_START_FAILED,
		INPUT_STARTED, INPUT_START_IGNORED, INPUT_START_SHORTAGE,
	};
	struct life *life = life_of(world);
	struct spec_outcome killed = {
		.how = SPEC_HOW_SIGNALLED,
		.number = 9,
		.end = SPEC_END_KILLED,
		.end_stopped = SPEC_END_KILLED,
	};
	enum input_type type = INPUT_EXITED;
	int64_t delay_ms = random_delay(&life->dice, false);

	if (!life->calm && dice_chance(&life->dice, 6))
		delay_ms = dice_roll(&life->dice, 40000);
	if (slot->proc == PROC_STARTING)
		type = answers[dice_roll(&life->dice, 6)];
	world_plan(world, slot, type, &killed, delay_ms);
}

/* After a step: a process that is up has an end before it, perhaps. */
static void
after_step(struct world *world, const struct input *input)
{
	struct life *life = life_of(world);
	struct slot *slot;
	struct being *being;

	check_after(world, input);
	if (input->type != INPUT_STARTED)
		return;
	slot = slot_of(input->child);
	if (slot->proc != PROC_LIVE || slot->news.place)
		return;
	being = being_of(life, slot);
	if (being->watch.killed || being->watch.told)
		plan_end(world, slot, random_delay(&life->dice, !life->calm));
	else if (!life->calm && dice_chance(&life->dice, being->mortal))
		plan_end(world, slot, dice_roll(&life->dice, 3000));
}

static const struct world_hooks hooks = {
	.start = on_start,
	.stop = on_stop,
	.kill = on_kill,
	.released = check_released,
	.before = check_before,
	.heard = check_heard,
	.after = after_step,
	.note = check_note,
};

/* Tell whether a slot has a process that lives. */
static bool
is_live(const struct slot *slot)
{
	return slot->proc == PROC_LIVE;
}

/* Let many die at once: all have, before the tree hears of the first. */
static void
die_together(struct life *life, struct world *world)
{
	uint32_t percent = 10 + dice_roll(&life->dice, 91);

	for (struct list *at = world->slots.next; at != &world->slots;
	    at = at->next) {
		struct slot *slot = list_entry(at, struct slot, link);

		if (is_live(slot) && dice_chance(&life->dice, percent))
			plan_end(world, slot, 0);
	}
}

/* Something happens that was not planned. */
static void
happen(struct life *life, struct world *world)
{
	uint32_t roll = dice_roll(&life->dice, 1000);
	bool starting = world->tree.root->self.state == CHILD_STARTING;
	struct slot *slot;

	if (starting && dice_chance(&life->dice, 1)) {
		world_tell(world, INPUT_STOP);
	} else if (starting && dice_chance(&life->dice, 15) &&
	    takeover_is_possible(world)) {
		takeover_now(world);
	} else if (roll < 550) {
		slot = life_pick(life, world, is_live);
		if (slot)
			plan_end(world, slot, 0);
	} else if (roll < 900) {
		life_ask(life, world);
	} else if (roll < 940) {
		world_run(world, world->now_ms + dice_roll(&life->dice, 9000));
	} else if (roll < 970) {
		life->shortage = !life->shortage;
	} else if (roll < 975) {
		if (takeover_is_possible(world))
			takeover_now(world);
	} else if (roll < 998) {
		die_together(life, world);
	} else {
		world_tell(world, dice_chance(&life->dice, 50) ?
		    INPUT_KILL : INPUT_STOP);
	}
}

/* Have whatever hangs go on: nothing is to hang for ever. */
static void
let_go(struct world *world)
{
	for (struct list *at = world->slots.next; at != &world->slots;
	    at = at->next) {
		struct slot *slot = list_entry(at, struct slot, link);
		const struct watch *watch = watch_of(slot->child);

		if (slot->proc == PROC_LIVE && !slot->news.place &&
		    (watch->told || watch->killed))
			plan_end(world, slot, 0);
	}
}

/* Let things happen until nothing is left to. */
static void
come_to_rest(struct world *world)
{
	uint64_t limit = world->steps + PATIENCE;

	let_go(world);
	while (world_next(world, SPEC_INFINITY))
		if (world->steps > limit)
			world_fatal(world, "I20: the tree never comes to rest");
}

/* End the life: first let it come to rest, perhaps, then stop the tree. */
static void
wind_down(struct life *life, struct world *world)
{
	bool rest = dice_chance(&life->dice, 70);

	life->calm = rest;
	life->shortage = false;
	if (rest && !world->quit) {
		come_to_rest(world);
		if (!world->quit)
			check_quiet(world);
	}
	if (!world->quit)
		world_tell(world, dice_chance(&life->dice, 70) ?
		    INPUT_STOP : INPUT_KILL);
	life->calm = true;
	come_to_rest(world);
	if (!world->quit)
		world_fatal(world, "I20: the tree was stopped and runs on");
	check_over(world);
}

void
life_init(struct life *life, struct world *world, uint64_t seed,
    int64_t now_ms)
{
	world_init(world, &hooks, life, sizeof(struct being), seed, now_ms);
	grow_tree(world, &life->dice);
}

void
life_live(struct life *life, struct world *world, uint64_t steps)
{
	world_tell(world, INPUT_START);
	while (world->steps < steps && !world->quit &&
	    !dice_is_empty(&life->dice)) {
		bool goes_on = dice_chance(&life->dice, 75) &&
		    world_next(world, SPEC_INFINITY);

		if (!goes_on)
			happen(life, world);
	}
	wind_down(life, world);
}
