/* Playing a scenario, see the header. */
#include "scenario/play.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/harness.h"

/* Things that may happen in one step of a scenario before it is a loop. */
#define PLAY_PATIENCE	1000000

/* Say that the step does not apply. */
static void
skip(struct play *play, const char *why)
{
	emit(play, "skip %" PRIu32 " %s", play->number, why);
}

/* The definition of a name, made up as a plain worker if there is none. */
static struct def *
def_of(struct play *play, const char *name)
{
	struct def *def = scn_find(play->scenario, name);

	if (def)
		return def;
	def = scn_add(play->scenario, name, SPEC_WORKER);
	def->is_made_up = true;
	return def;
}

/* Tell whether a slot passes: what the steps look for. */
typedef bool slot_test(const struct slot *slot);

/* The latest slot of a name that passes a test; NULL if there is none. */
static struct slot *
find_slot(const struct play *play, const char *name, slot_test *test)
{
	const struct list *slots = &play->world.slots;

	for (struct list *at = slots->prev; at != slots; at = at->prev) {
		struct slot *slot = list_entry(at, struct slot, link);

		if (strcmp(slot->name, name) == 0 && test(slot))
			return slot;
	}
	return NULL;
}

/* Tell whether a slot's process lives. */
static bool
is_live(const struct slot *slot)
{
	return slot->proc == PROC_LIVE;
}

/* Tell whether something is held at a slot. */
static bool
is_held(const struct slot *slot)
{
	const struct part *part = slot->extra;

	return part->held != HELD_NOTHING;
}

/* Tell whether a slot is a supervisor that is there. */
static bool
is_running_sup(const struct slot *slot)
{
	return child_is_sup(slot->child) && (slot->child->state == CHILD_UP ||
	    slot->child->state == CHILD_STARTING ||
	    slot->child->state == CHILD_STOPPING);
}

/* A word of the step, or "" if it is not there. */
static const char *
word(const struct play *play, size_t i)
{
	return i < play->line->count ? play->line->words[i] : "";
}

/* start */
static void
step_start(struct play *play)
{
	play->start = play->number;
	world_tell(&play->world, INPUT_START);
}

/* stop */
static void
step_stop(struct play *play)
{
	const struct child *root = &play->world.tree.root->self;

	if (root->state == CHILD_DOWN) {
		emit_result(play, play->number, "error noproc");
		return;
	}
	play->stop = play->number;
	world_tell(&play->world, INPUT_STOP);
}

/* wait MS */
static void
step_wait(struct play *play)
{
	world_run(&play->world, play->world.now_ms +
	    strtoll(word(play, 1), NULL, 10));
}

/* exit X REASON */
static void
step_exit(struct play *play)
{
	struct slot *slot = find_slot(play, word(play, 1), is_live);
	const struct part *part;

	if (!slot) {
		skip(play, "not_running");
		return;
	}
	part = slot->extra;
	if (part->told)
		skip(play, "stopping");
	else if (slot->child->parent->self.state == CHILD_STARTING)
		skip(play, "starting");
	else
		end_process(play, slot, word(play, 2), 0);
}

/* A count of a step: a number, or -1 for "always". */
static int
count_word(const struct play *play, size_t i)
{
	if (strcmp(word(play, i), "always") == 0)
		return -1;
	return (int)strtol(word(play, i), NULL, 10);
}

/* fail X N */
static void
step_fail(struct play *play)
{
	def_of(play, word(play, 1))->fails = count_word(play, 2);
}

/* Have all slots of a definition answer as it says. */
static void
prime_all(struct play *play, const struct def *def)
{
	for (struct list *link = play->world.slots.next;
	    link != &play->world.slots; link = link->next) {
		struct slot *slot = list_entry(link, struct slot, link);
		struct child *child = slot->child;

		if (part_of(child)->def == def && child_is_sup(child))
			parts_prime(child);
	}
}

/* ignore X N */
static void
step_ignore(struct play *play)
{
	struct def *def = def_of(play, word(play, 1));

	def->ignores = count_word(play, 2);
	prime_all(play, def);
}

/* hold X */
static void
step_hold(struct play *play)
{
	def_of(play, word(play, 1))->hold = true;
}

/* on_term X V */
static void
step_on_term(struct play *play)
{
	def_of(play, word(play, 1))->on_term = word(play, 2);
}

/* release X [REASON] */
static void
step_release(struct play *play)
{
	struct slot *slot = find_slot(play, word(play, 1), is_held);
	const char *how = word(play, 2);
	enum input_type type = INPUT_STARTED;
	struct part *part;

	def_of(play, word(play, 1))->hold = false;
	if (!slot) {
		skip(play, "not_held");
		return;
	}
	part = slot->extra;
	if (part->held == HELD_STOP) {
		end_process(play, slot, *how ? how : "shutdown", 0);
	} else {
		if (strcmp(how, "fail") == 0)
			type = INPUT_START_FAILED;
		else if (strcmp(how, "ignore") == 0)
			type = INPUT_START_IGNORED;
		world_plan(&play->world, slot, type, NULL, 0);
	}
	part->held = HELD_NOTHING;
}

/* Begin a call to the supervisor that the step names; NULL: it is not there. */
static struct ask *
begin_call(struct play *play, enum request_type type)
{
	struct slot *slot = find_slot(play, word(play, 1), is_running_sup);
	struct ask *ask;

	if (!slot) {
		emit_result(play, play->number, "error noproc");
		return NULL;
	}
	if (slot->child->state == CHILD_STARTING) {
		skip(play, "starting");
		return NULL;
	}
	ask = world_ask(&play->world, sup_of(slot->child), type, word(play, 2));
	ask->number = play->number;
	return ask;
}

/* A call that is nothing but its words. */
static void
plain_call(struct play *play, enum request_type type)
{
	struct ask *ask = begin_call(play, type);

	if (ask)
		world_send(&play->world, ask, 0);
}

/* terminate_child S X */
static void
step_terminate_child(struct play *play)
{
	plain_call(play, REQUEST_TERMINATE_CHILD);
}

/* restart_child S X */
static void
step_restart_child(struct play *play)
{
	plain_call(play, REQUEST_RESTART_CHILD);
}

/* delete_child S X */
static void
step_delete_child(struct play *play)
{
	plain_call(play, REQUEST_DELETE_CHILD);
}

/* get_childspec S X */
static void
step_get_childspec(struct play *play)
{
	plain_call(play, REQUEST_GET_CHILDSPEC);
}

/* which_children S */
static void
step_which_children(struct play *play)
{
	plain_call(play, REQUEST_WHICH_CHILDREN);
}

/* count_children S */
static void
step_count_children(struct play *play)
{
	plain_call(play, REQUEST_COUNT_CHILDREN);
}

/* The keys of a dynamic supervisor's template, and what they stand for. */
static const char *const template_keys[][2] = {
	{ "t_restart", "restart" },
	{ "t_shutdown", "shutdown" },
	{ "t_on_term", "on_term" },
};

/* The settings of the child that a start_child step is for; one that is new
 * is defined by it. */
static struct settings
new_settings(const struct play *play, const struct child *sup, struct def *def)
{
	const struct settings *template = &part_of(sup)->def->settings;
	struct settings settings = { .count = 0 };

	if (sup->spec.type != SPEC_DYNAMIC && def->is_made_up) {
		settings_take(&def->settings, play->line, 3);
		def->is_made_up = false;
	}
	if (sup->spec.type != SPEC_DYNAMIC)
		settings = def->settings;
	for (size_t i = 0; i < 3 && sup->spec.type == SPEC_DYNAMIC; i++) {
		const char *value = settings_get(template,
		    template_keys[i][0]);

		if (value)
			settings_set(&settings, template_keys[i][1], value);
	}
	settings_take(&settings, play->line, 3);
	return settings;
}

/*
 * Answer as the supervisor would about a word for `significant' that is no
 * bool: the core cannot see it. If it is busy, that would have to wait.
 */
static void
refuse_significant(struct play *play, struct ask *ask,
    const struct settings *settings)
{
	if (ask->request.sup->op.type != OP_NONE)
		fail(play, "a bad word for significant, to a busy supervisor");
	emit_result(play, ask->number, arena_printf(play->arena,
	    "error invalid_significant:%s",
	    settings_get(settings, "significant")));
	world_free_child(&play->world, ask->request.child);
	world_drop(&play->world, ask);
}

/* start_child S X [key=value ...] */
static void
step_start_child(struct play *play)
{
	struct ask *ask = begin_call(play, REQUEST_START_CHILD);
	struct def *def = def_of(play, word(play, 2));
	struct settings settings;
	struct child *child;

	if (!ask)
		return;
	settings = new_settings(play, &ask->request.sup->self, def);
	if (def->type == SPEC_WORKER ||
	    ask->request.sup->self.spec.type == SPEC_DYNAMIC) {
		child = parts_make_worker(&play->world, def, &settings);
	} else {
		child = parts_make(&play->world, play->scenario, def);
		child->spec = parts_spec(&settings, def->type);
		part_of(child)->settings = settings;
	}
	ask->request.child = child;
	if (parts_is_maybe(&settings) &&
	    child->spec.restart < SPEC_RESTART_COUNT) {
		refuse_significant(play, ask, &settings);
		return;
	}
	world_send(&play->world, ask, 0);
}

/* define worker X [key=value ...] */
static void
step_define(struct play *play)
{
	struct def *def = def_of(play, word(play, 2));

	if (strcmp(word(play, 1), "worker") != 0)
		fail(play, "only workers can be defined");
	settings_take(&def->settings, play->line, 3);
	def->is_made_up = false;
}

/* upgrade S [key=value ...] [children=A,B,C] */
static void
step_upgrade(struct play *play)
{
	struct def *def = def_of(play, word(play, 1));
	struct ask *ask = begin_call(play, REQUEST_CODE_CHANGE);
	const char *children;

	settings_take(&def->settings, play->line, 2);
	children = settings_get(&def->settings, "children");
	if (children)
		scn_set_children(play->scenario, def, children);
	def->is_stale = true;	/* until it is answered */
	if (!ask)
		return;
	ask->request.flags = parts_flags(def);
	ask->request.ring = world_new_ring(&ask->request.flags,
	    &ask->request.ring_size);
	ask->request.definition = parts_make_children(&play->world,
	    play->scenario, def);
	ask->request.definition_count = (uint32_t)def->child_count;
	if (def->ignores != 0) {
		ask->request.init_answer = SPEC_INIT_IGNORE;
		def->ignores -= def->ignores > 0;
	}
	world_send(&play->world, ask, 0);
}

static const struct {
	const char *word;
	void (*handler)(struct play *play);
} handlers[] = {
	{ "start", step_start },
	{ "stop", step_stop },
	{ "wait", step_wait },
	{ "exit", step_exit },
	{ "fail", step_fail },
	{ "ignore", step_ignore },
	{ "hold", step_hold },
	{ "on_term", step_on_term },
	{ "release", step_release },
	{ "start_child", step_start_child },
	{ "terminate_child", step_terminate_child },
	{ "restart_child", step_restart_child },
	{ "delete_child", step_delete_child },
	{ "get_childspec", step_get_childspec },
	{ "which_children", step_which_children },
	{ "count_children", step_count_children },
	{ "define", step_define },
	{ "upgrade", step_upgrade },
};

/*
 * How far the clock may go until nothing happens: while something is held, no
 * further than to what the processes do by themselves; no deadline of a
 * supervisor is to pass for that.
 */
static int64_t
patience_ms(const struct play *play)
{
	const struct list *slots = &play->world.slots;
	const struct news *news = queue_first(&play->world.queue);

	for (struct list *link = slots->next; link != slots; link = link->next)
		if (is_held(list_entry(link, struct slot, link)))
			return news ? news->due_ms : play->world.now_ms;
	return SPEC_INFINITY;
}

/* Compare two numbers of steps through pointers to them, for qsort. */
static int
compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Let everything happen that is going to, and tell of calls that were lost. */
static void
settle(struct play *play)
{
	uint64_t limit = play->world.steps + PLAY_PATIENCE;

	while (world_next(&play->world, patience_ms(play)))
		if (play->world.steps > limit)
			world_fatal(&play->world, "I20: step %" PRIu32
			    " never comes to rest", play->number);
	qsort(play->ended, play->ended_count, sizeof(*play->ended),
	    compare_numbers);
	for (size_t i = 0; i < play->ended_count; i++)
		emit_result(play, play->ended[i], "error shutdown");
	play->ended_count = 0;
}

/* Do one step. */
static void
do_step(struct play *play, const struct line *line)
{
	const size_t count = sizeof(handlers) / sizeof(handlers[0]);
	size_t i = 0;

	play->line = line;
	play->number++;
	emit(play, "step %" PRIu32 " %s", play->number, line->text);
	while (i < count && strcmp(handlers[i].word, line->words[0]) != 0)
		i++;
	if (i == count) {
		fail(play, "there is no such step");
		return;
	}
	handlers[i].handler(play);
	settle(play);
}

/* Compare two names through pointers to them, for qsort. */
static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Write down what is still up, sorted. */
static void
emit_alive(struct play *play)
{
	const char **names = arena_alloc(play->arena,
	    play->world.slot_count + 1, sizeof(*names));
	char *text = arena_text(play->arena, "alive", 5);
	size_t count = 0;

	for (struct list *link = play->world.slots.next;
	    link != &play->world.slots; link = link->next) {
		struct slot *slot = list_entry(link, struct slot, link);

		if (slot->proc == PROC_LIVE || (child_is_sup(slot->child) &&
		    (slot->child->state == CHILD_UP ||
		    slot->child->state == CHILD_STOPPING)))
			names[count++] = slot->name;
	}
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 0; i < count; i++)
		text = arena_printf(play->arena, "%s %s", text, names[i]);
	emit(play, "%s", text);
}

/* The definition of the root; NULL if there is not exactly one. */
static struct def *
find_root(const struct scenario *scenario)
{
	struct def *root = NULL;

	for (struct def *def = scenario->defs; def; def = def->next) {
		if (def->parent)
			continue;
		if (root)
			return NULL;
		root = def;
	}
	return root;
}

const char *
play(struct scenario *scenario, struct lines *ret_trace)
{
	struct def *root = find_root(scenario);
	struct play play = {
		.arena = scenario->arena,
		.scenario = scenario,
		.ended = arena_alloc(scenario->arena, scenario->step_count + 1,
		    sizeof(uint32_t)),
	};

	if (!root)
		return "there is not exactly one root";
	world_init(&play.world, &stage_hooks, &play, sizeof(struct part), 1, 0);
	world_set_root(&play.world,
	    sup_of(parts_make(&play.world, scenario, root)));
	emit(&play, "trace 1");
	for (size_t i = 0; i < scenario->step_count && !play.trouble; i++)
		do_step(&play, &scenario->steps[i]);
	emit_alive(&play);
	emit(&play, "end");
	world_release(&play.world);
	*ret_trace = play.trace;
	return play.trouble;
}
