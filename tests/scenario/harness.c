/* The stage of a scenario: processes, and what the tree says of them. */
#include "scenario/harness.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
emit(struct play *play, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lines_vprintf(play->arena, &play->trace, format, args);
	va_end(args);
}

void
emit_result(struct play *play, uint32_t number, const char *result)
{
	emit(play, "result %" PRIu32 " %s", number, result);
}

void
fail(struct play *play, const char *why)
{
	if (!play->trouble)
		play->trouble = arena_printf(play->arena, "step %" PRIu32
		    " '%s': %s", play->number, play->line->text, why);
}

void
end_process(struct play *play, struct slot *slot, const char *reason,
    int64_t delay_ms)
{
	struct spec_outcome outcome = reason_parse(&play->reasons, reason);

	world_plan(&play->world, slot, INPUT_EXITED, &outcome, delay_ms);
}

/* A process is started: it does what the steps have prepared. */
static void
on_start(struct world *world, struct slot *slot)
{
	struct play *play = world->arg;
	struct part *part = slot->extra;
	struct def *def = part->def;

	part->told = false;
	part->held = HELD_NOTHING;
	if (def->hold) {
		def->hold = false;
		part->held = HELD_START;
		emit(play, "held %s start", slot->name);
	} else if (def->ignores != 0) {
		def->ignores -= def->ignores > 0;
		world_plan(world, slot, INPUT_START_IGNORED, NULL, 0);
	} else if (def->fails != 0) {
		def->fails -= def->fails > 0;
		world_plan(world, slot, INPUT_START_FAILED, NULL, 0);
	} else {
		world_plan(world, slot, INPUT_STARTED, NULL, 0);
	}
}

/* What a process does when it is told to stop. */
static const char *
on_term_of(const struct part *part)
{
	const char *word = part->def->on_term;

	if (!word)
		word = settings_get(&part->settings, "on_term");
	return word ? word : "obey";
}

/* A process is told to stop. */
static void
on_stop(struct world *world, struct slot *slot)
{
	struct play *play = world->arg;
	struct part *part = slot->extra;
	const char *word = on_term_of(part);

	part->told = true;
	if (strcmp(word, "ignore") == 0)
		return;
	if (strcmp(word, "hold") == 0) {
		part->held = HELD_STOP;
		emit(play, "held %s stop", slot->name);
	} else if (strncmp(word, "delay:", 6) == 0) {
		end_process(play, slot, "shutdown",
		    strtoll(word + 6, NULL, 10));
	} else {
		end_process(play, slot,
		    strcmp(word, "obey") == 0 ? "shutdown" : word, 0);
	}
}

/* A process is killed. */
static void
on_kill(struct world *world, struct slot *slot)
{
	struct part *part = slot->extra;

	part->held = HELD_NOTHING;
	if (slot->proc == PROC_STARTING)
		world_plan(world, slot, INPUT_START_FAILED, NULL, 0);
	else
		end_process(world->arg, slot, "killed", 0);
}

/* Write the report of a supervisor about a child. */
static void
emit_report(struct play *play, const struct note *note, const char *context,
    const char *reason)
{
	emit(play, "report %s %s %s %s", note->sup->self.name, context,
	    note->child->name, reason);
}

/* The start of the tree has come out. */
static void
emit_start_result(struct play *play, const struct child *child,
    const char *result)
{
	if (child->parent || !play->start)
		return;
	emit_result(play, play->start, result);
	play->start = 0;
}

/* A start was ignored; a supervisor's definition may answer again. */
static void
on_ignored(struct play *play, struct child *child)
{
	struct def *def = part_of(child)->def;

	emit(play, "start_ignored %s", child->name);
	if (child_is_sup(child) && def->ignores > 0)
		def->ignores--;
	emit_start_result(play, child, "ok undefined");
}

/* Something has ended; if that is the root, so has the tree. */
static void
on_down(struct play *play, const struct note *note, const char *reason)
{
	emit(play, "down %s %s", note->child->name, reason);
	if (note->child->parent || !play->stop)
		return;
	emit_result(play, play->stop, "ok");
	play->stop = 0;
}

/* A request is answered. */
static void
on_answer(struct play *play, const struct request *request)
{
	const struct ask *ask = request->user;

	if (request->error == REQUEST_SHUTDOWN)
		play->ended[play->ended_count++] = ask->number;
	else
		emit_result(play, ask->number,
		    print_answer(play->arena, request));
}

/* A supervisor begins to start its children. */
static void
on_init(struct play *play, struct sup *sup)
{
	emit(play, "init %s", sup->self.name);
	if (!parts_refresh(sup))
		fail(play, arena_printf(play->arena, "'%s' starts and its "
		    "definition has changed without an upgrade that was "
		    "answered ok", sup->self.name));
}

/* A start has failed. */
static void
on_start_failed(struct play *play, struct child *child)
{
	const char *reason = print_start_failure(play->arena, child);

	emit(play, "start_failed %s %s", child->name, reason);
	emit_start_result(play, child,
	    arena_printf(play->arena, "error %s", reason));
}

/* Write down what the tree says. */
static void
on_note(struct world *world, const struct note *note)
{
	struct play *play = world->arg;
	const char *reason = reason_text(play->arena, &play->reasons,
	    &note->outcome);

	switch (note->type) {
	case NOTE_INIT:
		on_init(play, sup_of(note->child));
		break;
	case NOTE_STARTED:
		emit(play, "start %s", note->child->name);
		emit_start_result(play, note->child, "ok");
		break;
	case NOTE_START_FAILED:
		on_start_failed(play, note->child);
		break;
	case NOTE_START_IGNORED:
		on_ignored(play, note->child);
		break;
	case NOTE_STOP:
		emit(play, "term %s", note->child->name);
		break;
	case NOTE_KILL:
		emit(play, "kill %s", note->child->name);
		break;
	case NOTE_DOWN:
		on_down(play, note, reason);
		break;
	case NOTE_CHILD_TERMINATED:
		emit_report(play, note, "child_terminated", reason);
		break;
	case NOTE_START_ERROR:
		emit_report(play, note, "start_error",
		    print_start_failure(play->arena, note->child));
		break;
	case NOTE_SHUTDOWN_ERROR:
		emit_report(play, note, "shutdown_error", reason);
		break;
	case NOTE_GAVE_UP:
		emit_report(play, note, "shutdown",
		    "reached_max_restart_intensity");
		break;
	case NOTE_ANSWER:
		on_answer(play, note->request);
		break;
	case NOTE_AUTO_SHUTDOWN:
		break;			/* OTP does not report it */
	default:
		fail(play, "the core does what OTP has not");
		break;
	}
}

/*
 * A code change is answered. The definition is what it says from now on, also
 * if it is bad: then that is what the next start answers.
 */
static void
on_replied(struct world *world, struct ask *ask)
{
	struct request *request = &ask->request;
	struct sup *sup = request->sup;
	struct part *part;

	(void)world;
	if (request->type != REQUEST_CODE_CHANGE)
		return;
	part = part_of(&sup->self);
	if (request->error == REQUEST_OK) {
		part->def->is_stale = request->init_answer == SPEC_INIT_IGNORE;
		sup->fault = SPEC_OK;
		sup->fault_name = NULL;
	} else if (request->error == REQUEST_BAD_SPEC) {
		part->def->is_stale = false;
		sup->fault = request->fault;
		sup->fault_name = request->fault_name;
	}
	part->answer = sup->fault ? SPEC_INIT_ERROR : SPEC_INIT_OK;
	if (!part->primed)
		sup->init_answer = part->answer;
}

/* After a step of the tree: supervisors that were to ignore may be through. */
static void
after_step(struct world *world, const struct input *input)
{
	(void)input;
	for (struct list *link = world->slots.next; link != &world->slots;
	    link = link->next) {
		struct slot *slot = list_entry(link, struct slot, link);

		if (child_is_sup(slot->child))
			parts_prime(slot->child);
	}
}

const struct world_hooks stage_hooks = {
	.start = on_start,
	.stop = on_stop,
	.kill = on_kill,
	.note = on_note,
	.replied = on_replied,
	.after = after_step,
};
