/* The walk of an operation, and how it starts children; see also stop.c. */
#include "core/op.h"

#include <assert.h>

#include "core/steps.h"
#include "core/sup.h"

/* How long a first start waits for a shortage to end; the least and the longest
 * wait between two tries. */
#define SHORTAGE_MAX_MS		30000
#define SHORTAGE_FIRST_MS	100
#define SHORTAGE_LAST_MS	2000

struct child *
op_child_at(struct list *link)
{
	return list_entry(link, struct child, link);
}

void
op_set_deadline(struct sup *sup, int64_t due_ms)
{
	heap_set(&sup->tree->deadlines, &sup->timer, due_ms);
}

int64_t
op_later(int64_t time_ms, int64_t duration_ms)
{
	if (duration_ms >= HEAP_NEVER - time_ms)
		return HEAP_NEVER;
	return time_ms + duration_ms;
}

/* Tell whether the tree has not come up yet. */
static bool
tree_is_starting(const struct tree *tree)
{
	return tree->root->self.state == CHILD_STARTING;
}

/*
 * Tell whether the walk passes a child by. Beside an unkillable process none is
 * started. When a restart goes on after a shortage, or a first start after an
 * adoption, some children are up already, or have ended. A restart does not
 * start a temporary child that is down.
 */
static bool
needs_no_start(const struct op *op, const struct child *child)
{
	if (child->forgotten)
		return true;
	switch ((enum child_state)child->state) {
	case CHILD_UNKILLABLE:
	case CHILD_UP:
	case CHILD_ENDED:
		return true;
	case CHILD_DOWN:
		return op->type == OP_RESTART &&
		    child->spec.restart == SPEC_TEMPORARY;
	default:
		return false;
	}
}

/* Start the child that is next; wait for it, unless it needs no start. */
static void
start_next(struct sup *sup)
{
	struct op *op = &sup->op;
	struct child *child = op_child_at(op->at);

	if (child->state == CHILD_UNKILLABLE) {
		child->comeback = child->forgotten ?
		    COMEBACK_NONE : COMEBACK_RESUME;
		child->asked = op->type == OP_PLANNED_RESTART;
	}
	if (needs_no_start(op, child)) {
		op->at = op->at->next;
		return;
	}
	if (op->type == OP_RESTART && !child->asked)
		child->restarts++;
	child->cause = op->cause;
	heap_set(&sup->tree->deadlines, &child->timer, HEAP_NEVER);
	child->ending = (struct child_ending){ 0 };
	child->failed = false;
	op->waiting = true;
	op->waited = child;
	if (child_is_sup(child)) {
		sup_start(sup_of(child));
		return;
	}
	child_set_state(child, CHILD_STARTING);
	steps_act(sup->tree, &child->action, ACTION_START);
	op_set_deadline(sup, op_later(sup->tree->now_ms,
	    child->spec.start_timeout_ms));
}

/* The operation is over: answer the request that it was for. */
static void
done(struct sup *sup, enum request_error answer)
{
	struct request *request = sup->op.request;

	sup->op = (struct op){ .type = OP_NONE };
	op_set_deadline(sup, HEAP_NEVER);
	if (request)
		steps_reply(sup->tree, request, answer);
}

/* Every child of the range is stopped. */
static void
stopping_done(struct sup *sup)
{
	struct op *op = &sup->op;

	switch (op->type) {
	case OP_TERMINATE_CHILD:
		done(sup, REQUEST_OK);
		break;
	case OP_INIT:			/* has failed, and is undone now */
	case OP_END:
		done(sup, REQUEST_OK);
		sup_finish(sup);
		break;
	default:
		op->phase = OP_STARTING;
		op->concurrent = false;
		op->at = op->before->next;
		break;
	}
}

/* Every child of the range is started. */
static void
starting_done(struct sup *sup)
{
	bool init = sup->op.type == OP_INIT;

	done(sup, REQUEST_OK);
	if (init)
		sup_finish_start(sup);
}

/* The next wait of a shortage: doubling, bounded. */
static uint16_t
next_shortage_ms(const struct child *child)
{
	if (child->shortage_ms == 0)
		return SHORTAGE_FIRST_MS;
	if (child->shortage_ms >= SHORTAGE_LAST_MS / 2)
		return SHORTAGE_LAST_MS;
	return (uint16_t)(child->shortage_ms * 2);
}

/* A request has to wait, and a retry will go on with it: what is still to be
 * started is not counted as restarted then. */
static void
note_asked(const struct op *op)
{
	for (struct list *link = op->at; link != op->after; link = link->next)
		op_child_at(link)->asked = true;
}

/*
 * The system is short of something, which is not the child's failure: nothing
 * is counted. A first start waits where it is, for a time. A restart leaves
 * the child restarting, so that its supervisor can go on. A request fails,
 * unless it lets the child wait as in a restart.
 */
static void
start_met_shortage(struct sup *sup, struct child *child)
{
	struct op *op = &sup->op;

	if (op->type == OP_START_CHILD || (op->type == OP_RESTART_CHILD &&
	    !op->request->waits)) {
		if (op->type == OP_START_CHILD)
			sup_unlink(sup, child);
		else
			child->failed = true;
		done(sup, REQUEST_SHORTAGE);
		return;
	}
	if (op->type == OP_RESTART && !child->asked)
		child->restarts--;	/* it did not happen */
	child->shortage_ms = next_shortage_ms(child);
	steps_note_until(sup->tree, NOTE_SHORTAGE, sup, child,
	    sup->tree->now_ms + child->shortage_ms);
	if (op->type != OP_INIT) {
		if (op->request)
			note_asked(op);
		done(sup, REQUEST_SHORTAGE);
		sup_retry_later(sup, child, COMEBACK_RESUME);
		return;
	}
	if (op->shortage_since_ms == 0)
		op->shortage_since_ms = sup->tree->now_ms;
	op->waiting = true;
	op->waited = child;
	op_set_deadline(sup, sup->tree->now_ms + child->shortage_ms);
}

/* A first start has failed: undo what was started, then fail as a whole. */
static void
undo(struct sup *sup, struct child *child)
{
	struct op *op = &sup->op;

	steps_note(sup->tree, NOTE_START_ERROR, sup, child);
	sup->failed = child;
	sup->end = SUP_END_FAILED;
	sup->self.cause = op->cause = child->cause;
	op->phase = OP_STOPPING;
	op->concurrent = sup->flags.shutdown_order == SPEC_CONCURRENT;
	op->at = op->after->prev;
}

/*
 * A new child did not start: it is not kept, whatever its restart type is. If
 * a process of it is unkillable, the child is the tree's until that is gone.
 */
static void
new_child_failed(struct sup *sup, struct child *child)
{
	sup->op.request->child = child;
	if (sup_has_unkillable(child)) {
		sup_forget(sup, child);
		done(sup, REQUEST_UNKILLABLE);
		return;
	}
	sup_unlink(sup, child);
	done(sup, REQUEST_START_FAILED);
}

/*
 * A start has failed. In a first start the others are undone, and the
 * supervisor fails. In a restart the child is restarting, and is tried again;
 * later siblings stay down (supervisor.erl, try_again_restart). A request is
 * answered.
 */
static void
start_failed(struct sup *sup, struct child *child)
{
	switch (sup->op.type) {
	case OP_INIT:
		undo(sup, child);
		break;
	case OP_START_CHILD:
		new_child_failed(sup, child);
		break;
	case OP_RESTART_CHILD:
		child->failed = true;
		sup->op.request->child = child;
		done(sup, REQUEST_START_FAILED);
		break;
	default:
		steps_note(sup->tree, NOTE_START_ERROR, sup, child);
		if (sup->op.request)
			sup->op.request->child = child;
		done(sup, REQUEST_START_FAILED);
		sup_retry_later(sup, child, COMEBACK_RETRY);
		break;
	}
}

/*
 * A start was ignored: there is no process, and the walk goes on. The child
 * stays if its supervisor keeps such a one, or if restart_child has asked for
 * it (DynamicSupervisor and supervisor.erl, start_child and restart_child).
 */
static void
start_ignored(struct sup *sup, struct child *child)
{
	struct op *op = &sup->op;

	op->at = op->at->next;
	if (!sup_keeps(sup, child) && op->type != OP_RESTART_CHILD)
		sup_forget(sup, child);
	if (op->type == OP_START_CHILD || op->type == OP_RESTART_CHILD)
		done(sup, REQUEST_UNDEFINED);
}

/* The child is up: go on with the next. */
static void
started(struct sup *sup, struct child *child)
{
	struct op *op = &sup->op;

	(void)child;
	op->shortage_since_ms = 0;
	op->at = op->at->next;
}

static void (*const results[])(struct sup *, struct child *) = {
	[OP_STARTED] = started,
	[OP_FAILED] = start_failed,
	[OP_IGNORED] = start_ignored,
	[OP_SHORTAGE] = start_met_shortage,
};
static_assert(sizeof(results) / sizeof(results[0]) == OP_RESULT_COUNT,
    "every result leads to something");

/* Go on after the start that was waited for. */
static void
take_result(struct sup *sup)
{
	struct op *op = &sup->op;
	struct child *child = op->waited;

	op->waited = NULL;
	if (op->result != OP_SHORTAGE) {
		child->shortage_ms = 0;
		child->asked = false;
	}
	results[op->result](sup, child);
}

void
op_advance(struct sup *sup)
{
	struct op *op = &sup->op;

	assert(!op->waiting);
	if (op->phase == OP_STOPPING) {
		if (op->at == op->before)
			stopping_done(sup);
		else
			stop_advance(sup);
		return;
	}
	if (op->waited)
		take_result(sup);
	else if (op->at == op->after)
		starting_done(sup);
	else
		start_next(sup);
}

void
op_begin(struct sup *sup, enum op_type type, enum op_phase phase,
    struct list *before, struct list *after, struct request *request)
{
	bool stops = phase == OP_STOPPING;

	assert(sup->op.type == OP_NONE);
	sup->op = (struct op){
		.type = type,
		.phase = phase,
		.cause = request ? request->cause : sup->self.cause,
		.before = before,
		.after = after,
		.at = stops ? after->prev : before->next,
		.request = request,
		.concurrent = stops && (sup_is_dynamic(sup) ||
		    sup->flags.shutdown_order == SPEC_CONCURRENT),
	};
}

void
op_on_start(struct sup *sup, struct child *child, enum op_result result)
{
	struct op *op = &sup->op;

	if (op->phase == OP_STOPPING) {
		stop_on_gone(sup, child);	/* killed while it started */
		return;
	}
	assert(op->waiting && op->waited == child);
	op->waiting = false;
	op->result = result;
	op_set_deadline(sup, HEAP_NEVER);
	steps_set_runnable(sup->tree, &sup->runnable);
}

/*
 * A start took too long: kill it, and its failure will be told. If it does not
 * go, the start has failed, and the process is unkillable.
 */
static void
start_overdue(struct sup *sup)
{
	struct op *op = &sup->op;
	struct child *child = op->waited;

	if (!child->ending.killed) {
		child->ending.expired = !child->ending.told;
		stop_kill(sup, child);
		op_set_deadline(sup, sup->tree->now_ms + OP_KILL_TIMEOUT_MS);
		return;
	}
	stop_give_up(sup, child);
	op_on_start(sup, child, OP_FAILED);
}

void
op_on_hanging_start(struct sup *sup, struct child *child)
{
	struct op *op = &sup->op;

	/* else it is being killed already, or is unkillable */
	if (op->phase != OP_STARTING || !op->waiting || op->waited != child ||
	    child->ending.killed)
		return;
	stop_kill(sup, child);
	op_set_deadline(sup, sup->tree->now_ms + OP_HANG_TIMEOUT_MS);
}

/* The wait of a shortage at the first start is over: try again, or fail. */
static void
shortage_wait_over(struct sup *sup, bool give_up)
{
	struct op *op = &sup->op;
	struct child *child = op->waited;

	op->waiting = false;
	if (give_up ||
	    (op->shortage_since_ms + SHORTAGE_MAX_MS <= sup->tree->now_ms &&
	    tree_is_starting(sup->tree))) {
		op->result = OP_FAILED;
		steps_note(sup->tree, NOTE_START_FAILED, sup, child);
	} else {
		op->waited = NULL;	/* start_next() takes it up again */
	}
	op_set_deadline(sup, HEAP_NEVER);
	steps_set_runnable(sup->tree, &sup->runnable);
}

/* Tell whether the operation waits for a shortage to end. */
static bool
waits_for_shortage(const struct op *op)
{
	return op->type == OP_INIT && op->phase == OP_STARTING && op->waiting &&
	    op->waited->state == CHILD_DOWN;
}

void
op_on_deadline(struct sup *sup)
{
	struct op *op = &sup->op;

	if (waits_for_shortage(op))
		shortage_wait_over(sup, false);
	else if (op->phase == OP_STARTING)
		start_overdue(sup);
	else
		stop_on_deadline(sup);
}

/*
 * The tree is to stop before it has come up: tell the worker whose start it
 * waits for to stop, as if it were up. The start fails then, and the others are
 * undone. OTP would wait for the start; the init of a machine that shuts down
 * does not wait so long.
 */
static void
abandon_start(struct sup *sup)
{
	struct child *child = sup->op.waited;
	int64_t patience_ms = child->spec.shutdown_ms == SPEC_BRUTAL_KILL ?
	    0 : child->spec.shutdown_ms;
	int64_t due_ms = op_later(sup->tree->now_ms, patience_ms);

	if (child->ending.killed || child->ending.told)
		return;
	child->ending.told = true;
	steps_note(sup->tree, NOTE_STOP, sup, child);
	steps_act(sup->tree, &child->action, ACTION_STOP);
	if (due_ms < sup->timer.due_ms)	/* its start_timeout may be nearer */
		op_set_deadline(sup, due_ms);
}

void
op_abandon(struct sup *sup)
{
	struct op *op = &sup->op;

	if (waits_for_shortage(op)) {
		shortage_wait_over(sup, true);
		return;
	}
	if (op->phase != OP_STARTING || !op->waiting)
		return;
	if (child_is_sup(op->waited))
		op_abandon(sup_of(op->waited));
	else if (tree_is_starting(sup->tree) &&
	    list_is_linked(&sup->tree->root->stop.link))
		abandon_start(sup);
}
