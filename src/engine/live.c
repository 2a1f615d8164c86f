/*
 * What a reload changes of a process that runs on.
 *
 * The process is a child of the daemon that has not been reaped: its pid and
 * its process group are its own, whatever has become of it. Limits are of the
 * process alone, and of what it starts from now on; the nice value is of its
 * whole group, or only the first of its threads would have it.
 */
#include "config.h"

#include "engine/live.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "core/tree.h"
#include "engine/events.h"
#include "engine/worker.h"
#include "os/os.h"
#include "os/procfs.h"
#include "process/spawn.h"

/* Whom it is about. */
struct live {
	const struct worker *worker;
	const struct program *new;
	const struct hygiene *found;
};

/* Say that something cannot be changed now. */
static void
say(const struct live *live, const char *prefix, const char *name)
{
	const char *why = errno == ENOSYS ? "not on this system" :
	    strerror(errno);
	char path[SPEC_PATH_SIZE];

	tree_path(&live->worker->child, path, sizeof(path));
	log_warning("%s: %s%s cannot be changed while it runs, only from the "
	    "next start on: %s", path, prefix, name, why);
}

/* The limit that a child gets if its program has none. */
static int
default_limit(const struct live *live, int resource, struct rlimit *ret_limit)
{
	switch (resource) {
	case RLIMIT_NOFILE:
		*ret_limit = live->found->nofile;
		return 0;
	case RLIMIT_CORE:
		*ret_limit = live->found->core;
		return 0;
	default:
		/* the type of the resource is the C library's own */
		return getrlimit((unsigned)resource, ret_limit);
	}
}

/* Set a limit that has changed as the new program has it. */
static void
set_limit(const struct live *live, const struct program_limit *changed)
{
	const struct program_limit *new =
	    program_find_limit(live->new, changed->resource);
	struct rlimit limit;

	if (new)
		limit = (struct rlimit){
			.rlim_cur = new->soft,
			.rlim_max = new->hard,
		};
	if ((!new && default_limit(live, changed->resource, &limit) == -1) ||
	    os_set_limit_of(live->worker->proc.pid, changed->resource,
	    &limit) == -1)
		say(live, "limit_", changed->name);
}

/* Set the limits in which the new program is not like the old one. */
static void
set_limits(const struct live *live)
{
	const struct program *old = live->worker->program, *new = live->new;

	for (unsigned i = 0; i < new->limit_count; i++) {
		const struct program_limit *now = &new->limits[i];
		const struct program_limit *was =
		    program_find_limit(old, now->resource);

		if (!was || was->soft != now->soft || was->hard != now->hard)
			set_limit(live, now);
	}
	for (unsigned i = 0; i < old->limit_count; i++)
		if (!program_find_limit(new, old->limits[i].resource))
			set_limit(live, &old->limits[i]);
}

/* Set the score of a process, unless /proc has another one by its pid. */
static int
set_score(pid_t pid, int score)
{
	if (procfs_is_ours())
		return os_set_oom_score_adj_of(pid, score);
	errno = ENOSYS;
	return -1;
}

void
live_apply(const struct child *slot, const struct hygiene *found)
{
	const struct worker *worker;
	struct live live = { .found = found };
	pid_t pid;

	if (!slot->replacement || child_is_sup(slot) ||
	    worker_of_const(slot)->needs_restart)
		return;
	live.worker = worker = worker_of_const(slot->replacement);
	live.new = worker_of_const(slot)->program;
	if (worker->next_program || (worker->proc.state != PROC_UNREADY &&
	    worker->proc.state != PROC_RUNNING))
		return;
	pid = worker->proc.pid;
	set_limits(&live);
	if (program_nice(worker->program) != program_nice(live.new) &&
	    setpriority(PRIO_PGRP, (id_t)pid, program_nice(live.new)) == -1)
		say(&live, "", "nice");
	if (program_oom_score_adj(worker->program) !=
	    program_oom_score_adj(live.new) && set_score(pid,
	    program_oom_score_adj(live.new)) == -1)
		say(&live, "", "oom_score_adj");
}
