/* Starting one process: everything that can be done before the fork, and
 * putting away afterwards. */
#include "config.h"

#include "process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "os/os.h"
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
note_limit(struct spawner *spawner, int resource, const char *name,
    const struct rlimit *found)
{
	struct rlimit now;

	/* the type of the resource is the C library's own */
	if (getrlimit((unsigned)resource, &now) == -1 ||
	    (now.rlim_cur == found->rlim_cur &&
	    now.rlim_max == found->rlim_max))
		return;
	spawner->restore[spawner->restore_count++] = (struct program_limit){
		.name = name,
		.resource = resource,
		.soft = found->rlim_cur,
		.hard = found->rlim_max,
	};
}

/*
 * Find out which signals children have to put back to their defaults: those
 * that the daemon handles or ignores now, so that no handler of its own ever
 * runs in a child. Where it takes them by a descriptor it has no handlers, and
 * each call that a restart can do without makes it shorter.
 */
static void
note_signals(struct spawner *spawner)
{
	size_t count = 0;

	for (int number = 1; number < NSIG; number++)
		if (!os_has_default(number))
			spawner->signals[count++] = number;
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
	if (spawner->null_fd == -1) {
		int error = errno;

		free(spawner);
		errno = error;
		return NULL;
	}
	fork_init(&spawner->forker);
	for (int i = 0; i < SPARES; i++)
		spawner->spares[i] = -1;
	open_refill_spares(spawner);
	spawner->found = *found;
	spawner->pid = getpid();
	note_limit(spawner, RLIMIT_NOFILE, "nofile", &found->nofile);
	note_limit(spawner, RLIMIT_CORE, "core", &found->core);
	return spawner;
}

void
spawner_free(struct spawner *spawner)
{
	if (!spawner)
		return;
	while (spawner->free_starts) {
		struct start *start = spawner->free_starts;

		spawner->free_starts = start->next_free;
		start_free(start);
	}
	for (int i = 0; i < SPARES; i++)
		open_lend_spare(spawner);
	close(spawner->null_fd);
	free(spawner);
}

/* What a step of the child was about; NULL: nothing to tell. */
static const char *
step_detail(const struct exec_plan *plan, enum spawn_step step)
{
	switch (step) {
	case SPAWN_ENV_FILE:
	case SPAWN_LIMIT:
	case SPAWN_EXEC:
		return plan->outcome.about;
	case SPAWN_STDIN:
		return plan->in_path;
	case SPAWN_STDOUT:
		return plan->out_path;
	case SPAWN_STDERR:
		return plan->err_path;
	case SPAWN_OOM_SCORE:
		return plan->oom_score_adj;
	case SPAWN_GROUPS:
	case SPAWN_GROUP:
	case SPAWN_USER:
	case SPAWN_VERIFY:
		return plan->program->user_name;
	case SPAWN_DIRECTORY:
		return program_directory(plan->program);
	default:
		return NULL;
	}
}

/* A child of an ordinary user can set its score only while the daemon's memory
 * is one that may be looked at. */
static void
expose(struct spawner *spawner, int by)
{
	bool was = spawner->exposed > 0;

	spawner->exposed += by;
	if (was != (spawner->exposed > 0))
		os_set_dumpable(spawner->exposed > 0);
}

/* Make a process that runs the plan. */
static int
run_plan(struct start *start)
{
	struct spawner *spawner = start->spawner;
	struct spawn_result *result = &start->result;

	start->exposes = start->plan.oom_score_adj && geteuid() != 0;
	expose(spawner, start->exposes);
	start->begun_us = clock_us();
	result->pid = fork_run(&spawner->forker, &start->place, &start->plan,
	    &result->pidfd);
	if (result->pid != -1)
		return 0;
	expose(spawner, -start->exposes);
	return start_fail(start, SPAWN_FORK, errno, NULL);
}

/* Take a start that is free, or a new one; NULL with errno. */
static struct start *
take_start(struct spawner *spawner)
{
	struct start *start = spawner->free_starts;

	if (!start)
		return start_new();
	spawner->free_starts = start->next_free;
	spawner->free_count--;
	return start;
}

/* Keep a start that is over for the next one. */
static void
put_back(struct spawner *spawner, struct start *start)
{
	start_release(start);
	if (spawner->free_count == STARTS_KEPT) {
		start_free(start);
		return;
	}
	start->next_free = spawner->free_starts;
	spawner->free_starts = start;
	spawner->free_count++;
}

int
spawn_begin(struct program *program, const struct spawn_context *context,
    struct spawn_result *ret_result, struct start **ret_start)
{
	struct start *start = take_start(context->spawner);
	int rc;

	*ret_start = NULL;
	*ret_result = (struct spawn_result){
		.pidfd = -1,
		.ready_fd = -1,
		.step = SPAWN_FORK,
		.error = errno,
	};
	if (!start)
		return -1;
	start_init(start, program, context);
	if (!context->spawner->knows_signals)
		note_signals(context->spawner);
	rc = start_prepare(start);
	if (rc == 0)
		rc = open_all(start);
	if (rc == 0)
		rc = run_plan(start);
	*ret_result = start->result;
	start->result.detail = NULL;
	if (rc == 0) {
		*ret_start = start;
		return 0;
	}
	if (ret_result->ready_fd != -1)
		close(ret_result->ready_fd);
	ret_result->pid = 0;
	ret_result->pidfd = ret_result->ready_fd = -1;
	open_close_all(start);
	put_back(context->spawner, start);
	return -1;
}

int64_t
spawn_begun_us(const struct start *start)
{
	return start->begun_us;
}

bool
spawn_wait(struct start *start, int64_t most_us)
{
	enum fork_state state;

	while ((state = fork_wait(&start->place, &start->plan, most_us)) ==
	    FORK_ASKS) {
		start->plan.is_refused = start_go_on(start) == -1;
		fork_answer(&start->place);
	}
	return state == FORK_GONE;
}

bool
spawn_has_failed(const struct start *start)
{
	return start->result.step != SPAWN_NONE || start->result.hangs ||
	    start->plan.outcome.step != SPAWN_NONE;
}

/* Write down what the child has failed at, unless more is known. */
static void
note_outcome(struct start *start)
{
	const struct exec_outcome *outcome = &start->plan.outcome;

	if (start->result.step != SPAWN_NONE || start->result.hangs ||
	    outcome->step == SPAWN_NONE)
		return;
	start->result.hint = outcome->hint;
	start_fail(start, outcome->step, outcome->error,
	    step_detail(&start->plan, outcome->step));
}

void
spawn_give_up(struct start *start, struct spawn_result *ret_result)
{
	enum spawn_step step = start->plan.step;

	if (start->result.step == SPAWN_NONE) {
		start_fail(start, step, ETIMEDOUT,
		    step_detail(&start->plan, step));
		start->result.hangs = true;
	}
	*ret_result = start->result;
	if (ret_result->detail)
		ret_result->detail = strdup(ret_result->detail);
}

int
spawn_finish(struct start *start, struct spawn_result *ret_result)
{
	struct spawner *spawner = start->spawner;
	bool failed = spawn_has_failed(start);

	note_outcome(start);
	*ret_result = start->result;
	start->result.detail = NULL;
	expose(spawner, -start->exposes);
	open_close_all(start);
	put_back(spawner, start);
	return failed ? -1 : 0;
}

bool
spawn_is_shortage(const struct spawn_result *result)
{
	if (result->step == SPAWN_NONE)
		return false;
	switch (result->error) {
	case EAGAIN:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
	case ENOSPC:
	case EIO:
		return true;
	case ETXTBSY:
		return result->step == SPAWN_EXEC;
	default:
		return false;
	}
}
