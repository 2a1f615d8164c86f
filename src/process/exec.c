/* The small program that runs between fork and exec. */
#include "config.h"

#include "process/exec.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "os/os.h"
#include "process/fork.h"
#include "process/runfile.h"

/*
 * Put the signals that the daemon handles or ignores back to their defaults.
 * The mask stays full until the exec is near, and is emptied only now that no
 * handler of the daemon could run in here.
 */
static int
reset_signals(struct exec_plan *plan)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (const int *number = plan->signals; *number; number++)
		if (sigaction(*number, &action, NULL) == -1)
			return -1;
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Begin a session of its own: pid, group and session are one number. Put it on
 * record, so that a daemon that is killed from here on leaves no stranger.
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

/* Set the nice value. */
static int
set_nice(struct exec_plan *plan)
{
	if (plan->set_nice &&
	    setpriority(PRIO_PROCESS, 0, plan->nice) == -1 &&
	    plan->nice_must)
		return -1;
	return 0;
}

/* Set the limits, in order: a later one of the same kind wins. */
static int
set_limits(struct exec_plan *plan)
{
	for (size_t i = 0; i < plan->limit_count; i++) {
		const struct program_limit *limit = &plan->limits[i];
		const struct rlimit value = {
			.rlim_cur = limit->soft,
			.rlim_max = limit->hard,
		};

		plan->outcome.which = i;
		/* the type of the resource is the C library's own */
		if (setrlimit((unsigned)limit->resource, &value) == -1)
			return -1;
	}
	return 0;
}

/* Tell whether a group is among those wanted. */
static bool
is_wanted(const struct exec_plan *plan, gid_t group)
{
	for (size_t i = 0; i < plan->group_count; i++)
		if (plan->groups[i] == group)
			return true;
	return false;
}

/* Tell whether the supplementary groups are those wanted, and no other. */
static bool
has_groups(const struct exec_plan *plan)
{
	int count = getgroups((int)plan->group_room_count, plan->group_room);

	if (count == -1)
		return false;
	for (int i = 0; i < count; i++)
		if (!is_wanted(plan, plan->group_room[i]))
			return false;
	for (size_t i = 0; i < plan->group_count; i++) {
		int at = 0;

		while (at < count && plan->group_room[at] != plan->groups[i])
			at++;
		if (at == count)
			return false;
	}
	return true;
}

/* Set the supplementary groups; an ordinary user may not, and need not if they
 * are right as they are. */
static int
set_groups(struct exec_plan *plan)
{
	if (!plan->set_groups ||
	    os_set_groups(plan->group_count, plan->groups) == 0)
		return 0;
	if (errno == EPERM && has_groups(plan))
		return 0;
	return -1;
}

/* Set all group ids. */
static int
set_group(struct exec_plan *plan)
{
	return plan->gid == (gid_t)-1 ? 0 : os_set_group(plan->gid);
}

/* Set all user ids. */
static int
set_user(struct exec_plan *plan)
{
	return plan->uid == (uid_t)-1 ? 0 : os_set_user(plan->uid);
}

/* See that the credentials are what was asked for, and that there is no way
 * back to root. */
static int
verify(struct exec_plan *plan)
{
	bool may_be_any = plan->uid == (uid_t)-1 && plan->gid == (gid_t)-1;

	errno = EPERM;
	if (!may_be_any && !os_has_ids(plan->uid, plan->gid))
		return -1;
	if (plan->set_groups && !has_groups(plan))
		return -1;
	if (plan->uid != (uid_t)-1 && plan->uid != 0 && os_set_user(0) == 0) {
		errno = EPERM;
		return -1;
	}
	return 0;
}

/* Set the umask, and go to the directory as the user who will work in it. */
static int
enter_directory(struct exec_plan *plan)
{
	umask(plan->umask);
	return chdir(plan->directory);
}

/* Have the process die with the daemon: after the user, whose change undoes
 * it. */
static int
set_death_signal(struct exec_plan *plan)
{
	return os_die_with(plan->parent);
}

/* Execute a file; one that is just being written to gets a little time. */
static void
execute_one(struct exec_plan *plan, const char *path)
{
	static const long pauses_ms[] = {1, 5, 25};

	execve(path, plan->argv, plan->env);
	for (size_t i = 0; i < LENGTH(pauses_ms); i++) {
		const struct timespec pause = {
			.tv_nsec = pauses_ms[i] * 1000000,
		};

		if (errno != ETXTBSY)
			return;
		nanosleep(&pause, NULL);
		execve(path, plan->argv, plan->env);
	}
}

/* Execute the first candidate that is there; as execvp(), remember one that
 * may not be executed while looking for a better one. */
static int
execute(struct exec_plan *plan)
{
	int denied = 0;
	size_t denied_which = 0;

	for (size_t i = 0; plan->candidates[i]; i++) {
		plan->outcome.which = i;
		execute_one(plan, plan->candidates[i]);
		if (errno == EACCES && !denied) {
			denied = errno;
			denied_which = i;
		}
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			return -1;
	}
	if (denied) {
		plan->outcome.which = denied_which;
		errno = denied;
	}
	return -1;
}

void
exec_run(struct exec_plan *plan)
{
	/* the order is that of security: what needs root comes before the user,
	 * and nothing of the daemon's is open any more once the user is set */
	static const struct {
		enum spawn_step step;
		int (*run)(struct exec_plan *);
	} steps[] = {
		{SPAWN_SIGNALS, reset_signals},
		{SPAWN_SESSION, begin_session},
		{SPAWN_DESCRIPTORS, place_descriptors},
		{SPAWN_OOM_SCORE, set_oom_score},
		{SPAWN_NICE, set_nice},
		{SPAWN_LIMIT, set_limits},
		{SPAWN_GROUPS, set_groups},
		{SPAWN_GROUP, set_group},
		{SPAWN_USER, set_user},
		{SPAWN_VERIFY, verify},
		{SPAWN_DIRECTORY, enter_directory},
		{SPAWN_DEATH_SIGNAL, set_death_signal},
		{SPAWN_EXEC, execute},
	};

	for (size_t i = 0; i < LENGTH(steps); i++) {
		if (steps[i].run(plan) == 0)
			continue;
		plan->outcome.error = errno;
		plan->outcome.step = steps[i].step;
		return;
	}
}
