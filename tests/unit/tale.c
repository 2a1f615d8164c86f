/* Tales of small supervision trees, see the header. */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>

#include "tale.h"

/* Write a line of the trace. */
static void
write_line(struct tale *tale, const char *what, const char *name)
{
	size_t room = sizeof(tale->text) - tale->length;
	int length = snprintf(tale->text + tale->length, room,
	    "%" PRId64 " %s%s%s\n", tale->world.now_ms, what,
	    *name ? " " : "", name);

	ck_assert_int_gt(length, 0);
	ck_assert_uint_lt((size_t)length, room);
	tale->length += (size_t)length;
}

static const char *const words[NOTE_TYPE_COUNT] = {
	[NOTE_INIT] = "begin",
	[NOTE_STARTED] = "up",
	[NOTE_START_FAILED] = "failed",
	[NOTE_START_IGNORED] = "ignored",
	[NOTE_SHORT] = "short",
	[NOTE_DELAYED] = "delayed",
	[NOTE_STOP] = "term",
	[NOTE_KILL] = "kill",
	[NOTE_DOWN] = "down",
	[NOTE_STUCK] = "stuck",
	[NOTE_CHILD_TERMINATED] = "terminated",
	[NOTE_START_ERROR] = "error",
	[NOTE_SHUTDOWN_ERROR] = "unexpected",
	[NOTE_GAVE_UP] = "gave-up",
	[NOTE_AUTO_SHUTDOWN] = "auto-shutdown",
	[NOTE_ANSWER] = "answer",
};

/* What the tree says becomes a line. */
static void
on_note(struct world *world, const struct note *note)
{
	struct tale *tale = world->arg;

	if (note->type == NOTE_SHORT || note->type == NOTE_DELAYED)
		tale->until_ms = note->until_ms;
	if (note->type == NOTE_ANSWER) {
		tale->answer = note->request->error;
		tale->answers++;
		write_line(tale, "answer", request_error_names[tale->answer]);
		return;
	}
	write_line(tale, words[note->type], note->child->name);
}

/* A process is started. */
static void
on_start(struct world *world, struct slot *slot)
{
	static const enum event_type events[] = {
		[STARTS] = EVENT_STARTED,
		[FAILS] = EVENT_START_FAILED,
		[IGNORED] = EVENT_START_IGNORED,
		[SHORT] = EVENT_START_SHORT,
	};
	const struct tale_role *role = slot->extra;

	write_line(world->arg, "start", slot->name);
	if (role->start != HANGS)
		world_plan(world, slot, events[role->start], NULL, 0);
}

/* A process ends of a signal. */
static void
end_of(struct world *world, struct slot *slot, uint8_t number,
    enum spec_end end)
{
	const struct spec_outcome outcome = {
		.how = SPEC_HOW_SIGNALLED,
		.number = number,
		.end = (uint8_t)end,
		.end_stopped = (uint8_t)end,
	};

	world_plan(world, slot, slot->proc == PROC_STARTING ?
	    EVENT_START_FAILED : EVENT_EXITED, &outcome, 0);
}

/* A process is told to stop. */
static void
on_stop(struct world *world, struct slot *slot)
{
	const struct tale_role *role = slot->extra;

	if (role->stop == OBEYS)
		end_of(world, slot, 15, SPEC_END_SHUTDOWN);
}

/* A process is killed. */
static void
on_kill(struct world *world, struct slot *slot)
{
	const struct tale_role *role = slot->extra;

	if (role->stop != UNKILLABLE)
		end_of(world, slot, 9, SPEC_END_KILLED);
}

/* A slot is given back. */
static void
on_released(struct world *world, struct slot *slot)
{
	write_line(world->arg, "release", slot->name);
}

/* After a step: the tree may want to quit. */
static void
after_step(struct world *world, const struct event *event)
{
	(void)event;
	if (world->quit)
		write_line(world->arg, "quit", "");
	world->quit = false;
}

static const struct world_hooks hooks = {
	.start = on_start,
	.stop = on_stop,
	.kill = on_kill,
	.note = on_note,
	.released = on_released,
	.after = after_step,
};

void
tale_begin(struct tale *tale)
{
	*tale = (struct tale){ .until_ms = 0 };
	world_init(&tale->world, &hooks, tale, sizeof(struct tale_role), 1, 0);
}

void
tale_end(struct tale *tale)
{
	world_release(&tale->world);
}

struct child *
tale_worker(struct tale *tale, const char *name)
{
	return world_new_child(&tale->world, name, SPEC_WORKER);
}

struct spec_flags
tale_flags(enum spec_strategy strategy, int64_t max_restarts)
{
	struct spec_flags flags;

	spec_flags_init(&flags);
	flags.strategy = strategy;
	flags.max_restarts = max_restarts;
	return flags;
}

struct child *
tale_sup(struct tale *tale, const char *name, const struct spec_flags *flags,
    struct child **children, uint32_t count)
{
	struct child *sup = world_new_child(&tale->world, name,
	    SPEC_SUPERVISOR);

	if (flags)
		world_set_flags(sup_of(sup), flags);
	ck_assert_int_eq(world_define(sup_of(sup), children, count), SPEC_OK);
	return sup;
}

struct child *
tale_dynamic(struct tale *tale, const char *name)
{
	struct child *sup = world_new_child(&tale->world, name, SPEC_DYNAMIC);

	ck_assert_int_eq(world_define(sup_of(sup), NULL, 0), SPEC_OK);
	return sup;
}

void
tale_run(struct tale *tale, int64_t ms)
{
	world_run(&tale->world, tale->world.now_ms + ms);
}

void
tale_start(struct tale *tale, struct child *root)
{
	world_set_root(&tale->world, sup_of(root));
	tale_tell(tale, EVENT_START);
}

void
tale_exit(struct tale *tale, struct child *child, enum spec_end end)
{
	const struct spec_outcome outcome = {
		.how = SPEC_HOW_EXITED,
		.end = (uint8_t)end,
		.end_stopped = (uint8_t)end,
	};

	world_plan(&tale->world, slot_of(child), EVENT_EXITED, &outcome, 0);
	tale_run(tale, 0);
}

void
tale_come_out(struct tale *tale, struct child *child, enum event_type type)
{
	world_plan(&tale->world, slot_of(child), type, NULL, 0);
	tale_run(tale, 0);
}

void
tale_let_go(struct tale *tale, struct child *child)
{
	end_of(&tale->world, slot_of(child), 9, SPEC_END_KILLED);
	tale_run(tale, 0);
}

void
tale_tell(struct tale *tale, enum event_type type)
{
	world_tell(&tale->world, type);
	tale_run(tale, 0);
}

/* Send a request, and return the answer if it comes at once. */
static enum request_error
send(struct tale *tale, struct ask *ask)
{
	tale->answer = REQUEST_ERROR_COUNT;
	world_send(&tale->world, ask, 0);
	tale_run(tale, 0);
	return tale->answer;
}

enum request_error
tale_ask(struct tale *tale, struct child *sup, enum request_type type,
    const char *name)
{
	return send(tale, world_ask(&tale->world, sup_of(sup), type, name));
}

enum request_error
tale_restart_waiting(struct tale *tale, struct child *sup, const char *name)
{
	struct ask *ask = world_ask(&tale->world, sup_of(sup),
	    REQUEST_RESTART_CHILD, name);

	ask->request.waits = true;
	return send(tale, ask);
}

enum request_error
tale_start_child(struct tale *tale, struct child *sup, struct child *child)
{
	struct ask *ask = world_ask(&tale->world, sup_of(sup),
	    REQUEST_START_CHILD, child->name);

	ask->request.child = child;
	return send(tale, ask);
}

enum request_error
tale_upgrade(struct tale *tale, struct child *sup, struct child **children,
    uint32_t count)
{
	struct ask *ask = world_ask(&tale->world, sup_of(sup),
	    REQUEST_UPGRADE, "");

	ask->request.flags = sup_of(sup)->flags;
	ask->request.ring = world_new_ring(&ask->request.flags,
	    &ask->request.ring_size);
	ask->request.definition = world_copy_children(children, count);
	ask->request.definition_count = count;
	ask->request.also_down = true;
	return send(tale, ask);
}

void
tale_expect(struct tale *tale, const char *text)
{
	ck_assert_str_eq(tale->text, text);
	tale_forget(tale);
}

void
tale_forget(struct tale *tale)
{
	tale->text[0] = '\0';
	tale->length = 0;
}
