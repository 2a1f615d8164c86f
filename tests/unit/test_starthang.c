/* Starts that hang on the way to the program: the loop goes on. What hangs is a
 * child that is stopped. */
#include "config.h"

#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "fixture_proc.h"
#include "hangs.h"
#include "unit.h"

/* Begin to start a process, and stop it before its program runs; false: it was
 * faster each time. */
static bool
begin_stopped(struct fixture_proc *fix, int number)
{
	struct fixture_process *process = &fix->processes[number];

	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(fixture_proc_begin(fix, number,
		    fixture_proc_puppet(fix, "hang", NULL, NULL, NULL)), 0);
		kill(process->proc.pid, SIGSTOP);
		proc_await_starts(fix->table);
		if (process->proc.state == PROC_STARTING)
			return true;
		proc_kill(fix->table, &process->proc);
		fixture_proc_await(fix, process->proc.pid == 0);
		process->exited = process->failed = process->started = 0;
		process->not_started = 0;
	}
	return false;
}

/* The loop waits for a moment only; others start meanwhile. The owner is told
 * once, and kills it. */
static void
stopped(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];
	int64_t began_ms;

	if (!begin_stopped(fix, 0))
		return;
	began_ms = clock_ms();
	proc_await_starts(fix->table);
	ck_assert_uint_eq(proc_starting(fix->table), 0);
	fixture_proc_run(fix, 1, fixture_proc_puppet(fix, "exit", "0", NULL,
	    NULL));
	fixture_proc_await(fix, process->hangs > 0);
	ck_assert_int_ge(clock_ms() - began_ms, 1500);
	ck_assert_int_eq(process->proc.state, PROC_STARTING);
	ck_assert_msg(strstr(process->why, "it hangs there"), "%s",
	    process->why);
	proc_kill(fix->table, &process->proc);
	fixture_proc_await(fix, process->proc.pid == 0);
	ck_assert_int_eq(process->hangs, 1);
	ck_assert_int_eq(process->not_started, 1);
	ck_assert_int_eq(process->exited + process->failed, 0);
	/* its place is free again */
	fixture_proc_up(fix, 0, NULL);
}

/* One that goes on in time has started like any other. */
static void
late(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];

	if (!begin_stopped(fix, 0))
		return;
	kill(process->proc.pid, SIGCONT);
	fixture_proc_await(fix, process->proc.state != PROC_STARTING);
	ck_assert_int_eq(process->proc.state, PROC_RUNNING);
	ck_assert_int_eq(process->hangs, 0);
}

/* One that takes long, but does not wait for anything, does not hang: the
 * machine is slow. */
static void
slow(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];

	busy_ms = 2500;
	ck_assert_int_eq(fixture_proc_begin(fix, 0, fixture_proc_puppet(fix,
	    "hang", NULL, NULL, NULL)), 0);
	fixture_proc_await(fix, process->proc.state != PROC_STARTING ||
	    process->hangs > 0);
	ck_assert_int_eq(process->hangs, 0);
	ck_assert_int_eq(process->proc.state, PROC_RUNNING);
	busy_ms = 0;
}

/* One that is told to stop on its way ends, whatever it is at. */
static void
told(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];

	if (!begin_stopped(fix, 0))
		return;
	proc_stop(fix->table, &process->proc, SIGTERM);
	fixture_proc_await(fix, process->proc.pid == 0);
	ck_assert_int_eq(process->exited + process->not_started, 1);
}

UNIT_SUITE_FORKS(starthang)
{
	Suite *suite = suite_create("starthang");

	fixture_proc_add(suite, "stopped", stopped);
	fixture_proc_add(suite, "late", late);
	fixture_proc_add(suite, "slow", slow);
	fixture_proc_add(suite, "told", told);
	return suite;
}
