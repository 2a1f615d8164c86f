/* A fake world around a supervision tree, see the header. */
#include "sim/world.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Allocate zeroed memory, or end. */
static void *
allocate(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		abort();
	return memory;
}

void
world_init(struct world *world, const struct world_hooks *hooks, void *arg,
    size_t extra_size, uint64_t seed, int64_t now_ms)
{
	*world = (struct world){
		.hooks = hooks,
		.arg = arg,
		.now_ms = now_ms,
		.began_ms = now_ms,
		.extra_size = extra_size,
	};
	list_init(&world->slots);
	list_init(&world->asks);
	tree_init(&world->tree, world_on_note, world, seed);
}

/* Free a slot and all that the world allocated for it. */
static void
free_slot(struct world *world, struct slot *slot)
{
	struct child *child = slot->child;

	queue_remove(&world->queue, &slot->news);
	if (child_is_sup(child)) {
		free(sup_of(child)->definition);
		free(sup_of(child)->window.times_ms);
	}
	list_remove(&slot->link);
	world->slot_count--;
	free(child);
	free(slot->extra);
	free(slot);
}

void
world_drop(struct world *world, struct ask *ask)
{
	queue_remove(&world->queue, &ask->news);
	list_remove(&ask->link);
	free(ask->request.definition);
	free(ask->request.ring);
	free(ask);
}

void
world_release(struct world *world)
{
	while (!list_is_empty(&world->asks))
		world_drop(world,
		    list_entry(world->asks.next, struct ask, link));
	while (!list_is_empty(&world->slots))
		free_slot(world,
		    list_entry(world->slots.next, struct slot, link));
	queue_release(&world->queue);
	free(world->tree.buckets);
}

/* Lend the tree a table of names that holds all slots there are. */
static void
size_buckets(struct world *world)
{
	size_t count = world->tree.bucket_count ? world->tree.bucket_count : 8;

	if (world->slot_count <= world->tree.bucket_count)
		return;
	while (count < world->slot_count)
		count *= 2;
	free(names_set_buckets(&world->tree,
	    allocate(count, sizeof(struct child *)), count));
}

struct child *
world_new_child(struct world *world, const char *name, enum spec_type type)
{
	struct slot *slot = allocate(1, sizeof(*slot));
	bool is_sup = type != SPEC_WORKER;
	struct spec_flags flags;
	struct sup *sup;

	slot->world = world;
	slot->child = allocate(1, is_sup ? sizeof(*sup) : sizeof(*slot->child));
	slot->extra = allocate(1, world->extra_size);
	snprintf(slot->name, sizeof(slot->name), "%s", name);
	list_append(&world->slots, &slot->link);
	world->slot_count++;
	world->made++;
	size_buckets(world);
	if (is_sup) {
		sup = sup_of(slot->child);
		sup_init(sup, &world->tree, slot->name, type,
		    allocate(1, sizeof(int64_t)), 1);
		spec_flags_init(&flags);
		world_set_flags(sup, &flags);
	} else {
		child_init(slot->child, slot->name, type);
	}
	slot->child->user = slot;
	slot->news.input.child = slot->child;
	return slot->child;
}

int64_t *
world_new_ring(const struct spec_flags *flags, uint32_t *ret_size)
{
	bool valid = flags->max_restarts >= 0 && flags->max_restarts < 100000;

	*ret_size = valid ? (uint32_t)flags->max_restarts + 1 : 1;
	return allocate(*ret_size, sizeof(int64_t));
}

void
world_set_flags(struct sup *sup, const struct spec_flags *flags)
{
	uint32_t size;
	int64_t *ring = world_new_ring(flags, &size);

	free(sup->window.times_ms);
	window_init(&sup->window, ring, size);
	sup->flags = *flags;
}

struct child **
world_copy_children(struct child *const *children, uint32_t count)
{
	struct child **copy = allocate(count, sizeof(*copy));

	if (count)
		memcpy(copy, children, count * sizeof(*copy));
	return copy;
}

enum spec_error
world_define(struct sup *sup, struct child *const *children, uint32_t count)
{
	free(sup->definition);
	return sup_define(sup, world_copy_children(children, count), count);
}

void
world_set_root(struct world *world, struct sup *sup)
{
	world->tree.root = sup;
}

bool
world_is_below(const struct slot *slot, const struct child *child)
{
	const struct child *at = slot->child;

	while (at && at != child)
		at = at->parent ? &at->parent->self : NULL;
	return at != NULL;
}

/* Carry out ACTION_START: a process begins, if there is none. */
static void
carry_out_start(struct world *world, struct slot *slot)
{
	if (slot->proc != PROC_NONE)
		world_fatal(world, "I1: '%s' is started but has a process",
		    slot->name);
	slot->proc = PROC_STARTING;
	if (world->hooks->start)
		world->hooks->start(world, slot);
}

/* Carry out ACTION_STOP or ACTION_KILL: a signal, for a process there is. */
static void
carry_out_signal(struct world *world, struct slot *slot,
    void (*hook)(struct world *, struct slot *))
{
	if (slot->proc == PROC_NONE)
		world_fatal(world, "I2: a signal to '%s', which has no process",
		    slot->name);
	if (hook)
		hook(world, slot);
}

/* A supervisor goes: what was to be asked of it never will be. */
static void
drop_asks(struct world *world, const struct sup *sup)
{
	struct list *link, *next;

	for (link = world->asks.next; link != &world->asks; link = next) {
		struct ask *ask = list_entry(link, struct ask, link);

		next = link->next;
		if (ask->request.sup != sup)
			continue;
		if (ask->sent)
			world_fatal(world, "I13: '%s' is released and has not "
			    "answered request %" PRIu32, sup->self.name,
			    ask->number);
		world_drop(world, ask);
	}
}

/* Mark a slot to be freed; a process in it would be lost. */
static void
mark_leaving(struct world *world, struct slot *slot)
{
	if (slot->proc != PROC_NONE)
		world_fatal(world, "I16: '%s' is released with its process",
		    slot->name);
	if (child_is_sup(slot->child))
		drop_asks(world, sup_of(slot->child));
	if (world->hooks->released)
		world->hooks->released(world, slot);
	slot->leaving = true;
}

void
world_free_child(struct world *world, struct child *child)
{
	struct list *at, *next, *head = &world->slots;

	mark_leaving(world, slot_of(child));
	if (!child_is_sup(child)) {
		free_slot(world, slot_of(child));
		return;
	}
	sup_undefine(sup_of(child));
	for (at = head->next; at != head; at = at->next) {
		struct slot *slot = list_entry(at, struct slot, link);

		if (!slot->leaving && world_is_below(slot, child))
			mark_leaving(world, slot);
	}
	for (at = head->next; at != head; at = next) {
		struct slot *slot = list_entry(at, struct slot, link);

		next = at->next;
		if (slot->leaving)
			free_slot(world, slot);
	}
}

/* Tell whether the tree gives the new child of a request back. */
static bool
is_given_back(const struct request *request)
{
	if (request->type != REQUEST_START_CHILD)
		return false;
	return request->child && request->error != REQUEST_OK &&
	    request->error != REQUEST_UNDEFINED &&
	    request->error != REQUEST_UNKILLABLE;
}

/* Free the new slots of a code change that changed nothing. */
static void
free_slots(struct world *world, const struct request *request)
{
	for (uint32_t i = 0; i < request->definition_count; i++)
		world_free_child(world, request->definition[i]);
}

/* Carry out ACTION_REPLY: the request comes back, once. */
static void
carry_out_reply(struct world *world, struct request *request)
{
	struct ask *ask = request->user;
	const struct list *at = world->asks.next;

	while (at != &world->asks && at != &ask->link)
		at = at->next;
	if (at == &world->asks || !ask->sent)
		world_fatal(world, "I13: an answer to what was not asked");
	if (world->hooks->replied)
		world->hooks->replied(world, ask);
	if (is_given_back(request))
		world_free_child(world, request->child);
	if (request->type == REQUEST_CODE_CHANGE &&
	    (request->error || request->init_answer == SPEC_INIT_IGNORE))
		free_slots(world, request);
	world_drop(world, ask);
}

/* The name of a child; empty if there is none. */
static const char *
name_of(const struct child *child)
{
	return child ? child->name : "";
}

static const char *const action_names[] = {
	[ACTION_START] = "> start",
	[ACTION_STOP] = "> stop",
	[ACTION_KILL] = "> kill",
	[ACTION_REPLY] = "> reply",
	[ACTION_RELEASE] = "> release",
	[ACTION_QUIT] = "> quit",
};

/* Carry out one thing that the tree wants. */
static void
carry_out(struct world *world, const struct action *action)
{
	struct child *child = action->child;
	const struct ask *ask = action->request ? action->request->user : NULL;

	world_mix(world, action->type);
	world_mix_name(world, name_of(child));
	world_say(world, action_names[action->type], name_of(child), "",
	    ask ? ask->number : 0);
	switch (action->type) {
	case ACTION_START:
		carry_out_start(world, slot_of(child));
		break;
	case ACTION_STOP:
		carry_out_signal(world, slot_of(child), world->hooks->stop);
		break;
	case ACTION_KILL:
		carry_out_signal(world, slot_of(child), world->hooks->kill);
		break;
	case ACTION_REPLY:
		carry_out_reply(world, action->request);
		break;
	case ACTION_RELEASE:
		world_free_child(world, child);
		break;
	case ACTION_QUIT:
		if (world->quit)
			world_fatal(world, "I20: the tree quits twice");
		world->quit = true;
		break;
	}
}

static const char *const input_names[] = {
	[INPUT_START] = "< start",
	[INPUT_STARTED] = "< started",
	[INPUT_START_FAILED] = "< start failed",
	[INPUT_START_IGNORED] = "< start ignored",
	[INPUT_START_SHORTAGE] = "< start short",
	[INPUT_EXITED] = "< exited",
	[INPUT_ADOPTED] = "< adopted",
	[INPUT_TIMEOUT] = "< timeout",
	[INPUT_REQUEST] = "< request",
	[INPUT_STOP] = "< stop",
	[INPUT_KILL] = "< kill",
};

/* Tell the tree one input, and carry out what comes of it. */
static void
step(struct world *world, struct input input)
{
	struct action action;

	input.now_ms = world->now_ms;
	world->steps++;
	if (world->hooks->before)
		world->hooks->before(world, &input);
	world_set_stepping(true);
	tree_step(&world->tree, &input);
	world_set_stepping(false);
	if (world->hooks->heard)
		world->hooks->heard(world, &input);
	while (tree_next_action(&world->tree, &action))
		carry_out(world, &action);
	if (world->hooks->after)
		world->hooks->after(world, &input);
}

void
world_tell(struct world *world, enum input_type type)
{
	world_say(world, input_names[type], "", "", 0);
	if (type == INPUT_START)
		world->quit = false;
	step(world, (struct input){ .type = type });
}

void
world_adopt(struct world *world, struct child *child)
{
	struct action action;

	world_say(world, input_names[INPUT_ADOPTED], child->name, "", 0);
	if (!child_is_sup(child))
		slot_of(child)->proc = PROC_LIVE;
	world->adopting = true;
	tree_step(&world->tree, &(struct input){
		.type = INPUT_ADOPTED,
		.now_ms = world->now_ms,
		.child = child,
	});
	world->adopting = false;
	while (tree_next_action(&world->tree, &action)) {
		if (action.type != ACTION_RELEASE)
			world_fatal(world, "I21: '%s' is adopted, and '%s'",
			    child->name, action_names[action.type]);
		carry_out(world, &action);
	}
}

void
world_lose(struct world *world, struct slot *slot)
{
	queue_remove(&world->queue, &slot->news);
	slot->proc = PROC_NONE;
}

struct ask *
world_ask(struct world *world, struct sup *sup, enum request_type type,
    const char *name)
{
	struct ask *ask = allocate(1, sizeof(*ask));

	snprintf(ask->name, sizeof(ask->name), "%s", name);
	ask->request = (struct request){
		.sup = sup,
		.type = type,
		.name = ask->name,
		.user = ask,
	};
	list_append(&world->asks, &ask->link);
	return ask;
}

void
world_send(struct world *world, struct ask *ask, int64_t delay_ms)
{
	ask->news.due_ms = world->now_ms + delay_ms;
	ask->news.input = (struct input){
		.type = INPUT_REQUEST,
		.request = &ask->request,
	};
	queue_add(&world->queue, &ask->news);
}

void
world_hold(struct world *world, struct slot *slot)
{
	queue_remove(&world->queue, &slot->news);
}

void
world_plan(struct world *world, struct slot *slot, enum input_type type,
    const struct spec_outcome *outcome, int64_t delay_ms)
{
	queue_remove(&world->queue, &slot->news);
	slot->news.due_ms = world->now_ms + delay_ms;
	slot->news.input = (struct input){
		.type = type,
		.child = slot->child,
		.outcome = outcome ? *outcome : (struct spec_outcome){ 0 },
	};
	queue_add(&world->queue, &slot->news);
}

/* Let the process be what the news says; a test must not say nonsense. */
static void
change_proc(struct world *world, struct slot *slot, enum input_type type)
{
	enum proc_state proper =
	    type == INPUT_EXITED ? PROC_LIVE : PROC_STARTING;

	if (slot->proc != proper)
		world_fatal(world, "the test has %s for '%s' out of turn",
		    input_names[type], slot->name);
	slot->proc = type == INPUT_STARTED ? PROC_LIVE : PROC_NONE;
}

/* Deliver the news that comes first: its process is what it says now. */
static void
deliver(struct world *world, struct news *news)
{
	struct input input = news->input;
	struct ask *ask = input.request ? input.request->user : NULL;

	queue_remove(&world->queue, news);
	if (ask)
		ask->sent = true;
	else
		change_proc(world, slot_of(input.child), input.type);
	world_say(world, input_names[input.type], name_of(input.child),
	    ask ? input.request->sup->self.name : "",
	    ask ? ask->number : input.outcome.number);
	step(world, input);
}

bool
world_next(struct world *world, int64_t until_ms)
{
	struct news *news = queue_first(&world->queue);
	int64_t news_ms = news ? news->due_ms : HEAP_NEVER;
	int64_t tree_ms = tree_deadline_ms(&world->tree);
	int64_t next_ms = news_ms <= tree_ms ? news_ms : tree_ms;

	if (next_ms == HEAP_NEVER || next_ms > until_ms)
		return false;
	if (next_ms > world->now_ms)
		world->now_ms = next_ms;
	if (news_ms <= tree_ms)
		deliver(world, news);
	else
		world_tell(world, INPUT_TIMEOUT);
	return true;
}

void
world_run(struct world *world, int64_t until_ms)
{
	while (world_next(world, until_ms))
		;
	if (until_ms != SPEC_INFINITY && until_ms > world->now_ms)
		world->now_ms = until_ms;
}
