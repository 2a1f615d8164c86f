/* What processes leave behind: when the end is told all of it is gone, and
 * nothing else is touched. */
#include "config.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fixture_proc.h"
#include "process/orphans.h"
#include "unit.h"

/* The four kinds of leftovers; the first is also found without the kernel's
 * list of children. */
static const char *const kinds[] = {"group ", "own ", "session ", "detached "};

#define STARVED_MOST 128 /* descriptors, when they run out */

/* Make a puppet that leaves all four kinds behind and then does as told. */
static struct program *
leaver(struct fixture_proc *fix, const char *a, const char *b)
{
	return fixture_program(&fix->base, fixture_helper("puppet"), "fork",
	    "group", "fork", "own", "fork", "session", "fork", "detached", a, b,
	    NULL);
}

/* Start a leaver that stays, and wait until all of its leftovers are there. */
static void
start_leaver(struct fixture_proc *fix, int number)
{
	fixture_proc_up(fix, number, leaver(fix, "hang", NULL));
	fixture_proc_await_lines(fix, "detached ", number + 1);
}

/* Check each process that is named in the output: what can be found must be
 * gone, and the rest is killed for the sake of the next test. */
static void
check_gone(struct fixture_proc *fix)
{
	const char *at = fixture_read(&fix->base, "out");
	int count = 0;

	for (; *at; at = strchr(at, '\n') + 1, count++) {
		pid_t pid = (pid_t)strtol(strchr(at, ' '), NULL, 10);

		ck_assert_int_gt(pid, 1);
		if (!fix->knows_all && strncmp(at, "group ", 6) != 0)
			kill(pid, SIGKILL);
		else
			ck_assert_msg(!fixture_proc_exists(pid),
			    "%.20s is left", at);
	}
	ck_assert_int_gt(count, 0);
	unlink(fixture_path(&fix->base, "out"));
}

/* Let descriptors run out: the limit falls below all that are open. */
static void
starve(int fds[STARVED_MOST], struct rlimit *was, rlim_t limit)
{
	struct rlimit low = {STARVED_MOST, 0};

	getrlimit(RLIMIT_NOFILE, was);
	low.rlim_max = was->rlim_max;
	setrlimit(RLIMIT_NOFILE, &low);
	for (int i = 0; i < STARVED_MOST; i++)
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	low.rlim_cur = limit;
	setrlimit(RLIMIT_NOFILE, &low);
}

/* Raise the limit again. */
static void
feed(const int fds[STARVED_MOST], const struct rlimit *was)
{
	setrlimit(RLIMIT_NOFILE, was);
	for (int i = 0; i < STARVED_MOST; i++)
		if (fds[i] != -1)
			close(fds[i]);
}

/* A process is killed while no descriptor is left to look at its leftovers: the
 * ends that only a look can tell are not missed. */
static void
left_when_starved(struct fixture_proc *fix)
{
	static const rlim_t limits[] = {STARVED_MOST, 3};
	struct rlimit was;
	int fds[STARVED_MOST];

	for (int i = 0; i < 2; i++) {
		pid_t own, detached;

		fixture_proc_up(fix, i, leaver(fix, "hang", NULL));
		fixture_proc_await_lines(fix, "detached ", 1);
		own = fixture_proc_said_pid(fix, "own");
		detached = fixture_proc_said_pid(fix, "detached");
		starve(fds, &was, limits[i]);
		kill(fix->processes[i].proc.pid, SIGKILL);
		for (int turns = 0; turns < 100; turns++) {
			ev_run(fix->loop, EVRUN_NOWAIT);
			usleep(1000);
			ck_assert(!fix->knows_all || fix->processes[i].exited ==
			    0 || (!fixture_proc_exists(own) &&
			    !fixture_proc_exists(detached)));
		}
		if (limits[i] > 3)	/* one descriptor is to spare */
			fixture_proc_await(fix, fix->processes[i].exited == 1);
		feed(fds, &was);
		fixture_proc_await(fix, fix->processes[i].exited == 1);
		check_gone(fix);
	}
}

/* A process that ends by itself. */
static void
left_behind(struct fixture_proc *fix)
{
	const struct fixture_process *process = fixture_proc_run(fix, 0,
	    leaver(fix, "exit", "3"));

	ck_assert_int_eq(process->exited, 1);
	ck_assert_int_eq(process->outcome.how, SPEC_HOW_EXITED);
	ck_assert_int_eq(process->outcome.number, 3);
	check_gone(fix);
}

/* A process that is killed from outside. */
static void
left_by_killed(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];

	start_leaver(fix, 0);
	kill(process->proc.pid, SIGKILL);
	fixture_proc_await(fix, process->exited == 1);
	ck_assert_int_eq(process->outcome.number, SIGKILL);
	check_gone(fix);
}

/* What another worker has detached lives on. */
static void
left_by_others(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];

	start_leaver(fix, 0);
	for (int i = 0; i < 20; i++)
		fixture_proc_run(fix, 1,
		    fixture_program(&fix->base, "/bin/true", NULL));
	for (size_t i = 0; i < LENGTH(kinds); i++)
		ck_assert(fixture_proc_exists(fixture_proc_said_pid(fix,
		    kinds[i])));
	ck_assert_int_eq(process->exited, 0);
	proc_kill(fix->table, &process->proc);
	fixture_proc_await(fix, process->exited == 1);
	check_gone(fix);
}

/* Descendants that become orphans one by one, each when its parent is
 * killed. */
static void
left_chain(struct fixture_proc *fix)
{
	const struct fixture_process *process;

	if (!fix->knows_all)
		return;
	process = fixture_proc_run(fix, 0, fixture_program(&fix->base,
	    fixture_helper("puppet"), "brood", "8", "exit", "0", NULL));
	ck_assert_int_eq(process->exited, 1);
	check_gone(fix);
}

/* Without an environment, a leftover is known by its session. */
static void
left_without_environment(struct fixture_proc *fix)
{
	const struct fixture_process *process = fixture_proc_run(fix, 0,
	    fixture_program(&fix->base, fixture_helper("puppet"), "env",
	    "fork", "group", "fork", "own", "exit", "0", NULL));

	ck_assert_int_eq(process->exited, 1);
	check_gone(fix);
}

/* Many processes end at once. */
static void
left_by_many(struct fixture_proc *fix)
{
	const int count = unit_rounds(60);

	for (int i = 0; i < count; i++)
		fixture_proc_up(fix, i, leaver(fix, "hang", NULL));
	fixture_proc_await_lines(fix, "detached ", count);
	for (int i = 0; i < count; i++)
		proc_kill(fix->table, &fix->processes[i].proc);
	fixture_proc_await(fix, fix->news_count >= count);
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(fix->processes[i].exited, 1);
	check_gone(fix);
}

/* A process that was never ready: the failed start is told when all is gone. */
static void
left_by_unready(struct fixture_proc *fix)
{
	struct program *program = leaver(fix, "exit", "1");
	const struct fixture_process *process;

	program->ready = READY_EXIT;
	process = fixture_proc_run(fix, 0, program);
	ck_assert_int_eq(process->failed, 1);
	check_gone(fix);
}

/* Tell whether a child is the first process. */
static bool
is_first_process(void *arg, pid_t pid)
{
	const struct fixture_proc *fix = arg;

	return fix->processes[0].proc.pid == pid;
}

/* Do nothing: the test looks again without being woken. */
static void
ignore_wake(void *arg)
{
	(void)arg;
}

/* Make a whole look; returns whether it had to wait. */
static bool
look(struct orphans *orphans)
{
	enum orphans_state state;
	bool has_waited = false;

	orphans_begin(orphans);
	while ((state = orphans_go_on(orphans, INT64_MAX)) ==
	    ORPHANS_AWAITED) {
		has_waited = true;
		usleep(1000);
	}
	ck_assert_int_eq(state, ORPHANS_KNOWN);
	return has_waited;
}

/* What has no environment may be in the middle of an exec, but not for long. */
static void
hidden_orphans(struct fixture_proc *fix)
{
	struct orphans *orphans = orphans_new(fix->loop, fix, is_first_process,
	    ignore_wake);

	if (!fix->knows_all) {
		orphans_free(orphans);
		return;
	}
	fixture_proc_up(fix, 0, fixture_program(&fix->base,
	    fixture_helper("puppet"), "env", "fork", "detached", "hang", NULL));
	fixture_proc_await_lines(fix, "detached ", 1);
	do
		ck_assert(look(orphans) || orphans_count(orphans) == 0);
	while (orphans_count(orphans) < 1);
	usleep(100000);
	while (look(orphans))
		ck_assert_uint_eq(orphans_count(orphans), 1);
	orphans_free(orphans);
	proc_kill(fix->table, &fix->processes[0].proc);
	fixture_proc_await(fix, fix->processes[0].exited == 1);
	kill(fixture_proc_said_pid(fix, "detached"), SIGKILL);
}

/* Orphans that die while nothing else does are reaped, in a while. */
static void
orphans_are_reaped(struct fixture_proc *fix)
{
	pid_t pid;

	if (!fix->knows_all)
		return;
	start_leaver(fix, 0);
	pid = fixture_proc_said_pid(fix, "detached ");
	kill(pid, SIGKILL);
	fixture_proc_await(fix, !fixture_proc_exists(pid));
	ck_assert(!fixture_proc_exists(pid));
	ck_assert_int_eq(fix->news_count, 0);
}

/* The last thing before the daemon ends: nothing is left, and no news comes. */
static void
end_all(struct fixture_proc *fix)
{
	start_leaver(fix, 0);
	fixture_proc_up(fix, 1, fixture_program(&fix->base,
	    fixture_helper("puppet"), "ignore", "15", "hang", NULL));
	/* this one is dead and not yet settled */
	fixture_proc_up(fix, 2, fixture_proc_puppet(fix, "hang", NULL, NULL,
	    NULL));
	kill(fix->processes[2].proc.pid, SIGKILL);
	ck_assert_uint_eq(proc_end_all(fix->table, FIXTURE_DEADLINE_MS), 0);
	ck_assert_uint_eq(proc_count(fix->table), 0);
	ck_assert_int_eq(fix->news_count, 0);
	if (fix->knows_all)
		check_gone(fix);
	else
		for (size_t i = 0; i < LENGTH(kinds); i++)
			kill(fixture_proc_said_pid(fix, kinds[i]), SIGKILL);
}

UNIT_SUITE_FORKS(proc_end)
{
	Suite *suite = suite_create("proc_end");

	fixture_proc_add(suite, "left_behind", left_behind);
	fixture_proc_add(suite, "left_by_killed", left_by_killed);
	fixture_proc_add(suite, "left_by_others", left_by_others);
	fixture_proc_add(suite, "left_chain", left_chain);
	fixture_proc_add(suite, "left_without_environment",
	    left_without_environment);
	fixture_proc_add(suite, "left_by_many", left_by_many);
	fixture_proc_add(suite, "left_by_unready", left_by_unready);
	fixture_proc_add(suite, "left_when_starved", left_when_starved);
	fixture_proc_add(suite, "hidden_orphans", hidden_orphans);
	fixture_proc_add(suite, "orphans_are_reaped", orphans_are_reaped);
	fixture_proc_add(suite, "end_all", end_all);
	return suite;
}
