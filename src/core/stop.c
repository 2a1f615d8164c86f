/* How an operation stops children: one by one, all at once, or for good. */
#include "core/op.h"

#include <assert.h>

#include "core/steps.h"
#include "core/sup.h"

/* What an end has to be for a stopped child to have obeyed. */
enum expectation {
	NEVER,
	ALWAYS,
	UNLESS_PERMANENT,
};

/*
 * Ends that need no shutdown_error report, by kind of supervisor, by how the
 * child was stopped (told, brutally killed), by class of the end. The first
 * two rows are supervisor.erl's shutdown/1, the last two those of Elixir's
 * DynamicSupervisor.
 */
static const uint8_t expected[2][2][SPEC_END_COUNT] = {
	[false] = {
		[false] = {
			[SPEC_END_NORMAL] = UNLESS_PERMANENT,
			[SPEC_END_SHUTDOWN] = ALWAYS,
			[SPEC_END_SHUTDOWN_TERM] = UNLESS_PERMANENT,
		},
		[true] = {
			[SPEC_END_NORMAL] = UNLESS_PERMANENT,
			[SPEC_END_SHUTDOWN] = UNLESS_PERMANENT,
			[SPEC_END_SHUTDOWN_TERM] = UNLESS_PERMANENT,
			[SPEC_END_KILLED] = ALWAYS,
		},
	},
	[true] = {
		[false] = {
			[SPEC_END_NORMAL] = UNLESS_PERMANENT,
			[SPEC_END_SHUTDOWN] = ALWAYS,
			[SPEC_END_SHUTDOWN_TERM] = ALWAYS,
		},
		[true] = {
			[SPEC_END_KILLED] = ALWAYS,
		},
	},
};

/* Tell whether a stopped child ended as it should. */
static bool
end_was_expected(const struct sup *sup, const struct child *child, uint8_t end)
{
	bool brutal = child->spec.shutdown_ms == SPEC_BRUTAL_KILL;

	switch (expected[sup_is_dynamic(sup)][brutal][end]) {
	case ALWAYS:
		return true;
	case UNLESS_PERMANENT:
		return child->spec.restart != SPEC_PERMANENT;
	default:
		return false;
	}
}

/*
 * A child has been stopped, or was found dead at its turn: report an end that
 * was not expected, and forget the child unless it is kept. A supervisor that
 * is being killed as a whole reports nothing.
 */
static void
account_for_stopped(struct sup *sup, struct child *child, uint8_t end)
{
	if (!sup->being_killed && !end_was_expected(sup, child, end))
		steps_note(sup->tree, NOTE_SHUTDOWN_ERROR, sup, child);
	if (!sup_keeps(sup, child))
		sup_forget(sup, child);
}

void
stop_kill(struct sup *sup, struct child *child)
{
	child->ending.killed = true;
	if (child_is_sup(child)) {
		sup_kill(sup_of(child));
		return;
	}
	steps_note(sup->tree, NOTE_KILL, sup, child);
	steps_act(sup->tree, &child->action, ACTION_KILL);
}

/* Tell a child that is up to stop, or kill it if that is its spec. */
static void
tell_child(struct sup *sup, struct child *child)
{
	child_set_state(child, CHILD_STOPPING);
	child->ending = (struct child_ending){ 0 };
	child->cause = sup->op.cause;
	if (child->spec.shutdown_ms == SPEC_BRUTAL_KILL) {
		stop_kill(sup, child);
		return;
	}
	child->ending.told = true;
	steps_note(sup->tree, NOTE_STOP, sup, child);
	if (child_is_sup(child))
		sup_stop(sup_of(child));
	else
		steps_act(sup->tree, &child->action, ACTION_STOP);
}

/*
 * Stop a child at its turn; true if it has to be waited for. If it has ended
 * by itself before, its exit leaves the mailbox and restarts nothing
 * (supervisor.erl, unlink_flush).
 */
static bool
stop_child(struct sup *sup, struct child *child)
{
	sup_count_as_up(child);
	switch ((enum child_state)child->state) {
	case CHILD_UP:
		tell_child(sup, child);
		return true;
	case CHILD_ENDED:
		list_remove(&child->exit.link);
		child_set_state(child, CHILD_DOWN);
		account_for_stopped(sup, child, child->last.end);
		return false;
	case CHILD_RESTARTING:
		heap_set(&sup->tree->deadlines, &child->timer, HEAP_NEVER);
		child_set_state(child, CHILD_DOWN);
		break;
	case CHILD_UNKILLABLE:
		child->comeback = COMEBACK_NONE;
		break;
	default:
		break;
	}
	if (!sup_keeps(sup, child))
		sup_forget(sup, child);
	return false;
}

/* When something is to be done about a child that is being stopped. */
static int64_t
stop_due_ms(const struct sup *sup, const struct child *child)
{
	int64_t due_ms = sup->op.began_ms;

	if (child->ending.killed && child_is_sup(child))
		return HEAP_NEVER;
	if (child->spec.shutdown_ms != SPEC_BRUTAL_KILL && !sup->being_killed)
		due_ms = op_later(due_ms, child->spec.shutdown_ms);
	if (child->ending.killed)
		due_ms = op_later(due_ms, OP_KILL_TIMEOUT_MS);
	return due_ms;
}

void
stop_give_up(struct sup *sup, struct child *child)
{
	assert(child->ending.killed);
	child_set_state(child, CHILD_UNKILLABLE);
	sup_add_unkillable(child);
	steps_note(sup->tree, NOTE_UNKILLABLE, sup, child);
}

/* One child less to wait for. */
static void
settle_stop(struct sup *sup)
{
	struct op *op = &sup->op;

	assert(op->pending > 0);
	if (--op->pending > 0)
		return;
	op->waiting = false;
	op->waited = NULL;
	op_set_deadline(sup, HEAP_NEVER);
	steps_set_runnable(sup->tree, &sup->runnable);
}

/*
 * Act on a child that was not gone in time. One that has been told is killed;
 * one that has been killed is unkillable.
 */
static void
overdue(struct sup *sup, struct child *child)
{
	if (!child->ending.killed) {
		stop_kill(sup, child);
		return;
	}
	stop_give_up(sup, child);
	if (!sup_keeps(sup, child))
		sup_forget(sup, child);
	settle_stop(sup);
}

void
stop_advance(struct sup *sup)
{
	struct op *op = &sup->op;
	int64_t due_ms = HEAP_NEVER;

	op->began_ms = sup->tree->now_ms;
	do {
		struct child *child = op_child_at(op->at);

		op->at = op->at->prev;
		if (!stop_child(sup, child))
			continue;
		op->pending++;
		op->waited = child;
		if (stop_due_ms(sup, child) < due_ms)
			due_ms = stop_due_ms(sup, child);
	} while (op->concurrent && op->at != op->before);
	op->waiting = op->pending > 0;
	op_set_deadline(sup, due_ms);
}

/*
 * Take the deadlines of a concurrent stop that have passed; set the next. A
 * child that still starts has been killed when the stop began.
 */
static void
overdue_all(struct sup *sup)
{
	struct op *op = &sup->op;
	int64_t next_ms = HEAP_NEVER;
	struct list *link, *prev;

	for (link = op->after->prev; link != op->before; link = prev) {
		struct child *child = op_child_at(link);

		prev = link->prev;
		if (child->state != CHILD_STOPPING &&
		    child->state != CHILD_STARTING)
			continue;
		assert(child->state == CHILD_STOPPING || child->ending.killed);
		if (stop_due_ms(sup, child) <= sup->tree->now_ms)
			overdue(sup, child);
		if (child->state != CHILD_UNKILLABLE &&
		    stop_due_ms(sup, child) < next_ms)
			next_ms = stop_due_ms(sup, child);
	}
	if (op->waiting)
		op_set_deadline(sup, next_ms);
}

/* Kill one child of a supervisor that is being killed; true: wait for it. */
static bool
kill_for_good(struct sup *sup, struct child *child)
{
	sup_count_as_up(child);
	switch ((enum child_state)child->state) {
	case CHILD_UP:
		child_set_state(child, CHILD_STOPPING);
		child->ending = (struct child_ending){ 0 };
		/* FALLTHROUGH */
	case CHILD_STARTING:
	case CHILD_STOPPING:
		child->cause = sup->op.cause;
		if (!child->ending.killed)
			stop_kill(sup, child);
		return true;
	default:
		return stop_child(sup, child);
	}
}

void
stop_begin_kill(struct sup *sup)
{
	struct op *op = &sup->op;
	struct request *request = op->request;

	*op = (struct op){
		.type = OP_END,
		.phase = OP_STOPPING,
		.cause = sup->self.cause,
		.concurrent = true,
		.before = &sup->children,
		.after = &sup->children,
		.at = sup->children.prev,
		.began_ms = sup->tree->now_ms,
	};
	if (request && request->type == REQUEST_START_CHILD)
		request->child = NULL;	/* it is in the list, and killed */
	if (request)
		steps_reply(sup->tree, request, REQUEST_SHUTDOWN);
	while (op->at != op->before) {
		struct child *child = op_child_at(op->at);

		op->at = op->at->prev;
		op->pending += kill_for_good(sup, child);
	}
	op->waiting = op->pending > 0;
	op_set_deadline(sup, op->waiting ?
	    sup->tree->now_ms + OP_KILL_TIMEOUT_MS : HEAP_NEVER);
	steps_set_runnable(sup->tree, &sup->runnable);
}

void
stop_on_gone(struct sup *sup, struct child *child)
{
	bool brutal = child->spec.shutdown_ms == SPEC_BRUTAL_KILL;

	account_for_stopped(sup, child,
	    brutal ? child->last.end : child->last.end_stopped);
	settle_stop(sup);
}

void
stop_on_deadline(struct sup *sup)
{
	struct child *child = sup->op.waited;

	if (sup->op.concurrent) {
		overdue_all(sup);
		return;
	}
	overdue(sup, child);
	if (sup->op.waiting)
		op_set_deadline(sup, stop_due_ms(sup, child));
}

