/* What processes leave behind: that nothing of it is there any more when the
 * end is told, and that nothing of others is touched. */
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

/* The four kinds of what a worker may leave behind; the first can be found
 * without the kernel's list of children as well. */
static const char *const kinds[] = {"group ", "own ", "session ", "detached "};

#define STARVED_MOST 128 /* descriptors, when they run out */

/* A puppet that leaves all four kinds behind and then does as told. */
static struct program *
leaver(struct fixture_proc *stage, const char *a, const char *b)
{
	return fixture_program(&stage->fixture, fixture_helper("puppet"),
	    "fork",
	    "group", "fork", "own", "fork", "session", "fork", "detached", a, b,
	    NULL);
}

/* Start a leaver that stays, and wait until all of its kin is there. */
static void
start_leaver(struct fixture_proc *stage, int number)
{
	fixture_proc_up(stage, number, leaver(stage, "hang", NULL));
	fixture_proc_await_lines(stage, "detached ", number + 1);
}

/* Go through all that actors have written of: what can be found must be gone,
 * the rest is killed for the next test's sake. */
static void
check_gone(struct fixture_proc *stage)
{
	const char *at = fixture_read(&stage->fixture, "out");
	int count = 0;

	for (; *at; at = strchr(at, '\n') + 1, count++) {
		pid_t pid = (pid_t)strtol(strchr(at, ' '), NULL, 10);

		ck_assert_int_gt(pid, 1);
		if (!stage->knows_all && strncmp(at, "group ", 6) != 0)
			kill(pid, SIGKILL);
		else
			ck_assert_msg(!fixture_proc_exists(pid),
			    "%.20s is left", at);
	}
	ck_assert_int_gt(count, 0);
	unlink(fixture_path(&stage->fixture, "out"));
}

/* Descriptors run out; at that the limit falls below all that are open. */
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

/* There are some again. */
static void
feed(const int fds[STARVED_MOST], const struct rlimit *was)
{
	setrlimit(RLIMIT_NOFILE, was);
	for (int i = 0; i < STARVED_MOST; i++)
		if (fds[i] != -1)
			close(fds[i]);
}

/* By one that is killed when no descriptor is left to look at it: the end of
 * those that only a look can tell is not missed. */
static void
left_when_starved(struct fixture_proc *stage)
{
	static const rlim_t limits[] = {STARVED_MOST, 3};
	struct rlimit was;
	int fds[STARVED_MOST];

	for (int i = 0; i < 2; i++) {
		pid_t own, detached;

		fixture_proc_up(stage, i, leaver(stage, "hang", NULL));
		fixture_proc_await_lines(stage, "detached ", 1);
		own = fixture_proc_said_pid(stage, "own");
		detached = fixture_proc_said_pid(stage, "detached");
		starve(fds, &was, limits[i]);
		kill(stage->actors[i].proc.pid, SIGKILL);
		for (int turns = 0; turns < 100; turns++) {
			ev_run(stage->loop, EVRUN_NOWAIT);
			usleep(1000);
			ck_assert(!stage->knows_all ||
			    stage->actors[i].exited == 0 ||
			    (!fixture_proc_exists(own) &&
			    !fixture_proc_exists(detached)));
		}
		if (limits[i] > 3)	/* there is one to spare */
			fixture_proc_await(stage, stage->actors[i].exited == 1);
		feed(fds, &was);
		fixture_proc_await(stage, stage->actors[i].exited == 1);
		check_gone(stage);
	}
}

/* By one that ends by itself. */
static void
left_behind(struct fixture_proc *stage)
{
	const struct actor *actor = fixture_proc_run(stage, 0,
	    leaver(stage, "exit", "3"));

	ck_assert_int_eq(actor->exited, 1);
	ck_assert_int_eq(actor->outcome.how, SPEC_HOW_EXITED);
	ck_assert_int_eq(actor->outcome.number, 3);
	check_gone(stage);
}

/* By one that is killed by others. */
static void
left_by_killed(struct fixture_proc *stage)
{
	struct actor *actor = &stage->actors[0];

	start_leaver(stage, 0);
	kill(actor->proc.pid, SIGKILL);
	fixture_proc_await(stage, actor->exited == 1);
	ck_assert_int_eq(actor->outcome.number, SIGKILL);
	check_gone(stage);
}

/* What others have detached is theirs, and lives on. */
static void
left_by_others(struct fixture_proc *stage)
{
	struct actor *actor = &stage->actors[0];

	start_leaver(stage, 0);
	for (int i = 0; i < 20; i++)
		fixture_proc_run(stage, 1,
		    fixture_program(&stage->fixture, "/bin/true", NULL));
	for (size_t i = 0; i < LENGTH(kinds); i++)
		ck_assert(fixture_proc_exists(fixture_proc_said_pid(stage,
		    kinds[i])));
	ck_assert_int_eq(actor->exited, 0);
	proc_kill(stage->table, &actor->proc);
	fixture_proc_await(stage, actor->exited == 1);
	check_gone(stage);
}

/* Descendants that come to light one by one, each when its parent is killed. */
static void
left_chain(struct fixture_proc *stage)
{
	const struct actor *actor;

	if (!stage->knows_all)
		return;
	actor = fixture_proc_run(stage, 0, fixture_program(&stage->fixture,
	    fixture_helper("puppet"), "brood", "8", "exit", "0", NULL));
	ck_assert_int_eq(actor->exited, 1);
	check_gone(stage);
}

/* Without an environment, a worker's kin is known by its session. */
static void
left_without_environment(struct fixture_proc *stage)
{
	const struct actor *actor = fixture_proc_run(stage, 0,
	    fixture_program(&stage->fixture, fixture_helper("puppet"), "env",
	    "fork", "group", "fork", "own", "exit", "0", NULL));

	ck_assert_int_eq(actor->exited, 1);
	check_gone(stage);
}

/* By many at once. */
static void
left_by_many(struct fixture_proc *stage)
{
	enum { COUNT = 60 };

	for (int i = 0; i < COUNT; i++)
		fixture_proc_up(stage, i, leaver(stage, "hang", NULL));
	fixture_proc_await_lines(stage, "detached ", COUNT);
	for (int i = 0; i < COUNT; i++)
		proc_kill(stage->table, &stage->actors[i].proc);
	fixture_proc_await(stage, stage->told >= COUNT);
	for (int i = 0; i < COUNT; i++)
		ck_assert_int_eq(stage->actors[i].exited, 1);
	check_gone(stage);
}

/* By one that was never ready: the failed start is told when all is gone. */
static void
left_by_unready(struct fixture_proc *stage)
{
	struct program *program = leaver(stage, "exit", "1");
	const struct actor *actor;

	program->ready = READY_EXIT;
	actor = fixture_proc_run(stage, 0, program);
	ck_assert_int_eq(actor->failed, 1);
	check_gone(stage);
}

/* Tell whether a child is the first actor. */
static bool
is_first_actor(void *arg, pid_t pid)
{
	const struct fixture_proc *stage = arg;

	return stage->actors[0].proc.pid == pid;
}

/* What has no environment may be in the midst of an exec; but not for long. */
static void
hidden_strangers(struct fixture_proc *stage)
{
	struct orphans *orphans = orphans_new(stage, is_first_actor);

	if (!stage->knows_all) {
		orphans_free(orphans);
		return;
	}
	fixture_proc_up(stage, 0, fixture_program(&stage->fixture,
	    fixture_helper("puppet"), "env", "fork", "detached", "hang", NULL));
	fixture_proc_await_lines(stage, "detached ", 1);
	while (orphans_look(orphans) < 1)
		usleep(1000);
	ck_assert(orphans_may_hide(orphans));
	while (orphans_may_hide(orphans)) {
		usleep(10000);
		ck_assert_int_eq(orphans_look(orphans), 1);
	}
	ck_assert(orphans_know_all(orphans));
	orphans_free(orphans);
	proc_kill(stage->table, &stage->actors[0].proc);
	fixture_proc_await(stage, stage->actors[0].exited == 1);
	kill(fixture_proc_said_pid(stage, "detached"), SIGKILL);
}

/* Strangers who die while nothing else does are reaped, in a while. */
static void
strangers(struct fixture_proc *stage)
{
	uint64_t before;
	pid_t pid;

	if (!stage->knows_all)
		return;
	start_leaver(stage, 0);
	pid = fixture_proc_said_pid(stage, "detached ");
	before = proc_orphans(stage->table);
	kill(pid, SIGKILL);
	fixture_proc_await(stage, proc_orphans(stage->table) > before);
	ck_assert(!fixture_proc_exists(pid));
	ck_assert_int_eq(stage->told, 0);
}

/* The last thing before the daemon ends: nothing is left, and nothing told. */
static void
end_all(struct fixture_proc *stage)
{
	start_leaver(stage, 0);
	fixture_proc_up(stage, 1, fixture_program(&stage->fixture,
	    fixture_helper("puppet"), "ignore", "15", "hang", NULL));
	/* one that is dead and not yet settled */
	fixture_proc_up(stage, 2, fixture_proc_puppet(stage, "hang", NULL, NULL,
	    NULL));
	kill(stage->actors[2].proc.pid, SIGKILL);
	ck_assert_uint_eq(proc_end_all(stage->table, FIXTURE_DEADLINE_MS), 0);
	ck_assert_uint_eq(proc_count(stage->table), 0);
	ck_assert_int_eq(stage->told, 0);
	if (stage->knows_all)
		check_gone(stage);
	else
		for (size_t i = 0; i < LENGTH(kinds); i++)
			kill(fixture_proc_said_pid(stage, kinds[i]), SIGKILL);
}

UNIT_SUITE(proc_end)
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
	fixture_proc_add(suite, "hidden_strangers", hidden_strangers);
	fixture_proc_add(suite, "strangers", strangers);
	fixture_proc_add(suite, "end_all", end_all);
	return suite;
}
