/* Tales of small supervision trees, see the header. */
#include <check.h>
#include <inttypes.h>
#include <stdio.h>

#include "tree_script.h"

/* Write a line of the trace. */
static void
write_line(struct script *script, const char *what, const char *name)
{
	size_t room = sizeof(script->text) - script->length;
	int length = snprintf(script->text + script->length, room,
	    "%" PRId64 " %s%s%s\n", script->world.now_ms, what,
	    *name ? " " : "", name);

	ck_assert_int_gt(length, 0);
	ck_assert_uint_lt((size_t)length, room);
	script->length += (size_t)length;
}

static const char *const words[NOTE_TYPE_COUNT] = {
	[NOTE_INIT] = "begin",
	[NOTE_STARTED] = "up",
	[NOTE_START_FAILED] = "failed",
	[NOTE_START_IGNORED] = "ignored",
	[NOTE_SHORTAGE] = "shortage",
	[NOTE_DELAYED] = "delayed",
	[NOTE_STOP] = "term",
	[NOTE_KILL] = "kill",
	[NOTE_DOWN] = "down",
	[NOTE_UNKILLABLE] = "unkillable",
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
	struct script *script = world->arg;

	if (note->type == NOTE_SHORTAGE || note->type == NOTE_DELAYED)
		script->until_ms = note->until_ms;
	if (note->type == NOTE_ANSWER) {
		script->answer = note->request->error;
		script->answers++;
		write_line(script, "answer",
		    request_error_names[script->answer]);
		return;
	}
	write_line(script, words[note->type], note->child->name);
}

/* A process is started. */
static void
on_start(struct world *world, struct slot *slot)
{
	static const enum input_type answers[] = {
		[STARTS] = INPUT_STARTED,
		[FAILS] = INPUT_START_FAILED,
		[IGNORED] = INPUT_START_IGNORED,
		[SHORTAGE] = INPUT_START_SHORTAGE,
	};
	const struct script_role *role = slot->extra;

	write_line(world->arg, "start", slot->name);
	if (role->start != HANGS)
		world_plan(world, slot, answers[role->start], NULL, 0);
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
	    INPUT_START_FAILED : INPUT_EXITED, &outcome, 0);
}

/* A process is told to stop. */
static void
on_stop(struct world *world, struct slot *slot)
{
	const struct script_role *role = slot->extra;

	if (role->stop == OBEYS)
		end_of(world, slot, 15, SPEC_END_SHUTDOWN);
}

/* A process is killed. */
static void
on_kill(struct world *world, struct slot *slot)
{
	const struct script_role *role = slot->extra;

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
after_step(struct world *world, const struct input *input)
{
	(void)input;
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
script_begin(struct script *script)
{
	*script = (struct script){ .until_ms = 0 };
	world_init(&script->world, &hooks, script, sizeof(struct script_role),
	    1, 0);
}

void
script_end(struct script *script)
{
	world_release(&script->world);
}

struct child *
script_worker(struct script *script, const char *name)
{
	return world_new_child(&script->world, name, SPEC_WORKER);
}

struct spec_flags
script_flags(enum spec_strategy strategy, int64_t max_restarts)
{
	struct spec_flags flags;

	spec_flags_init(&flags);
	flags.strategy = strategy;
	flags.max_restarts = max_restarts;
	return flags;
}

struct child *
script_sup(struct script *script, const char *name,
    const struct spec_flags *flags,
    struct child **children, uint32_t count)
{
	struct child *sup = world_new_child(&script->world, name,
	    SPEC_SUPERVISOR);

	if (flags)
		world_set_flags(sup_of(sup), flags);
	ck_assert_int_eq(world_define(sup_of(sup), children, count), SPEC_OK);
	return sup;
}

struct child *
script_dynamic(struct script *script, const char *name)
{
	struct child *sup = world_new_child(&script->world, name, SPEC_DYNAMIC);

	ck_assert_int_eq(world_define(sup_of(sup), NULL, 0), SPEC_OK);
	return sup;
}

void
script_run(struct script *script, int64_t ms)
{
	world_run(&script->world, script->world.now_ms + ms);
}

void
script_start(struct script *script, struct child *root)
{
	world_set_root(&script->world, sup_of(root));
	script_tell(script, INPUT_START);
}

void
script_exit(struct script *script, struct child *child, enum spec_end end)
{
	const struct spec_outcome outcome = {
		.how = SPEC_HOW_EXITED,
		.end = (uint8_t)end,
		.end_stopped = (uint8_t)end,
	};

	world_plan(&script->world, slot_of(child), INPUT_EXITED, &outcome, 0);
	script_run(script, 0);
}

void
script_come_out(struct script *script, struct child *child,
    enum input_type type)
{
	world_plan(&script->world, slot_of(child), type, NULL, 0);
	script_run(script, 0);
}

void
script_let_go(struct script *script, struct child *child)
{
	end_of(&script->world, slot_of(child), 9, SPEC_END_KILLED);
	script_run(script, 0);
}

void
script_tell(struct script *script, enum input_type type)
{
	world_tell(&script->world, type);
	script_run(script, 0);
}

/* Send a request, and return the answer if it comes at once. */
static enum request_error
send(struct script *script, struct ask *ask)
{
	script->answer = REQUEST_ERROR_COUNT;
	world_send(&script->world, ask, 0);
	script_run(script, 0);
	return script->answer;
}

enum request_error
script_ask(struct script *script, struct child *sup, enum request_type type,
    const char *name)
{
	return send(script, world_ask(&script->world, sup_of(sup), type, name));
}

enum request_error
script_restart_waiting(struct script *script, struct child *sup,
    const char *name)
{
	struct ask *ask = world_ask(&script->world, sup_of(sup),
	    REQUEST_RESTART_CHILD, name);

	ask->request.waits = true;
	return send(script, ask);
}

enum request_error
script_start_child(struct script *script, struct child *sup,
    struct child *child)
{
	struct ask *ask = world_ask(&script->world, sup_of(sup),
	    REQUEST_START_CHILD, child->name);

	ask->request.child = child;
	return send(script, ask);
}

enum request_error
script_code_change(struct script *script, struct child *sup,
    struct child **children,
    uint32_t count)
{
	struct ask *ask = world_ask(&script->world, sup_of(sup),
	    REQUEST_CODE_CHANGE, "");

	ask->request.flags = sup_of(sup)->flags;
	ask->request.ring = world_new_ring(&ask->request.flags,
	    &ask->request.ring_size);
	ask->request.definition = world_copy_children(children, count);
	ask->request.definition_count = count;
	ask->request.also_down = true;
	return send(script, ask);
}

void
script_expect(struct script *script, const char *text)
{
	ck_assert_str_eq(script->text, text);
	script_forget(script);
}

void
script_forget(struct script *script)
{
	script->text[0] = '\0';
	script->length = 0;
}
