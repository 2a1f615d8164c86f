/* Requests on their way through the tree, and their answers. */
#include "config.h"

#include "control/pending.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/interface.h"
#include "base/log.h"
#include "base/varlink.h"
#include "control/verb.h"
#include "engine/build.h"
#include "engine/words.h"
#include "engine/worker.h"

struct pending {
	struct engine_request asked;
	struct list link;	/* in host->pending */
	struct host *host;
	struct call *call;	/* NULL: its client is gone */
	char *path;		/* of the child; its last name is the request's
				   */
};

static void answered(struct engine_request *asked);

/* The path of a child, which need not exist. */
static char *
path_below(const struct sup *sup, const char *name)
{
	char above[SPEC_PATH_SIZE];
	size_t len = tree_path(&sup->self, above, sizeof(above));
	size_t name_size = strlen(name) + 1;
	char *path;

	if (len >= sizeof(above))
		return NULL;	/* no path is so long */
	len = sup->self.parent ? len : 0;
	path = malloc(len + 1 + name_size);
	if (!path)
		return NULL;
	memcpy(path, above, len);
	if (len > 0)
		path[len++] = '/';
	memcpy(path + len, name, name_size);
	return path;
}

struct pending *
pending_new(struct call *call, enum request_type type, struct sup *sup,
    const char *name)
{
	struct host *host = call->host;
	struct pending *pending;

	if (host->pending_count >= HOST_PENDING_MAX) {
		call_busy(call, "requests", HOST_PENDING_MAX);
		return NULL;
	}
	pending = calloc(1, sizeof(*pending));
	if (pending)
		pending->path = path_below(sup, name);
	if (!pending || !pending->path) {
		free(pending);
		call_reply(call, NULL);
		return NULL;
	}
	list_init(&pending->link);
	pending->host = host;
	pending->call = call;
	pending->asked.request.type = type;
	pending->asked.request.sup = sup;
	pending->asked.request.name = pending->path + strlen(pending->path) -
	    strlen(name);
	pending->asked.answered = answered;
	return pending;
}

struct request *
pending_request(struct pending *pending)
{
	return &pending->asked.request;
}

void
pending_free(struct pending *pending)
{
	free(pending->path);
	free(pending);
}

void
pending_submit(struct pending *pending)
{
	struct host *host = pending->host;

	assert(!pending->call->pending && !pending->call->stream);
	list_append(&host->pending, &pending->link);
	host->pending_count++;
	pending->call->pending = pending;
	pending->call->state = CALL_WAITS;
	host->ask(host->engine, &pending->asked);
}

void
pending_forget(struct pending *pending)
{
	pending->call->pending = NULL;
	pending->call = NULL;
}

void
pending_ask(struct call *call, enum request_type type)
{
	const char *path = call_text(call, "path");
	const struct child *child = verb_child(call, path);
	struct pending *pending;

	if (!child)
		return;
	if (!child->parent) {
		call_fail_with(call, "Unsupported", "path", path, "why",
		    "the root has no supervisor; see Shutdown");
		return;
	}
	pending = pending_new(call, type, child->parent, child->name);
	if (!pending)
		return;
	pending->asked.request.cause = verb_record(call, path, 0);
	pending_submit(pending);
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

static pid_t
pid_of(const struct child *child)
{
	if (!child || child_is_sup(child))
		return 0;
	return worker_of_const(child)->proc.pid;
}

static void
put_pid(struct varlink_object *object, const struct pending *pending)
{
	pid_t pid = pid_of(tree_find(pending->host->tree, pending->path));

	if (pid > 0)
		varlink_put_int(object, "pid", pid);
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
	size_t above = strlen(pending->path) -
	    strlen(pending->asked.request.name);
	char *path = pending->path;

	assert(name);
	if (is_about_sup(error)) {
		path[above > 0 ? above - 1 : 0] = '\0';
		if (above == 0)
			path = NULL;	/* the root */
	}
	varlink_begin(&parameters);
	varlink_put_text(&parameters, "path", path ? path : "/");
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
	pending_free(pending);
}
