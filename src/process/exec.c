/* The small program that runs between fork and exec. */
#include "config.h"

#include "process/exec.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "os/os.h"
#include "process/fork.h"
#include "process/runfile.h"

/* Put the signals that the daemon handles or ignores back to their defaults,
 * so that no handler of its own ever runs in here. The mask stays full. */
static int
reset_signals(struct exec_plan *plan)
{
	for (const int *number = plan->signals; *number; number++)
		if (os_reset_signal(*number) == -1)
			return -1;
	return 0;
}

/*
 * Begin a session of its own: pid, group and session are one number. Put it on
 * record, so that the next daemon finds it even if this one is killed now.
 */
static int
begin_session(struct exec_plan *plan)
{
	pid_t session = setsid();

	if (session == -1)
		return -1;
	if (plan->record)
		runfile_mark(plan->record, session);
	return 0;
}

/* Put the descriptors in their places, in a table of the child's own. */
static int
place_descriptors(struct exec_plan *plan)
{
	if (plan->unshare && fork_unshare_files((unsigned)fdmap_highest(
	    plan->moves, plan->move_count) + 1) == -1)
		return -1;
	return fdmap_place(plan->moves, plan->move_count);
}

/* Set the score for the out-of-memory killer. */
static int
set_oom_score(struct exec_plan *plan)
{
	if (plan->oom_score_adj &&
	    os_set_oom_score_adj(plan->oom_score_adj) == -1 &&
	    plan->oom_score_adj_must)
		return -1;
	return 0;
}

static int
set_nice(struct exec_plan *plan)
{
	const struct program *program = plan->program;

	if (plan->set_nice &&
	    setpriority(PRIO_PROCESS, 0, program_nice(program)) == -1 &&
	    program->nice != PROGRAM_UNSET_NICE)
		return -1;
	return 0;
}

/* Set limits, in order: a later one of the same kind wins. */
static int
set_each_limit(struct exec_plan *plan, const struct program_limit *limits,
    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct rlimit value = {
			.rlim_cur = limits[i].soft,
			.rlim_max = limits[i].hard,
		};

		plan->outcome.about = limits[i].name;
		/* the type of the resource is the C library's own */
		if (setrlimit((unsigned)limits[i].resource, &value) == -1)
			return -1;
	}
	return 0;
}

/* Set the limits that the daemon has changed for itself, then the program's. */
static int
set_limits(struct exec_plan *plan)
{
	return set_each_limit(plan, plan->restore, plan->restore_count) == 0 ?
	    set_each_limit(plan, plan->program->limits,
	    plan->program->limit_count) : -1;
}

/* Tell whether all groups of one list are in another. */
static bool
has_all(const gid_t *list, size_t count, const gid_t *groups,
    size_t group_count)
{
	for (size_t i = 0; i < group_count; i++) {
		size_t at = 0;

		while (at < count && list[at] != groups[i])
			at++;
		if (at == count)
			return false;
	}
	return true;
}

/* Tell whether the supplementary groups are the program's, and no other. */
static bool
has_groups(const struct exec_plan *plan)
{
	const gid_t *groups = plan->program->groups, *now = plan->group_room;
	size_t count = plan->program->group_count;
	int now_count = getgroups((int)count + EXEC_GROUPS_MORE,
	    plan->group_room);

	return now_count != -1 &&
	    has_all(groups, count, now, (size_t)now_count) &&
	    has_all(now, (size_t)now_count, groups, count);
}

/* Set the supplementary groups. An ordinary user may not, and need not if they
 * are right as they are. */
static int
set_groups(struct exec_plan *plan)
{
	const struct program *program = plan->program;

	if (!program->set_groups ||
	    os_set_groups(program->group_count, program->groups) == 0)
		return 0;
	return errno == EPERM && has_groups(plan) ? 0 : -1;
}

static int
set_group(struct exec_plan *plan)
{
	gid_t gid = plan->program->gid;

	return gid == (gid_t)-1 ? 0 : os_set_group(gid);
}

/* Become the user. Where fs.suid_dumpable is 2 that allows core dumps, of what
 * may still be the daemon's memory: forbid them again, before any signal of
 * that user can arrive. */
static int
set_user(struct exec_plan *plan)
{
	uid_t uid = plan->program->uid;

	if (uid != (uid_t)-1 && os_set_user(uid) == -1)
		return -1;
	if (uid != (uid_t)-1)
		os_set_dumpable(false);
	return 0;
}

/* Check that the credentials are the program's, and that there is no way back
 * to root. */
static int
verify_credentials(struct exec_plan *plan)
{
	const struct program *program = plan->program;
	uid_t uid = program->uid;
	bool may_be_any = uid == (uid_t)-1 && program->gid == (gid_t)-1;

	errno = EPERM;
	if (!may_be_any && !os_has_ids(uid, program->gid))
		return -1;
	if (program->set_groups && !has_groups(plan))
		return -1;
	if (uid != (uid_t)-1 && uid != 0 && os_set_user(0) == 0) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

/* Set the umask, and enter the directory as the user that works in it. */
static int
enter_directory(struct exec_plan *plan)
{
	umask(plan->program->umask);
	return chdir(program_directory(plan->program));
}

/* Let the process die with the daemon. After the user: that change undoes
 * it. */
static int
set_death_signal(struct exec_plan *plan)
{
	return os_die_with(plan->parent);
}

/* Let signals through again, now that the user is set. */
static int
empty_mask(struct exec_plan *plan)
{
	sigset_t none;

	(void)plan;
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Nothing can be executed: say of which file that is told, and what can be seen
 * of it. Of a search that found nothing it is the name; of one that found a
 * file whose interpreter is missing, that file. */
static int
fail_to_execute(struct exec_plan *plan, int error)
{
	if (error == ENOENT) {
		plan->outcome.about = plan->argv[0];
		for (size_t i = 0; plan->candidates[i]; i++) {
			if (access(plan->candidates[i], F_OK) == -1)
				continue;
			plan->outcome.about = plan->candidates[i];
			break;
		}
	}
	hint_look(plan->outcome.about, error, &plan->outcome.hint);
	errno = error;
	return -1;
}

/* Execute the first candidate that is there. Like execvp(), remember one that
 * may not be executed while looking for a better one. */
static int
execute(struct exec_plan *plan)
{
	const char *denied = NULL;

	for (size_t i = 0; plan->candidates[i]; i++) {
		plan->outcome.about = plan->candidates[i];
		execve(plan->candidates[i], plan->argv, plan->env);
		if (errno == EACCES && !denied)
			denied = plan->candidates[i];
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			return fail_to_execute(plan, errno);
	}
	if (!denied)
		return fail_to_execute(plan, errno);
	plan->outcome.about = denied;
	return fail_to_execute(plan, EACCES);
}

void
exec_run(struct exec_plan *plan)
{
	/* The order is for security: what needs root comes before the user, and
	 * once the user is set nothing of the daemon's is open any more. */
	static const struct {
		enum spawn_step step;
		int (*run)(struct exec_plan *);
	} steps[] = {
		{SPAWN_SIGNALS, reset_signals},
		{SPAWN_SESSION, begin_session},
		{SPAWN_DESCRIPTORS, place_descriptors},
		{SPAWN_ENV_FILE, exec_read_files},
		{SPAWN_STDOUT, exec_open_stdout},
		{SPAWN_STDERR, exec_open_stderr},
		{SPAWN_OOM_SCORE, set_oom_score},
		{SPAWN_NICE, set_nice},
		{SPAWN_LIMIT, set_limits},
		{SPAWN_GROUPS, set_groups},
		{SPAWN_GROUP, set_group},
		{SPAWN_USER, set_user},
		{SPAWN_VERIFY, verify_credentials},
		{SPAWN_STDIN, exec_open_stdin},
		{SPAWN_DIRECTORY, enter_directory},
		{SPAWN_DEATH_SIGNAL, set_death_signal},
		{SPAWN_SIGNAL_MASK, empty_mask},
		{SPAWN_EXEC, execute},
	};

	for (size_t i = 0; i < LENGTH(steps); i++) {
		plan->step = steps[i].step;
		if (steps[i].run(plan) == 0)
			continue;
		plan->outcome.error = errno;
		plan->outcome.step = steps[i].step;
		return;
	}
}
