/* Requests, one function each; the answers are those of supervisor.erl. */
#include "core/serve.h"

#include <assert.h>
#include <string.h>

#include "core/change.h"
#include "core/names.h"

/* The child that a request names. */
static struct child *
find(struct sup *sup, const struct request *request)
{
	return names_find(sup->tree, sup, request->name,
	    strlen(request->name));
}

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
	old = names_find(sup->tree, sup, child->name, strlen(child->name));
	if (!old)
		return REQUEST_OK;
	if (old->forgotten)
		return REQUEST_UNKILLABLE;
	return child_has_process(old) ?
	    REQUEST_ALREADY_STARTED : REQUEST_ALREADY_PRESENT;
}

/* start_child: the spec is checked before the name; added as the last one. */
static void
start_child(struct sup *sup, struct request *request)
{
	enum request_error error = check_new(sup, request);
	struct child *child = request->child;

	if (error) {
		steps_reply(sup->tree, request, error);
		return;
	}
	child->defined = false;
	sup_insert(sup, child);
	sup->altered = true;
	op_begin_start(sup, OP_START_CHILD, child->link.prev, child->link.next,
	    request);
}

/* terminate_child: fine also if it is down already. */
static void
terminate_child(struct sup *sup, struct request *request)
{
	struct child *child = find(sup, request);

	if (!child) {
		steps_reply(sup->tree, request, REQUEST_NOT_FOUND);
		return;
	}
	child->failed = false;
	op_begin_stop(sup, OP_TERMINATE_CHILD, child->link.prev,
	    child->link.next, request);
	sup->op.concurrent = false;
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
static void
restart_child(struct sup *sup, struct request *request)
{
	struct child *child = find(sup, request);
	enum request_error error = check_down(sup, child);

	if (error) {
		steps_reply(sup->tree, request, error);
		return;
	}
	op_begin_start(sup, OP_RESTART_CHILD, child->link.prev,
	    child->link.next, request);
}

/* delete_child: forget the spec of a child that is down. */
static void
delete_child(struct sup *sup, struct request *request)
{
	struct child *child = find(sup, request);
	enum request_error error = check_down(sup, child);

	if (!error && sup_has_unkillable(child))
		error = REQUEST_UNKILLABLE;
	else if (!error && sup_is_half_up(child))
		error = REQUEST_RUNNING;
	if (!error)
		sup_forget(sup, child);
	steps_reply(sup->tree, request, error);
}

/*
 * Ours, OTP has none: stop and start a child with the siblings that its
 * supervisor's strategy names, without counting it as a restart.
 */
static void
planned_restart(struct sup *sup, struct request *request)
{
	struct child *child = find(sup, request);
	struct list *before, *after;

	if (!child) {
		steps_reply(sup->tree, request, REQUEST_NOT_FOUND);
		return;
	}
	if (child->forgotten) {
		steps_reply(sup->tree, request, REQUEST_UNKILLABLE);
		return;
	}
	if (!sup_keeps(sup, child)) {
		/* stopped, it would be forgotten */
		steps_reply(sup->tree, request, REQUEST_UNSUPPORTED);
		return;
	}
	sup_range(sup, child, &before, &after);
	op_begin_stop(sup, OP_PLANNED_RESTART, before, after, request);
}

/* get_childspec: the spec with its defaults. */
static void
get_childspec(struct sup *sup, struct request *request)
{
	enum request_error error = REQUEST_UNSUPPORTED;

	if (!sup_is_dynamic(sup)) {
		request->child = find(sup, request);
		error = request->child ? REQUEST_OK : REQUEST_NOT_FOUND;
	}
	steps_reply(sup->tree, request, error);
}

/* which_children: the shell reads the list when it hears the answer. */
static void
which_children(struct sup *sup, struct request *request)
{
	steps_reply(sup->tree, request, REQUEST_OK);
}

static void
count_children(struct sup *sup, struct request *request)
{
	sup_count_children(sup, &request->counts);
	steps_reply(sup->tree, request, REQUEST_OK);
}

static void
change_code(struct sup *sup, struct request *request)
{
	steps_reply(sup->tree, request, change_sup(sup, request));
}

static void (*const handlers[])(struct sup *, struct request *) = {
	[REQUEST_START_CHILD] = start_child,
	[REQUEST_TERMINATE_CHILD] = terminate_child,
	[REQUEST_RESTART_CHILD] = restart_child,
	[REQUEST_DELETE_CHILD] = delete_child,
	[REQUEST_PLANNED_RESTART] = planned_restart,
	[REQUEST_GET_CHILDSPEC] = get_childspec,
	[REQUEST_WHICH_CHILDREN] = which_children,
	[REQUEST_COUNT_CHILDREN] = count_children,
	[REQUEST_CODE_CHANGE] = change_code,
};
static_assert(sizeof(handlers) / sizeof(handlers[0]) == REQUEST_TYPE_COUNT,
    "every request has a handler");

void
serve_request(struct sup *sup, struct request *request)
{
	handlers[request->type](sup, request);
}
