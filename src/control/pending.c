/* Requests on their way through the tree, and their answers. */
#include "config.h"

#include "control/pending.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/interface.h"
#include "base/log.h"
#include "base/varlink.h"
#include "control/childtext.h"
#include "control/verb.h"
#include "engine/build.h"
#include "engine/words.h"

struct pending {
	struct engine_request asked;
	struct list link;	/* in host->pending */
	struct host *host;
	struct call *call;	/* NULL: its client is gone */
	char path[];		/* of the child; its last name is the request's
				   */
};

static void answered(struct engine_request *asked);

/* Make a request, whose path is the supervisor's with the child's name below
 * it; the child need not exist. NULL: out of memory. */
static struct pending *
new_pending(struct call *call, const struct request *request)
{
	const struct child *sup = &request->sup->self;
	char above[SPEC_PATH_SIZE];
	size_t len = sup->parent ? tree_path(sup, above, sizeof(above)) : 0;
	size_t name_at = len > 0 ? len + 1 : 0;
	size_t name_size = strlen(request->name) + 1;
	struct pending *pending = calloc(1, sizeof(*pending) + name_at +
	    name_size);

	assert(len < sizeof(above));	/* no path is so long */
	if (!pending)
		return NULL;
	if (len > 0) {
		memcpy(pending->path, above, len);
		pending->path[len] = '/';
	}
	memcpy(pending->path + name_at, request->name, name_size);
	pending->host = call->host;
	pending->call = call;
	pending->asked.request = *request;
	pending->asked.request.name = pending->path + name_at;
	pending->asked.answered = answered;
	return pending;
}

bool
pending_has_room(struct call *call)
{
	if (call->host->pending_count < HOST_PENDING_MAX)
		return true;
	call_busy(call, "requests", HOST_PENDING_MAX);
	return false;
}

bool
pending_submit(struct call *call, const struct request *request,
    const char *path)
{
	struct host *host = call->host;
	struct pending *pending;

	assert(!call->pending && !call->stream);
	if (!pending_has_room(call))
		return false;
	pending = new_pending(call, request);
	if (!pending) {
		call_reply(call, NULL);
		return false;
	}
	pending->asked.request.cause = verb_record(call, path, 0);
	list_append(&host->pending, &pending->link);
	host->pending_count++;
	call->pending = pending;
	call->state = CALL_WAITS;
	host->ask(host->engine, &pending->asked);
	return true;
}

void
pending_forget(struct pending *pending)
{
	pending->call->pending = NULL;
	pending->call = NULL;
}

void
pending_ask(struct call *call)
{
	const char *path = call_text(call, "path");
	const struct child *child = verb_child(call, path);

	if (!child)
		return;
	if (!child->parent) {
		call_fail_with(call, "Unsupported", "path", path, "why",
		    "the root has no supervisor; see Shutdown");
		return;
	}
	pending_submit(call, &(struct request){
		.type = call->method->verb->request,
		.sup = child->parent,
		.name = child->name,
	}, path);
}

bool
pending_starts(const struct host *host, const struct sup *sup,
    const char *name)
{
	const struct list *link;

	for (link = host->pending.next; link != &host->pending;
	    link = link->next) {
		const struct pending *pending =
		    list_const_entry(link, struct pending, link);

		if (pending->asked.request.type == REQUEST_START_CHILD &&
		    pending->asked.request.sup == sup &&
		    strcmp(pending->asked.request.name, name) == 0)
			return true;
	}
	return false;
}

/* Tell whether an error is about the supervisor that was asked, and not about
 * the child. */
static bool
is_about_sup(enum request_error error)
{
	return error == REQUEST_NOPROC || error == REQUEST_SHUTDOWN ||
	    error == REQUEST_MAX_CHILDREN;
}

static void
put_pid(struct varlink_object *object, const struct pending *pending)
{
	const struct child *child = tree_find(pending->host->tree,
	    pending->path);

	if (child)
		childtext_put_pid(object, child);
}

static const char *
why_unsupported(const struct pending *pending)
{
	if (pending->asked.request.type != REQUEST_PLANNED_RESTART)
		return "a dynamic supervisor keeps no child that is down";
	return "stopped, a child that is temporary, or a dynamic "
	    "supervisor's, is forgotten";
}

static void
put_failure(struct varlink_object *object, const struct pending *pending)
{
	char why[EVENTS_DETAIL_SIZE] = "";

	if (pending->asked.request.child)
		words_failure(pending->asked.request.child, why,
		    sizeof(why));
	varlink_put_text(object, "why", *why ? why : "the log says why");
}

/* Add what an error tells besides the path. */
static void
put_details(struct varlink_object *object, const struct pending *pending)
{
	const struct request *request = &pending->asked.request;

	switch (request->error) {
	case REQUEST_ALREADY_STARTED:
		put_pid(object, pending);
		break;
	case REQUEST_MAX_CHILDREN:
		varlink_put_int(object, "max_children",
		    request->sup->flags.max_children);
		break;
	case REQUEST_UNSUPPORTED:
		varlink_put_text(object, "why", why_unsupported(pending));
		break;
	case REQUEST_BAD_SPEC:
		varlink_put_text(object, "key",
		    request->fault == SPEC_BAD_COMBINATION ? "significant" :
		    "restart");
		varlink_put_text(object, "why",
		    spec_error_names[request->fault]);
		break;
	case REQUEST_START_FAILED:
		put_failure(object, pending);
		break;
	case REQUEST_SHORTAGE:
		varlink_put_text(object, "why",
		    "the system is short of resources; the log says of which");
		break;
	default:
		break;
	}
}

/* Refuse a call because of what the tree has answered. */
static void
reply_error(struct call *call, const struct pending *pending)
{
	enum request_error error = pending->asked.request.error;
	const char *name = interface_error_name(request_error_names[error]);
	struct varlink_object parameters;
	ptrdiff_t above = pending->asked.request.name - pending->path;

	assert(name);
	varlink_begin(&parameters);
	if (!is_about_sup(error))
		varlink_put_text(&parameters, "path", pending->path);
	else if (above == 0)
		varlink_put_text(&parameters, "path", "/");
	else
		varlink_put(&parameters, "path", varlink_string(pending->path,
		    (size_t)above - 1));
	put_details(&parameters, pending);
	call_fail(call, name, varlink_end(&parameters));
}

static void
reply_done(struct call *call, const struct pending *pending)
{
	const struct request *request = &pending->asked.request;
	struct varlink_object parameters;

	varlink_begin(&parameters);
	if (request->type == REQUEST_START_CHILD)
		varlink_put_text(&parameters, "path", pending->path);
	if (request->error == REQUEST_OK &&
	    request->type != REQUEST_TERMINATE_CHILD)
		put_pid(&parameters, pending);
	call_reply(call, varlink_end(&parameters));
}

/* Tell whether the tree has not taken a new child: then it is freed here. */
static bool
child_comes_back(const struct request *request)
{
	return request->type == REQUEST_START_CHILD && request->child &&
	    request->error != REQUEST_OK &&
	    request->error != REQUEST_UNDEFINED &&
	    request->error != REQUEST_UNKILLABLE;
}

/* The tree has answered. */
static void
answered(struct engine_request *asked)
{
	struct pending *pending = list_entry(asked, struct pending, asked);
	struct request *request = &asked->request;
	struct call *call = pending->call;

	assert(pending->host->pending_count > 0);
	list_remove(&pending->link);
	pending->host->pending_count--;
	if (call) {
		call->pending = NULL;
		if (request->error == REQUEST_OK ||
		    request->error == REQUEST_UNDEFINED)
			reply_done(call, pending);
		else
			reply_error(call, pending);
		call_wake(call);
	}
	if (child_comes_back(request))
		build_release(request->child);
	free(pending);
}
