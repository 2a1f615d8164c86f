/* The tree as a whole: events in, actions out. */
#include "core/tree.h"

#include <assert.h>

#include "core/request.h"
#include "core/steps.h"

const char *const request_error_names[REQUEST_ERROR_COUNT] = {
	[REQUEST_OK] = "ok",
	[REQUEST_UNDEFINED] = "undefined",
	[REQUEST_NOPROC] = "noproc",
	[REQUEST_SHUTDOWN] = "shutdown",
	[REQUEST_NOT_FOUND] = "not_found",
	[REQUEST_ALREADY_STARTED] = "already_started",
	[REQUEST_ALREADY_PRESENT] = "already_present",
	[REQUEST_RUNNING] = "running",
	[REQUEST_RESTARTING] = "restarting",
	[REQUEST_MAX_CHILDREN] = "max_children",
	[REQUEST_UNSUPPORTED] = "unsupported",
	[REQUEST_BAD_SPEC] = "bad_spec",
	[REQUEST_START_FAILED] = "start_failed",
	[REQUEST_SHORTAGE] = "shortage",
	[REQUEST_UNKILLABLE] = "unkillable",
};

void
tree_init(struct tree *tree, note_fn *note, void *note_arg, uint64_t seed)
{
	*tree = (struct tree){
		.note = note,
		.note_arg = note_arg,
		.random = seed,
	};
	list_init(&tree->runnable);
	list_init(&tree->actions);
}

void
steps_set_runnable(struct tree *tree, struct sup *sup)
{
	if (!list_is_linked(&sup->runnable))
		list_append(&tree->runnable, &sup->runnable);
}

void
steps_act(struct tree *tree, struct action_node *node, enum action_type type)
{
	node->wanted |= (uint8_t)(1U << type);
	node->is_request = type == ACTION_REPLY;
	if (!list_is_linked(&node->link))
		list_append(&tree->actions, &node->link);
}

void
steps_reply(struct tree *tree, struct request *request,
    enum request_error error)
{
	request->error = error;
	tree->note(tree->note_arg, &(struct note){
		.type = NOTE_ANSWER,
		.now_ms = tree->now_ms,
		.sup = request->sup,
		.child = request->child,
		.request = request,
	});
	steps_act(tree, &request->action, ACTION_REPLY);
}

/* What comes next is due to a note: for the child, or for its supervisor. */
static void
set_cause(enum note_type type, struct sup *sup, struct child *child,
    uint64_t number)
{
	switch (type) {
	case NOTE_STARTED:	/* what it does now it does by itself */
		child->cause = 0;
		break;
	case NOTE_CHILD_TERMINATED:
	case NOTE_START_ERROR:
	case NOTE_SHUTDOWN_ERROR: /* reports of what is noted already */
		break;
	case NOTE_GAVE_UP:
	case NOTE_AUTO_SHUTDOWN:
		sup->self.cause = number;
		break;
	default:
		child->cause = number;
		break;
	}
}

void
steps_note_until(struct tree *tree, enum note_type type, struct sup *sup,
    struct child *child, int64_t until_ms)
{
	uint64_t number = tree_take_number(tree);

	tree->note(tree->note_arg, &(struct note){
		.type = type,
		.now_ms = tree->now_ms,
		.sup = sup,
		.child = child,
		.outcome = child->last,
		.until_ms = until_ms,
		.number = number,
		.cause = child->cause,
	});
	set_cause(type, sup, child, number);
}

void
steps_note(struct tree *tree, enum note_type type, struct sup *sup,
    struct child *child)
{
	steps_note_until(tree, type, sup, child, 0);
}

void
steps_set_timer(struct tree *tree, struct child *child, int64_t due_ms)
{
	heap_set(&tree->deadlines, &child->timer, due_ms);
}

void
steps_quit(struct tree *tree)
{
	tree->quit = true;
}

bool
steps_is_starting(const struct tree *tree)
{
	return tree->root->self.state == CHILD_STARTING;
}

/* xorshift64*; the state must not be 0. */
uint64_t
steps_random(struct tree *tree)
{
	uint64_t x = tree->random ? tree->random : 1;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	tree->random = x;
	return x * UINT64_C(0x2545F4914F6CDD1D);
}

/* A start came out, and the child has no process. */
static void
on_no_start(struct tree *tree, struct child *child, enum note_type note,
    enum op_result result)
{
	child_set_state(child, CHILD_DOWN);
	steps_note(tree, note, child->parent, child);
	op_on_start(child->parent, child, result);
}

/* A worker is up; unless it was to be killed meanwhile: then it will end. */
static void
on_started(struct tree *tree, struct child *child)
{
	if (child->state != CHILD_STARTING || child->killed || child->unwanted)
		return;
	child_set_state(child, CHILD_UP);
	child->up_since_ms = tree->now_ms;
	steps_note(tree, NOTE_STARTED, child->parent, child);
	op_on_start(child->parent, child, OP_STARTED);
}

/* The delay begins anew for a child that was up long enough. */
static void
reset_delay(struct tree *tree, struct child *child)
{
	if (tree->now_ms - child->up_since_ms >=
	    child->spec.restart_delay_max_ms)
		child->delay_ms = 0;
}

/*
 * An unkillable process has gone after all: its slot can be used again, if
 * there still is one.
 */
static void
on_stuck_gone(struct tree *tree, struct child *child)
{
	bool wanted = child->wanted;

	child->wanted = false;
	child_set_state(child, CHILD_DOWN);
	steps_note(tree, NOTE_DOWN, child->parent, child);
	sup_remove_unkillable(child);
	if (wanted)
		sup_retry_later(child->parent, child);
}

void
sup_on_end(struct tree *tree, struct child *child)
{
	struct sup *parent = child->parent;
	bool asked = child->state == CHILD_STOPPING;

	child_set_state(child, asked ? CHILD_DOWN : CHILD_ENDED);
	steps_note(tree, NOTE_DOWN, parent, child);
	if (!parent) {
		if (!asked)	/* nobody is there to hear of it */
			child_set_state(child, CHILD_DOWN);
		steps_quit(tree);
		return;
	}
	if (asked) {
		stop_on_gone(parent, child);
		return;
	}
	reset_delay(tree, child);
	sup_post(parent, &child->exit);
}

/* A worker's process is gone. */
static void
on_exited(struct tree *tree, struct child *child, struct spec_outcome outcome)
{
	child->last = outcome;
	if (child->state == CHILD_UNKILLABLE)
		on_stuck_gone(tree, child);
	else if (child->state == CHILD_STARTING)
		on_no_start(tree, child, NOTE_START_FAILED, OP_FAILED);
	else
		sup_on_end(tree, child);
}

/* A start has failed; an unkillable one had been given up already. */
static void
on_start_failed(struct tree *tree, struct child *child,
    struct spec_outcome outcome)
{
	child->last = outcome;
	if (child->state == CHILD_UNKILLABLE)
		on_stuck_gone(tree, child);
	else
		on_no_start(tree, child, NOTE_START_FAILED, OP_FAILED);
}

/* A start was ignored; one that nobody wants any more has failed. */
static void
on_start_ignored(struct tree *tree, struct child *child,
    struct spec_outcome outcome)
{
	child->last = outcome;
	if (child->state == CHILD_UNKILLABLE)
		on_stuck_gone(tree, child);
	else if (child->unwanted)
		on_no_start(tree, child, NOTE_START_FAILED, OP_FAILED);
	else
		on_no_start(tree, child, NOTE_START_IGNORED, OP_IGNORED);
}

/* The system was short when a child was to start. */
static void
on_start_short(struct tree *tree, struct child *child)
{
	if (child->state == CHILD_UNKILLABLE) {
		on_stuck_gone(tree, child);
	} else if (child->unwanted) {	/* no time to wait for its end */
		on_no_start(tree, child, NOTE_START_FAILED, OP_FAILED);
	} else {
		child_set_state(child, CHILD_DOWN);
		op_on_start(child->parent, child, OP_SHORTAGE);
	}
}

/* Tell whether a supervisor runs, be it only to its end. */
static bool
is_running(const struct sup *sup)
{
	return sup->self.state == CHILD_UP ||
	    sup->self.state == CHILD_STARTING ||
	    sup->self.state == CHILD_STOPPING;
}

/*
 * A request goes into its supervisor's mailbox, if that runs; OTP's caller
 * would find no process. The definition of one that is down can be changed.
 */
static void
on_request(struct tree *tree, struct request *request)
{
	list_init(&request->mail.link);
	list_init(&request->action.link);
	request->mail.type = MAIL_REQUEST;
	request->action.wanted = 0;
	if (is_running(request->sup))
		sup_post(request->sup, &request->mail);
	else if (request->type == REQUEST_CODE_CHANGE && request->also_down)
		steps_reply(tree, request, change_down(request->sup, request));
	else
		steps_reply(tree, request, REQUEST_NOPROC);
}

/* The root is to stop in order: as anything else, when its turn comes. */
static void
on_stop(struct tree *tree, uint64_t cause)
{
	if (tree->root->self.state == CHILD_DOWN)
		return;
	if (tree->root->op.type != OP_END)	/* it ends for another reason */
		tree->root->self.cause = cause;
	sup_stop(tree->root);
}

/* The root is to be killed; it ends as one that was asked to. */
static void
on_kill(struct tree *tree, uint64_t cause)
{
	struct sup *root = tree->root;

	root->self.cause = cause;
	if (root->self.state == CHILD_UP)
		child_set_state(&root->self, CHILD_STOPPING);
	if (root->self.state == CHILD_STOPPING ||
	    root->self.state == CHILD_STARTING)
		sup_kill(root);
}

/* Take one event in. */
static void
take_event(struct tree *tree, const struct input *event)
{
	struct child *child = event->child;

	switch (event->type) {
	case INPUT_START:
		sup_start(tree->root);
		break;
	case INPUT_STARTED:
		on_started(tree, child);
		break;
	case INPUT_START_FAILED:
		on_start_failed(tree, child, event->outcome);
		break;
	case INPUT_START_IGNORED:
		on_start_ignored(tree, child, event->outcome);
		break;
	case INPUT_START_SHORTAGE:
		on_start_short(tree, child);
		break;
	case INPUT_EXITED:
		on_exited(tree, child, event->outcome);
		break;
	case INPUT_TIMEOUT:
		break;
	case INPUT_REQUEST:
		on_request(tree, event->request);
		break;
	case INPUT_STOP:
		on_stop(tree, event->cause);
		break;
	case INPUT_KILL:
		on_kill(tree, event->cause);
		break;
	}
}

/* Run every supervisor that may go on, until all wait. */
static void
run_all(struct tree *tree)
{
	struct list *link;

	while ((link = list_pop(&tree->runnable)))
		sup_run(list_entry(link, struct sup, runnable));
}

/* Take a deadline that has passed. */
static void
on_deadline(struct tree *tree, struct heap_node *node)
{
	heap_set(&tree->deadlines, node, HEAP_NEVER);
	if (node->of_sup) {
		op_on_deadline(list_entry(node, struct sup, timer));
	} else {
		struct child *child = list_entry(node, struct child, timer);

		sup_post(child->parent, &child->retry);
	}
}

void
tree_step(struct tree *tree, const struct input *event)
{
	assert(event->now_ms >= tree->now_ms);
	tree->now_ms = event->now_ms;
	take_event(tree, event);
	run_all(tree);
	while (tree_deadline_ms(tree) <= tree->now_ms) {
		on_deadline(tree, tree->deadlines.root);
		run_all(tree);
	}
}

/* The action that is to be given out first, of those that are wanted. */
static enum action_type
first_wanted(const struct action_node *node)
{
	enum action_type type = ACTION_START;

	while (!(node->wanted & (1U << type)))
		type++;
	return type;
}

bool
tree_next_action(struct tree *tree, struct action *ret_action)
{
	struct action_node *node;
	enum action_type type;

	if (list_is_empty(&tree->actions)) {
		if (!tree->quit)
			return false;
		tree->quit = false;
		*ret_action = (struct action){ .type = ACTION_QUIT };
		return true;
	}
	node = list_entry(tree->actions.next, struct action_node, link);
	type = first_wanted(node);
	node->wanted &= (uint8_t)~(1U << type);
	if (node->wanted == 0)
		list_remove(&node->link);
	*ret_action = (struct action){ .type = type };
	if (node->is_request)
		ret_action->request = list_entry(node, struct request, action);
	else
		ret_action->child = list_entry(node, struct child, action);
	return true;
}
