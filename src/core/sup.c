/*
 * The life of a supervisor: its mailbox, what an exit leads to, its end.
 *
 * Read it beside supervisor.erl: sup_on_exit() is do_restart/3, restart() is
 * add_restart/1 with restart/3, begin_restart() is restart/3's clause for each
 * strategy.
 */
#include "core/sup.h"

#include <assert.h>

#include "core/steps.h"

void
sup_init(struct sup *sup, struct tree *tree, const char *name,
    enum spec_type type, int64_t *ring, uint32_t ring_size)
{
	*sup = (struct sup){ .tree = tree };
	child_init(&sup->self, name, type);
	list_init(&sup->children);
	list_init(&sup->mailbox);
	list_init(&sup->runnable);
	list_init(&sup->stop.link);
	sup->stop.type = MAIL_STOP;
	heap_node_init(&sup->timer, true);
	spec_flags_init(&sup->flags);
	window_init(&sup->window, ring, ring_size);
}

void
sup_post(struct sup *sup, struct mail *mail)
{
	if (!list_is_linked(&mail->link))
		list_append(&sup->mailbox, &mail->link);
	if (!sup->half_up)
		steps_set_runnable(sup->tree, &sup->runnable);
}

void
sup_start(struct sup *sup)
{
	assert(sup->op.type == OP_NONE && (sup->half_up ||
	    list_is_empty(&sup->mailbox)));
	child_set_state(&sup->self, CHILD_STARTING);
	sup->end = SUP_END_NONE;
	sup->failed = NULL;
	sup->being_killed = sup->half_up = false;
	window_clear(&sup->window);
	steps_note(sup->tree, NOTE_INIT, sup, &sup->self);
	steps_set_runnable(sup->tree, &sup->runnable);
	if (sup->init_answer == SPEC_INIT_OK) {
		op_begin(sup, OP_INIT, OP_STARTING, &sup->children,
		    &sup->children, NULL);
		return;
	}
	sup->end = SUP_END_FAILED;	/* nothing to start or to undo */
	op_begin(sup, OP_END, OP_STOPPING, sup->children.prev, &sup->children,
	    NULL);
}

/* Tell the parent's operation, or for the root the shell, how a start came out.
 */
static void
tell_start(struct sup *sup, enum op_result result)
{
	struct sup *parent = sup->self.parent;

	if (parent)
		op_on_start(parent, &sup->self, result);
	else if (result != OP_STARTED)
		sup->tree->quit = true;
}

void
sup_finish_start(struct sup *sup)
{
	child_set_state(&sup->self, CHILD_UP);
	sup->self.up_since_ms = sup->tree->now_ms;
	steps_note(sup->tree, NOTE_STARTED, sup->self.parent, &sup->self);
	tell_start(sup, OP_STARTED);
}

void
sup_stop(struct sup *sup)
{
	sup_post(sup, &sup->stop);
	op_abandon(sup);
}

void
sup_kill(struct sup *sup)
{
	if (sup->being_killed)
		return;
	sup->being_killed = true;
	if (sup->end == SUP_END_NONE)
		sup->end = SUP_END_KILLED;
	stop_begin_kill(sup);
}

void
sup_begin_end(struct sup *sup, enum sup_end end)
{
	sup->end = end;
	op_begin(sup, OP_END, OP_STOPPING, &sup->children, &sup->children,
	    NULL);
}

/* Answer the requests that will not be served any more; drop other mail. */
static void
empty_mailbox(struct sup *sup)
{
	struct list *link;

	while ((link = list_pop(&sup->mailbox))) {
		struct mail *mail = list_entry(link, struct mail, link);

		if (mail->type == MAIL_REQUEST)
			steps_reply(sup->tree, request_of(mail),
			    REQUEST_SHUTDOWN);
	}
}

/*
 * Its end while it was starting: the start has failed, or was ignored
 * (init/1 said so).
 */
static void
finish_failed_start(struct sup *sup)
{
	bool ignored = sup->init_answer == SPEC_INIT_IGNORE;

	child_set_state(&sup->self, CHILD_DOWN);
	steps_note(sup->tree, ignored ? NOTE_START_IGNORED : NOTE_START_FAILED,
	    sup->self.parent, &sup->self);
	tell_start(sup, ignored ? OP_IGNORED : OP_FAILED);
}

/* The delay begins anew for a child that was up long enough. */
static void
reset_delay(struct tree *tree, struct child *child)
{
	if (tree->now_ms - child->up_since_ms >=
	    child->spec.restart_delay_max_ms)
		child->delay_ms = 0;
}

void
sup_on_end(struct tree *tree, struct child *child)
{
	struct sup *parent = child->parent;
	bool asked = child->state == CHILD_STOPPING;

	child_set_state(child, asked ? CHILD_DOWN : CHILD_ENDED);
	steps_note(tree, NOTE_DOWN, parent, child);
	if (!parent) {
		if (!asked)	/* no supervisor will hear of it */
			child_set_state(child, CHILD_DOWN);
		tree->quit = true;
		return;
	}
	if (asked) {
		stop_on_gone(parent, child);
		return;
	}
	reset_delay(tree, child);
	sup_post(parent, &child->exit);
}

/*
 * A supervisor exits with `shutdown' when it was asked to, when it gave up and
 * when it shut down by itself alike (supervisor.erl, terminate/2 after
 * {stop, shutdown, …}); one that was killed, with `killed'.
 */
static struct spec_outcome
outcome_of_end(const struct sup *sup)
{
	uint8_t end = sup->being_killed ? SPEC_END_KILLED : SPEC_END_SHUTDOWN;

	return (struct spec_outcome){ .end = end, .end_stopped = end };
}

void
sup_finish(struct sup *sup)
{
	enum child_state state = sup->self.state;

	if (sup->end == SUP_END_FAILED && list_is_linked(&sup->stop.link))
		sup->end = SUP_END_ASKED;	/* that is why it has failed */
	empty_mailbox(sup);
	sup_restore_definition(sup);
	if (state == CHILD_STARTING) {
		finish_failed_start(sup);
		return;
	}
	sup->self.last = outcome_of_end(sup);
	sup_on_end(sup->tree, &sup->self);
}

/* The delay before the next restart: doubles up to the maximum. */
static int64_t
next_delay_ms(struct child *child)
{
	const struct spec *spec = &child->spec;

	if (child->delay_ms == 0)
		child->delay_ms = spec->restart_delay_ms;
	else if (child->delay_ms >= spec->restart_delay_max_ms / 2)
		child->delay_ms = spec->restart_delay_max_ms;
	else
		child->delay_ms *= 2;
	return child->delay_ms;
}

/* Up to a quarter more, so that children that failed together are not all
 * restarted at the same time. */
static int64_t
jitter_ms(struct sup *sup, int64_t delay_ms)
{
	uint64_t most_ms = (uint64_t)delay_ms / 4 + 1;

	return (int64_t)(steps_random(sup->tree) % most_ms);
}

/* Make a child restarting, and queue its retry at the given time. */
static void
retry_at(struct sup *sup, struct child *child, int64_t due_ms,
    enum child_comeback comeback)
{
	child_set_state(child, CHILD_RESTARTING);
	child->comeback = (uint8_t)comeback;
	list_remove(&child->retry.link);	/* not before its time */
	heap_set(&sup->tree->deadlines, &child->timer, due_ms);
}

/* The same after its restart delay. OTP has no delays. */
static void
retry_after_delay(struct sup *sup, struct child *child)
{
	int64_t delay_ms = next_delay_ms(child);
	int64_t due_ms = sup->tree->now_ms + delay_ms +
	    jitter_ms(sup, delay_ms);

	retry_at(sup, child, due_ms, COMEBACK_RETRY);
	steps_note_until(sup->tree, NOTE_DELAYED, sup, child, due_ms);
}

void
sup_retry_later(struct sup *sup, struct child *child,
    enum child_comeback comeback)
{
	if (child->state == CHILD_UNKILLABLE) {
		child->comeback = (uint8_t)comeback;
	} else if (comeback == COMEBACK_RESUME) {
		retry_at(sup, child, sup->tree->now_ms + child->shortage_ms,
		    comeback);
	} else if (child->spec.restart_delay_ms > 0) {
		retry_after_delay(sup, child);
	} else {
		/* OTP: at once, but behind the mail that waits already. */
		child_set_state(child, CHILD_RESTARTING);
		child->comeback = (uint8_t)comeback;
		sup_post(sup, &child->retry);
	}
}

void
sup_range(struct sup *sup, struct child *child, struct list **ret_before,
    struct list **ret_after)
{
	enum spec_strategy strategy = sup->flags.strategy;
	struct list *head = &sup->children;

	*ret_before = strategy == SPEC_ONE_FOR_ALL ? head : child->link.prev;
	*ret_after = strategy == SPEC_ONE_FOR_ONE ? child->link.next : head;
}

/*
 * Stop the siblings in the range of a child that is down, and start the whole
 * range. A sibling that is down is started as well, whatever brought it down.
 * Under one_for_one there are no siblings to stop.
 */
static void
begin_restart(struct sup *sup, struct child *child)
{
	struct list *before, *after;

	sup_range(sup, child, &before, &after);
	op_begin(sup, OP_RESTART, sup->flags.strategy == SPEC_ONE_FOR_ONE ?
	    OP_STARTING : OP_STOPPING, before, after, NULL);
	sup->op.cause = child->cause;
}

/*
 * Restart a child, unless that is one restart too many: then nothing is
 * started, and the supervisor ends with all its children.
 */
static void
restart(struct sup *sup, struct child *child)
{
	if (window_add(&sup->window, sup->tree->now_ms, sup->flags.max_restarts,
	    sup->flags.max_seconds_ms)) {
		begin_restart(sup, child);
		return;
	}
	if (child->state == CHILD_RESTARTING)
		child_set_state(child, CHILD_DOWN);
	sup->self.cause = steps_note(sup->tree, NOTE_GAVE_UP, sup, child);
	sup_begin_end(sup, SUP_END_GAVE_UP);
}

/* Tell whether no other significant child runs or is to run again. */
static bool
was_last_significant(const struct sup *sup, const struct child *ended)
{
	const struct list *link;

	for (link = sup->children.next; link != &sup->children;
	    link = link->next) {
		const struct child *child =
		    list_const_entry(link, struct child, link);

		if (child != ended && child->spec.significant &&
		    (child_has_process(child) ||
		    child->state == CHILD_RESTARTING))
			return false;
	}
	return true;
}

/* Tell whether the end of a child, without restart, ends the supervisor. */
static bool
ends_supervisor(const struct sup *sup, const struct child *child)
{
	if (!child->spec.significant)
		return false;
	switch (sup->flags.auto_shutdown) {
	case SPEC_ANY_SIGNIFICANT:
		return true;
	case SPEC_ALL_SIGNIFICANT:
		return was_last_significant(sup, child);
	default:
		return false;
	}
}

/* A child has ended and stays down: forget it unless it is kept. */
static void
let_go(struct sup *sup, struct child *child)
{
	bool end = ends_supervisor(sup, child);

	if (end)
		sup->self.cause = steps_note(sup->tree, NOTE_AUTO_SHUTDOWN,
		    sup, child);
	if (!sup_keeps(sup, child))
		sup_forget(sup, child);
	if (end)
		sup_begin_end(sup, SUP_END_AUTO);
}

/* What an exit leads to, by restart type and by whether it was clean. */
static const struct {
	bool report;
	bool restart;
} exits[SPEC_RESTART_COUNT][2] = {
	[SPEC_PERMANENT] = {
		[false] = { .report = true, .restart = true },
		[true] = { .report = true, .restart = true },
	},
	[SPEC_TRANSIENT] = {
		[false] = { .report = true, .restart = true },
		[true] = { .report = false, .restart = false },
	},
	[SPEC_TEMPORARY] = {
		[false] = { .report = true, .restart = false },
		[true] = { .report = false, .restart = false },
	},
};

void
sup_on_exit(struct sup *sup, struct child *child)
{
	bool clean = spec_end_is_clean(child->last.end);

	if (child->forgotten) {
		sup_forget(sup, child);
		return;
	}
	child_set_state(child, CHILD_DOWN);
	if (exits[child->spec.restart][clean].report)
		steps_note(sup->tree, NOTE_CHILD_TERMINATED, sup, child);
	if (!exits[child->spec.restart][clean].restart)
		let_go(sup, child);
	else if (child->spec.restart_delay_ms > 0)
		retry_after_delay(sup, child);
	else
		restart(sup, child);
}

/*
 * Go on with a restart that a shortage had cut short, or that had to leave out
 * what was unkillable: nothing is stopped again, and nothing is counted.
 */
static void
resume_restart(struct sup *sup, struct child *child)
{
	struct list *before, *after;

	sup_range(sup, child, &before, &after);
	before = child->link.prev;	/* those before it are started */
	op_begin(sup, OP_RESTART, OP_STARTING, before, after, NULL);
	sup->op.cause = child->cause;
}

void
sup_on_retry(struct sup *sup, struct child *child)
{
	if (child->state != CHILD_RESTARTING)
		return;
	if (child->comeback == COMEBACK_RESUME)
		resume_restart(sup, child);
	else
		restart(sup, child);
}

void
sup_on_stop(struct sup *sup)
{
	if (sup->self.state == CHILD_UP)
		child_set_state(&sup->self, CHILD_STOPPING);
	sup_begin_end(sup, SUP_END_ASKED);
}
