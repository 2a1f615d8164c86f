/* Starting one process: everything that can be done before the fork, and
 * putting away afterwards. */
#include "config.h"

#include "process/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/command.h"
#include "os/os.h"
#include "process/env.h"
#include "process/start.h"

/* Open /dev/null above the standard descriptors. */
static int
open_null(void)
{
	int low = open("/dev/null", O_RDWR | O_CLOEXEC | O_NOCTTY);
	int fd;

	if (low == -1 || low > 2)
		return low;
	fd = fcntl(low, F_DUPFD_CLOEXEC, 3);
	close(low);
	return fd;
}

/* Note a limit that children are to get back, if the daemon changed it. */
static void
note_limit(struct spawner *spawner, int resource, const struct rlimit *found)
{
	struct rlimit now;

	/* the type of the resource is the C library's own */
	if (getrlimit((unsigned)resource, &now) == -1 ||
	    (now.rlim_cur == found->rlim_cur &&
	    now.rlim_max == found->rlim_max))
		return;
	spawner->restore[spawner->restore_count++] = (struct program_limit){
		.resource = resource,
		.soft = found->rlim_cur,
		.hard = found->rlim_max,
	};
}

/*
 * Find out which signals children have to reset. Where the daemon takes its
 * own by a descriptor it has no handlers, and each call less tells in a
 * restart.
 */
static void
note_signals(struct spawner *spawner)
{
	struct sigaction action;
	size_t count = 0;

	for (const int *number = hygiene_signals; *number; number++)
		if (sigaction(*number, NULL, &action) == -1 ||
		    action.sa_handler != SIG_DFL) {
			assert(count < SIGNALS - 1);
			spawner->signals[count++] = *number;
		}
	spawner->signals[count] = 0;
	spawner->knows_signals = true;
}

struct spawner *
spawner_new(const struct hygiene *found)
{
	struct spawner *spawner = calloc(1, sizeof(*spawner));

	if (!spawner)
		return NULL;
	spawner->null_fd = open_null();
	if (spawner->null_fd == -1 || fork_init(&spawner->forker) == -1) {
		int error = errno;

		if (spawner->null_fd != -1)
			close(spawner->null_fd);
		free(spawner);
		errno = error;
		return NULL;
	}
	for (int i = 0; i < SPARES; i++)
		spawner->spares[i] = -1;
	open_refill_spares(spawner);
	scratch_init(&spawner->scratch);
	spawner->found = *found;
	spawner->pid = getpid();
	note_limit(spawner, RLIMIT_NOFILE, &found->nofile);
	note_limit(spawner, RLIMIT_CORE, &found->core);
	return spawner;
}

void
spawner_free(struct spawner *spawner)
{
	if (!spawner)
		return;
	for (int i = 0; i < SPARES; i++)
		open_lend_spare(spawner);
	close(spawner->null_fd);
	fork_release(&spawner->forker);
	scratch_release(&spawner->scratch);
	free(spawner);
}

int
spawn_fail(struct start *start, enum spawn_step step, int error,
    const char *detail)
{
	start->result->step = step;
	start->result->error = error;
	free(start->result->detail);
	start->result->detail = detail ? strdup(detail) : NULL;
	return -1;
}

/* Prepare environment and command. */
static int
prepare_command(struct start *start)
{
	struct exec_plan *plan = &start->plan;
	char **env = env_build(&start->spawner->scratch, start->program,
	    start->context, start->result);
	char *name = NULL;
	int error;

	if (!env)
		return -1;
	plan->env = env;
	plan->argv = start->program->argv;
	if (!start->program->expands)
		return 0;
	error = command_expand(start->program->argv, env, &start->expanded,
	    &name);
	if (error) {
		spawn_fail(start, SPAWN_PREPARE, error, name);
		free(name);
		return -1;
	}
	plan->argv = start->expanded;
	return 0;
}

/* Count the directories of a PATH. */
static size_t
count_directories(const char *path)
{
	size_t count = 1;

	for (; *path; path++)
		count += *path == ':';
	return count;
}

/* Make a candidate of a directory of the PATH; "" is the current one. */
static char *
make_candidate(struct scratch *scratch, const char *dir, size_t length,
    const char *name)
{
	size_t size = length + strlen(name) + 3;
	char *path = scratch_alloc(scratch, size);

	if (path && length > 0)
		snprintf(path, size, "%.*s/%s", (int)length, dir, name);
	else if (path)
		snprintf(path, size, "./%s", name);
	return path;
}

/* List the files that may be the one to execute. */
static int
prepare_candidates(struct start *start)
{
	struct scratch *scratch = &start->spawner->scratch;
	const char *name = start->plan.argv[0];
	const char *path = "";
	size_t count = 0;
	char **list;

	assert(name);
	if (!strchr(name, '/'))
		path = env_get(start->plan.env, "PATH");
	list = scratch_alloc(scratch,
	    (count_directories(path) + 1) * sizeof(*list));
	if (!list)
		return spawn_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	if (!*name || strchr(name, '/')) {
		list[count++] = start->plan.argv[0];
	} else {
		for (const char *dir = path;; dir += strcspn(dir, ":") + 1) {
			size_t length = strcspn(dir, ":");

			list[count++] = make_candidate(scratch, dir, length,
			    name);
			if (!dir[length])
				break;
		}
	}
	list[count] = NULL;
	start->plan.candidates = list;
	if (scratch->failed)
		return spawn_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	return 0;
}

/* Put the limits that the child gets back and its own into one list. */
static int
prepare_limits(struct start *start)
{
	const struct spawner *spawner = start->spawner;
	const struct program *program = start->program;
	size_t count = spawner->restore_count + program->limit_count;
	struct program_limit *limits;

	start->plan.limits = spawner->restore;
	start->plan.limit_count = count;
	if (program->limit_count == 0)
		return 0;
	limits = scratch_alloc(&start->spawner->scratch,
	    count * sizeof(*limits));
	if (!limits)
		return spawn_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	memcpy(limits, spawner->restore,
	    spawner->restore_count * sizeof(*limits));
	memcpy(limits + spawner->restore_count, program->limits,
	    program->limit_count * sizeof(*limits));
	start->plan.limits = limits;
	return 0;
}

/* Prepare priority and out-of-memory score. */
static void
prepare_priority(struct start *start)
{
	const struct program *program = start->program;
	const struct hygiene *found = &start->spawner->found;
	struct exec_plan *plan = &start->plan;
	bool has_nice = program->nice != PROGRAM_UNSET_NICE;
	bool has_score = program->oom_score_adj != PROGRAM_UNSET;
	int score = has_score ? program->oom_score_adj : 0;

	plan->nice = has_nice ? program->nice : 0;
	plan->nice_must = has_nice;
	plan->set_nice = plan->nice != found->nice;
	plan->oom_score_adj_must = has_score || found->has_lowered;
	if (score != found->oom_score_adj) {
		snprintf(start->score, sizeof(start->score), "%d", score);
		plan->oom_score_adj = start->score;
	}
}

/* Prepare the credentials. */
static int
prepare_user(struct start *start)
{
	const struct program *program = start->program;
	struct exec_plan *plan = &start->plan;

	plan->uid = program->uid;
	plan->gid = program->gid;
	plan->set_groups = program->set_groups;
	plan->groups = program->groups;
	plan->group_count = program->group_count;
	if (!program->set_groups)
		return 0;
	/* one more than wanted: more than wanted is wrong, however many */
	plan->group_room_count = (size_t)program->group_count + 1;
	plan->group_room = scratch_alloc(&start->spawner->scratch,
	    plan->group_room_count * sizeof(*plan->group_room));
	if (!plan->group_room)
		return spawn_fail(start, SPAWN_PREPARE, ENOMEM, NULL);
	return 0;
}

int
spawn_prepare(struct start *start)
{
	scratch_reset(&start->spawner->scratch);
	start->plan.parent = start->spawner->pid;
	start->plan.signals = start->spawner->signals;
	start->plan.record = start->context->record;
	start->plan.umask = start->program->umask;
	start->plan.directory = start->program->directory ?
	    start->program->directory : "/";
	prepare_priority(start);
	if (prepare_command(start) == -1 || prepare_candidates(start) == -1 ||
	    prepare_limits(start) == -1)
		return -1;
	return prepare_user(start);
}

static const struct {
	int resource;
	const char *name;
} limit_names[] = {
	{RLIMIT_AS, "as"},
	{RLIMIT_CORE, "core"},
	{RLIMIT_CPU, "cpu"},
	{RLIMIT_DATA, "data"},
	{RLIMIT_FSIZE, "fsize"},
	{RLIMIT_NOFILE, "nofile"},
	{RLIMIT_STACK, "stack"},
#ifdef RLIMIT_MEMLOCK
	{RLIMIT_MEMLOCK, "memlock"},
#endif
#ifdef RLIMIT_NPROC
	{RLIMIT_NPROC, "nproc"},
#endif
#ifdef RLIMIT_RSS
	{RLIMIT_RSS, "rss"},
#endif
#ifdef RLIMIT_RTPRIO
	{RLIMIT_RTPRIO, "rtprio"},
#endif
#ifdef RLIMIT_NICE
	{RLIMIT_NICE, "nice"},
#endif
#ifdef RLIMIT_SIGPENDING
	{RLIMIT_SIGPENDING, "sigpending"},
#endif
#ifdef RLIMIT_MSGQUEUE
	{RLIMIT_MSGQUEUE, "msgqueue"},
#endif
#ifdef RLIMIT_LOCKS
	{RLIMIT_LOCKS, "locks"},
#endif
#ifdef RLIMIT_RTTIME
	{RLIMIT_RTTIME, "rttime"},
#endif
};

const char *
spawn_limit_name(int resource)
{
	for (size_t i = 0; i < LENGTH(limit_names); i++)
		if (limit_names[i].resource == resource)
			return limit_names[i].name;
	return NULL;
}

/* What an exec was about: of a search that found nothing, the name; of one
 * that found a file whose interpreter is missing, that file. */
static const char *
executed(const struct exec_plan *plan)
{
	if (plan->outcome.error != ENOENT)
		return plan->candidates[plan->outcome.which];
	for (size_t i = 0; plan->candidates[i]; i++)
		if (access(plan->candidates[i], F_OK) == 0)
			return plan->candidates[i];
	return plan->argv[0];
}

/* What a step of the child was about; NULL: nothing to tell. */
static const char *
detail_of(const struct start *start)
{
	const struct exec_plan *plan = &start->plan;
	const struct exec_outcome *outcome = &plan->outcome;

	switch (outcome->step) {
	case SPAWN_OOM_SCORE:
		return plan->oom_score_adj;
	case SPAWN_LIMIT:
		return spawn_limit_name(plan->limits[outcome->which].resource);
	case SPAWN_GROUPS:
	case SPAWN_GROUP:
	case SPAWN_USER:
	case SPAWN_VERIFY:
		return start->program->user_name;
	case SPAWN_DIRECTORY:
		return plan->directory;
	case SPAWN_EXEC:
		return executed(plan);
	default:
		return NULL;
	}
}

/* Fork, and take care of what comes of it. */
static int
run(struct start *start)
{
	struct spawn_result *result = start->result;
	const struct exec_outcome *outcome = &start->plan.outcome;
	bool dumpable = start->plan.oom_score_adj && geteuid() != 0;

	if (dumpable)
		os_set_dumpable(true);
	result->pid = fork_run(&start->spawner->forker, &start->plan,
	    &result->pidfd);
	if (dumpable)
		os_set_dumpable(false);
	if (result->pid == -1)
		return spawn_fail(start, SPAWN_FORK, errno, NULL);
	if (outcome->step == SPAWN_NONE)
		return 0;
	while (waitpid(result->pid, NULL, 0) == -1 && errno == EINTR)
		;
	if (result->pidfd != -1)
		close(result->pidfd);
	return spawn_fail(start, outcome->step, outcome->error,
	    detail_of(start));
}

int
spawn_process(const struct program *program,
    const struct spawn_context *context, struct spawn_result *ret_result)
{
	struct start start = {
		.spawner = context->spawner,
		.program = program,
		.context = context,
		.result = ret_result,
	};
	int rc;

	*ret_result = (struct spawn_result){.pidfd = -1, .ready_fd = -1};
	if (!context->spawner->knows_signals)
		note_signals(context->spawner);
	rc = spawn_prepare(&start);
	if (rc == 0) {
		rc = open_all(&start);
		if (rc == 0)
			rc = run(&start);
		open_close_all(&start);
	}
	free(start.expanded);
	if (rc == -1) {
		if (ret_result->ready_fd != -1)
			close(ret_result->ready_fd);
		ret_result->pid = 0;
		ret_result->pidfd = ret_result->ready_fd = -1;
	}
	return rc;
}
