/* What the verbs have in common. */
#include "config.h"

#include "control/verb.h"

#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/log.h"
#include "engine/eventnote.h"
#include "engine/events.h"
#include "engine/worker.h"

const char *
verb_name(const struct method *method)
{
	return strrchr(method->name, '.') + 1;
}

struct child *
verb_child(struct call *call, const char *path)
{
	struct child *child = tree_find(call->host->tree, path);

	if (!child)
		call_fail_with(call, "NotFound", "path", path);
	return child;
}

struct sup *
verb_sup(struct call *call, const char *path)
{
	struct child *child = verb_child(call, path);

	if (!child || child_is_sup(child))
		return child ? sup_of(child) : NULL;
	call_fail_with(call, "NotASupervisor", "path", path);
	return NULL;
}

struct worker *
verb_worker(struct call *call, const char *path)
{
	struct child *child = verb_child(call, path);

	if (!child || !child_is_sup(child))
		return child ? worker_of(child) : NULL;
	call_fail_with(call, "NotAWorker", "path", path);
	return NULL;
}

const char *
verb_own_path(const struct call *call, const char *path, char *ret_path,
    size_t size)
{
	const struct child *child = tree_find(call->host->tree, path);

	if (!child)
		return path;
	tree_path(child, ret_path, size);
	return ret_path;
}

uint64_t
verb_record(struct call *call, const char *path, int signal)
{
	const char *name = verb_name(call->method);
	const struct peer *peer = call->peer;
	char own[SPEC_PATH_SIZE], what[128];
	uint64_t number;

	path = verb_own_path(call, path, own, sizeof(own));
	log_notice("control: uid %u, pid %d: %s %s", (unsigned)peer->uid,
	    (int)peer->pid, name, path);
	snprintf(what, sizeof(what), "uid %u, pid %d, asked for %s",
	    (unsigned)peer->uid, (int)peer->pid, name);
	number = eventnote_request(call->host->events, call->host->tree, path,
	    what, signal, 0);
	host_wake_followers(call->host);
	return number;
}
