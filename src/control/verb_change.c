/* Methods that change children that are there, and the daemon. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/signame.h"
#include "base/varlink.h"
#include "config/value.h"
#include "control/pending.h"
#include "control/verb.h"
#include "engine/worker.h"

/* Put a request about the child at the path to its supervisor. */
static void
request_child(struct call *call, enum request_type type)
{
	const char *path = call_text(call, "path");
	const struct child *child = verb_child(call, path);
	struct pending *pending;

	if (!child)
		return;
	if (!child->parent) {
		call_fail_with(call, "Unsupported", "path", path, "why",
		    "the root has no supervisor; see Shutdown", NULL);
		return;
	}
	pending = pending_new(call, type, child->parent, child->name);
	if (!pending)
		return;
	pending_request(pending)->cause = verb_record(call, path, 0);
	pending_submit(pending);
}

void
verb_terminate_child(struct call *call)
{
	request_child(call, REQUEST_TERMINATE_CHILD);
}

void
verb_restart_child(struct call *call)
{
	request_child(call, REQUEST_RESTART_CHILD);
}

void
verb_delete_child(struct call *call)
{
	request_child(call, REQUEST_DELETE_CHILD);
}

void
verb_restart(struct call *call)
{
	request_child(call, REQUEST_PLANNED_RESTART);
}

/* The number of a signal, by name or number; 0: it is none. */
static int
signal_number(const char *text)
{
	uint64_t number;	/* Linux has 64 of them, nobody has more */

	if (value_number(text, 1, 64, &number))
		return (int)number;
	return signame_number(text);
}

/* Send a signal to a worker's process. */
static void
send_signal(struct call *call, const char *path, struct worker *worker,
    int number)
{
	uint64_t cause;

	if (worker->proc.pid == 0) {
		call_fail_with(call, "NoProcess", "path", path);
		return;
	}
	cause = verb_record(call, path, number);
	if (call->host->signal(call->host->engine, worker, number) < 0) {
		if (errno == ESRCH)
			call_fail_with(call, "NoProcess", "path", path);
		else
			call_fail_with(call, "Unsupported", "path", path,
			    "why", strerror(errno));
		return;
	}
	if (worker->child.state == CHILD_UP)
		worker->child.cause = cause;
	call_done(call);
}

void
verb_signal(struct call *call)
{
	const char *path = call_text(call, "path");
	struct child *child = verb_child(call, path);
	int number = signal_number(call_text(call, "signal"));

	if (!child)
		return;
	if (child_is_sup(child))
		call_fail_with(call, "NotAWorker", "path", path);
	else if (number == 0)
		call_fail_parameter(call, "signal");
	else
		send_signal(call, path, worker_of(child), number);
}

void
verb_reopen(struct call *call)
{
	verb_record(call, "/", 0);
	if (call->host->reopen(call->host->engine) == 0)
		call_done(call);
	else
		call_fail_with(call, "LogUnavailable", "path", "/", "why",
		    strerror(errno));
}

void
verb_shutdown(struct call *call)
{
	uint64_t cause = verb_record(call, "/", 0);

	call->host->stop(call->host->engine, call_flag(call, "now"), cause);
	call_done(call);
}
