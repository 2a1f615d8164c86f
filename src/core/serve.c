/* Requests, one function each; the answers are those of supervisor.erl. */
#include "core/serve.h"

#include <assert.h>

#include "core/change.h"
#include "core/names.h"

/* The answer of a request whose operation has begun, and will answer it. */
#define LATER	REQUEST_ERROR_COUNT

/* Refuse a new child, or say that it may be tried. */
static enum request_error
check_new(struct sup *sup, struct request *request)
{
	struct child *child = request->child, *old;

	request->fault = spec_check(&child->spec, &sup->flags);
	request->fault_name = child->name;
	if (request->fault)
		return REQUEST_BAD_SPEC;
	if (sup_is_dynamic(sup))	/* restarting children hold their place
					   */
		return sup->child_count >= sup->flags.max_children ?
		    REQUEST_MAX_CHILDREN : REQUEST_OK;
	old = names_find(sup->tree, sup, child->name);
	if (!old)
		return REQUEST_OK;
	if (old->forgotten)
		return REQUEST_UNKILLABLE;
	return child_has_process(old) ?
	    REQUEST_ALREADY_STARTED : REQUEST_ALREADY_PRESENT;
}

/* start_child: the spec is checked before the name; added as the last one. */
static enum request_error
start_child(struct sup *sup, struct request *request)
{
	enum request_error error = check_new(sup, request);
	struct child *child = request->child;

	if (error)
		return error;
	child->defined = false;
	sup_insert(sup, child);
	sup->altered = true;
	op_begin(sup, OP_START_CHILD, OP_STARTING, child->link.prev,
	    child->link.next, request);
	return LATER;
}

/* terminate_child: fine also if it is down already. */
static enum request_error
terminate_child(struct sup *sup, struct request *request)
{
	struct child *child = names_find(sup->tree, sup, request->name);

	if (!child)
		return REQUEST_NOT_FOUND;
	child->failed = false;
	op_begin(sup, OP_TERMINATE_CHILD, OP_STOPPING, child->link.prev,
	    child->link.next, request);
	sup->op.concurrent = false;
	return LATER;
}

/* Why a child that should be down is not: REQUEST_OK if it is. */
static enum request_error
check_down(struct sup *sup, const struct child *child)
{
	if (sup_is_dynamic(sup))
		return REQUEST_UNSUPPORTED;
	if (!child)
		return REQUEST_NOT_FOUND;
	if (child->forgotten)
		return REQUEST_UNKILLABLE;
	switch ((enum child_state)child->state) {
	case CHILD_DOWN:
		return REQUEST_OK;
	case CHILD_RESTARTING:
		return REQUEST_RESTARTING;
	case CHILD_UNKILLABLE:
		return REQUEST_UNKILLABLE;
	default:
		return REQUEST_RUNNING;
	}
}

/* restart_child: start a child that is down, in its old place. */
static enum request_error
restart_child(struct sup *sup, struct request *request)
{
	struct child *child = names_find(sup->tree, sup, request->name);
	enum request_error error = check_down(sup, child);

	if (error)
		return error;
	op_begin(sup, OP_RESTART_CHILD, OP_STARTING, child->link.prev,
	    child->link.next, request);
	return LATER;
}

/* delete_child: forget the spec of a child that is down. */
static enum request_error
delete_child(struct sup *sup, struct request *request)
{
	struct child *child = names_find(sup->tree, sup, request->name);
	enum request_error error = check_down(sup, child);

	if (error)
		return error;
	if (sup_has_unkillable(child))
		return REQUEST_UNKILLABLE;
	if (sup_is_half_up(child))
		return REQUEST_RUNNING;
	sup_forget(sup, child);
	return REQUEST_OK;
}

/*
 * Ours, OTP has none: stop and start a child with the siblings that its
 * supervisor's strategy names, without counting it as a restart. A child that
 * is not kept would be forgotten when it is stopped.
 */
static enum request_error
planned_restart(struct sup *sup, struct request *request)
{
	struct child *child = names_find(sup->tree, sup, request->name);
	struct list *before, *after;

	if (!child)
		return REQUEST_NOT_FOUND;
	if (child->forgotten)
		return REQUEST_UNKILLABLE;
	if (!sup_keeps(sup, child))
		return REQUEST_UNSUPPORTED;
	sup_range(sup, child, &before, &after);
	op_begin(sup, OP_PLANNED_RESTART, OP_STOPPING, before, after, request);
	return LATER;
}

/* get_childspec: the spec with its defaults. */
static enum request_error
get_childspec(struct sup *sup, struct request *request)
{
	if (sup_is_dynamic(sup))
		return REQUEST_UNSUPPORTED;
	request->child = names_find(sup->tree, sup, request->name);
	return request->child ? REQUEST_OK : REQUEST_NOT_FOUND;
}

/* which_children: the shell reads the list when it hears the answer. */
static enum request_error
which_children(struct sup *sup, struct request *request)
{
	(void)sup;
	(void)request;
	return REQUEST_OK;
}

static enum request_error
count_children(struct sup *sup, struct request *request)
{
	sup_count_children(sup, &request->counts);
	return REQUEST_OK;
}

static enum request_error (*const handlers[])(struct sup *,
    struct request *) = {
	[REQUEST_START_CHILD] = start_child,
	[REQUEST_TERMINATE_CHILD] = terminate_child,
	[REQUEST_RESTART_CHILD] = restart_child,
	[REQUEST_DELETE_CHILD] = delete_child,
	[REQUEST_PLANNED_RESTART] = planned_restart,
	[REQUEST_GET_CHILDSPEC] = get_childspec,
	[REQUEST_WHICH_CHILDREN] = which_children,
	[REQUEST_COUNT_CHILDREN] = count_children,
	[REQUEST_CODE_CHANGE] = change_sup,
};
static_assert(sizeof(handlers) / sizeof(handlers[0]) == REQUEST_TYPE_COUNT,
    "every request has a handler");

void
serve_request(struct sup *sup, struct request *request)
{
	enum request_error answer = handlers[request->type](sup, request);

	if (answer != LATER)
		steps_reply(sup->tree, request, answer);
}
