/* What the parts of the core use of the tree inside a step. */
#include "core/steps.h"

#include <assert.h>

void
steps_set_runnable(struct tree *tree, struct list *runnable)
{
	if (!list_is_linked(runnable))
		list_append(&tree->runnable, runnable);
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
	assert(!list_is_linked(&request->mail.link));
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

/* Tell whether what the child does next is due to a note about it. */
static bool
is_cause(enum note_type type)
{
	switch (type) {
	case NOTE_CHILD_TERMINATED:
	case NOTE_START_ERROR:
	case NOTE_SHUTDOWN_ERROR:	/* reports of what is noted already */
	case NOTE_GAVE_UP:
	case NOTE_AUTO_SHUTDOWN:	/* about the supervisor */
		return false;
	default:
		return true;
	}
}

uint64_t
steps_note_until(struct tree *tree, enum note_type type, struct sup *sup,
    struct child *child, int64_t until_ms)
{
	uint64_t number = ++tree->noted;

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
	if (is_cause(type))
		child->cause = type == NOTE_STARTED ? 0 : number;
	return number;
}

uint64_t
steps_note(struct tree *tree, enum note_type type, struct sup *sup,
    struct child *child)
{
	return steps_note_until(tree, type, sup, child, 0);
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
