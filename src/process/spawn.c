/* Starting one process: everything that can be done before the fork, and
 * putting away afterwards. */
#include "config.h"

#include "process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/array.h"
#include "os/os.h"
#include "process/reap.h"
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
	for (int i = 0; i < SPARES; i++)
		open_lend_spare(spawner);
	close(spawner->null_fd);
	fork_release(&spawner->forker);
	scratch_release(&spawner->scratch);
	free(spawner);
}

/* What an exec was about: of a search that found nothing, the name; of one
 * that found a file whose interpreter is missing, that file. */
static const char *
executed_name(const struct exec_plan *plan)
{
	if (plan->outcome.error != ENOENT)
		return plan->outcome.about;
	for (size_t i = 0; plan->candidates[i]; i++)
		if (access(plan->candidates[i], F_OK) == 0)
			return plan->candidates[i];
	return plan->argv[0];
}

/* What a step of the child was about; NULL: nothing to tell. */
static const char *
failure_detail(const struct exec_plan *plan)
{
	switch (plan->outcome.step) {
	case SPAWN_OOM_SCORE:
		return plan->oom_score_adj;
	case SPAWN_LIMIT:
		return plan->outcome.about;
	case SPAWN_GROUPS:
	case SPAWN_GROUP:
	case SPAWN_USER:
	case SPAWN_VERIFY:
		return plan->program->user_name;
	case SPAWN_DIRECTORY:
		return program_directory(plan->program);
	case SPAWN_EXEC:
		return executed_name(plan);
	default:
		return NULL;
	}
}

/* Fork, and see what comes of it. */
static int
run_plan(struct start *start)
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
		return start_fail(start, SPAWN_FORK, errno, NULL);
	if (outcome->step == SPAWN_NONE)
		return 0;
	reap_wait(result->pid);
	if (result->pidfd != -1)
		close(result->pidfd);
	return start_fail(start, outcome->step, outcome->error,
	    failure_detail(&start->plan));
}

int
spawn_process(const struct program *program,
    const struct spawn_context *context, struct spawn_result *ret_result)
{
	struct start start;
	int rc;

	start_init(&start, program, context, ret_result);
	if (!context->spawner->knows_signals)
		note_signals(context->spawner);
	rc = start_prepare(&start);
	if (rc == 0) {
		rc = open_all(&start);
		if (rc == 0)
			rc = run_plan(&start);
		open_close_all(&start);
	}
	start_release(&start);
	if (rc == -1) {
		if (ret_result->ready_fd != -1)
			close(ret_result->ready_fd);
		ret_result->pid = 0;
		ret_result->pidfd = ret_result->ready_fd = -1;
	}
	return rc;
}

bool
spawn_is_shortage(const struct spawn_result *result)
{
	if (result->step == SPAWN_NONE || (result->step > SPAWN_FORK &&
	    result->step != SPAWN_DESCRIPTORS &&
	    result->step != SPAWN_OOM_SCORE))
		return false;
	switch (result->error) {
	case EAGAIN:
	case ENOMEM:
	case EMFILE:
	case ENFILE:
	case ENOSPC:
	case EIO:
		return true;
	default:
		return false;
	}
}
