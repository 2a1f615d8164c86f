/* The tree as a whole: inputs in, mail served, actions out. */
#include "core/tree.h"

#include <assert.h>
#include <string.h>

#include "core/change.h"
#include "core/serve.h"
#include "core/tree_check.h"

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

/* A worker is up. If it was told to stop or killed meanwhile, its end follows
 * and is what counts. */
static void
on_started(struct tree *tree, struct child *child)
{
	const struct child_ending *ending = &child->ending;

	if (child->state != CHILD_STARTING || ending->told || ending->killed)
		return;
	child_set_state(child, CHILD_UP);
	child->up_since_ms = tree->now_ms;
	steps_note(tree, NOTE_STARTED, child->parent, child);
	op_on_start(child->parent, child, OP_STARTED);
}

/* An unkillable process has gone after all: its slot can be used again. */
static void
on_unkillable_gone(struct tree *tree, struct child *child)
{
	enum child_comeback comeback = child->comeback;

	child_set_state(child, CHILD_DOWN);
	steps_note(tree, NOTE_DOWN, child->parent, child);
	sup_remove_unkillable(child);
	if (comeback != COMEBACK_NONE)
		sup_retry_later(child->parent, child, comeback);
}

/*
 * The start of a worker came to nothing. If the worker was told to stop before
 * it was up, that is a failed start, whatever came of it: the tree ends, and
 * does not wait for a shortage.
 */
static void
on_no_start(struct tree *tree, struct child *child, enum op_result result)
{
	if (child->state == CHILD_UNKILLABLE) {	/* it was given up before */
		on_unkillable_gone(tree, child);
		return;
	}
	if (child->ending.told)
		result = OP_FAILED;
	child_set_state(child, CHILD_DOWN);
	if (result == OP_FAILED)
		steps_note(tree, NOTE_START_FAILED, child->parent, child);
	else if (result == OP_IGNORED)
		steps_note(tree, NOTE_START_IGNORED, child->parent, child);
	op_on_start(child->parent, child, result);
}

/* A worker's process is gone. */
static void
on_exited(struct tree *tree, struct child *child)
{
	if (child->state == CHILD_STARTING || child->state == CHILD_UNKILLABLE)
		on_no_start(tree, child, OP_FAILED);
	else
		sup_on_end(tree, child);
}

/* Tell whether a supervisor takes mail: also one that runs to its end, or will
 * go on with a start that was cut. */
static bool
is_running(const struct sup *sup)
{
	return sup->half_up || sup->self.state == CHILD_UP ||
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

/* The root is to stop in order, when the mail before that is served. */
static void
on_stop(struct tree *tree, uint64_t cause)
{
	sup_count_as_up(&tree->root->self);
	if (tree->root->self.state == CHILD_DOWN)
		return;
	if (tree->root->op.type != OP_END)	/* it ends for another reason */
		tree->root->self.cause = cause;
	sup_stop(tree->root);
}

/* The root is to be killed; its end is one that was asked for. */
static void
on_kill(struct tree *tree, uint64_t cause)
{
	struct sup *root = tree->root;

	sup_count_as_up(&root->self);
	root->self.cause = cause;
	if (root->self.state == CHILD_UP)
		child_set_state(&root->self, CHILD_STOPPING);
	if (root->self.state == CHILD_STOPPING ||
	    root->self.state == CHILD_STARTING)
		sup_kill(root);
}

static void
take_input(struct tree *tree, const struct input *input)
{
	struct child *child = input->child;

	switch (input->type) {
	case INPUT_START:
		sup_start(tree->root);
		break;
	case INPUT_STARTED:
		on_started(tree, child);
		break;
	case INPUT_START_FAILED:
		child->last = input->outcome;
		on_no_start(tree, child, OP_FAILED);
		break;
	case INPUT_START_IGNORED:
		child->last = input->outcome;
		on_no_start(tree, child, OP_IGNORED);
		break;
	case INPUT_START_SHORTAGE:
		on_no_start(tree, child, OP_SHORTAGE);
		break;
	case INPUT_START_HANGS:
		op_on_hanging_start(child->parent, child);
		break;
	case INPUT_EXITED:
		child->last = input->outcome;
		on_exited(tree, child);
		break;
	case INPUT_ADOPTED:
		sup_adopt(tree, child);
		break;
	case INPUT_TIMEOUT:
		break;
	case INPUT_REQUEST:
		on_request(tree, input->request);
		break;
	case INPUT_STOP:
		on_stop(tree, input->cause);
		break;
	case INPUT_KILL:
		on_kill(tree, input->cause);
		break;
	}
}

/* Serve a piece of a supervisor's mail. */
static void
serve_mail(struct sup *sup, struct mail *mail)
{
	switch (mail->type) {
	case MAIL_EXIT:
		sup_on_exit(sup, list_entry(mail, struct child, exit));
		break;
	case MAIL_RETRY:
		sup_on_retry(sup, list_entry(mail, struct child, retry));
		break;
	case MAIL_REQUEST:
		serve_request(sup, request_of(mail));
		break;
	case MAIL_STOP:
		sup_on_stop(sup);
		break;
	}
}

/*
 * Let a supervisor go on until it waits for something or has nothing to do:
 * first its operation, then its mail, as a process of OTP would.
 */
static void
run_sup(struct sup *sup)
{
	for (;;) {
		struct list *link;

		if (sup->op.type != OP_NONE) {
			if (sup->op.waiting)
				return;
			op_advance(sup);
			continue;
		}
		link = list_pop(&sup->mailbox);
		if (!link)
			return;
		serve_mail(sup, list_entry(link, struct mail, link));
	}
}

/* Run every supervisor that may go on, until all wait. */
static void
run_all(struct tree *tree)
{
	struct list *link;

	while ((link = list_pop(&tree->runnable)))
		run_sup(list_entry(link, struct sup, runnable));
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
tree_step(struct tree *tree, const struct input *input)
{
	assert(input->now_ms >= tree->now_ms);
	tree->now_ms = input->now_ms;
	take_input(tree, input);
	run_all(tree);
	while (tree_deadline_ms(tree) <= tree->now_ms) {
		on_deadline(tree, tree->deadlines.root);
		run_all(tree);
	}
#ifdef REEVE_CHECKS
	tree_check(tree);
#endif
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

struct child *
tree_find(const struct tree *tree, const char *path)
{
	struct child *child = &tree->root->self;

	while (*path == '/')
		path++;
	while (*path != '\0') {
		size_t len = strcspn(path, "/");

		if (!child_is_sup(child))
			return NULL;
		child = names_find_part(tree, sup_of(child), path, len);
		if (!child)
			return NULL;
		path += len;
		if (*path == '/')
			path++;
	}
	return child;
}

/* Write len bytes at an offset, as far as they fit. */
static size_t
put(char *text, size_t size, size_t at, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at + i + 1 < size)
			text[at + i] = bytes[i];
	return at + len;
}

/* Write the path of a child below the root, its ancestors first. */
static size_t
put_path(const struct child *child, char *text, size_t size)
{
	const struct child *above = &child->parent->self;
	size_t at = 0;

	if (above->parent) {
		at = put_path(above, text, size);
		at = put(text, size, at, "/", 1);
	}
	return put(text, size, at, child->name, strlen(child->name));
}

size_t
tree_path(const struct child *child, char *ret_path, size_t size)
{
	size_t len = child->parent ? put_path(child, ret_path, size) :
	    put(ret_path, size, 0, "/", 1);

	if (size > 0)
		ret_path[len < size ? len : size - 1] = '\0';
	return len;
}
