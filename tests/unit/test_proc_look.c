/* How long a death may go untold: other processes' orphans, however many and
 * however they behave, hold it up for a bounded time only. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture_proc.h"
#include "os/procfs.h"
#include "process/orphans.h"
#include "process/proc_int.h"
#include "unit.h"

#define BOMB		"40"	/* processes */
#define TICKS_US	30000	/* after which a process is older than another:
				   their times are in ticks of 10 ms */
#define TURNS		100	/* of the loop, while nothing may happen */

/* A hanging puppet, and one that has detached another before it hangs. */
static struct program *
hanger(struct fixture_proc *fix)
{
	return fixture_proc_puppet(fix, "hang", NULL, NULL, NULL);
}

static struct program *
detacher(struct fixture_proc *fix)
{
	return fixture_proc_puppet(fix, "fork", "detached", "hang", NULL);
}

/* Start a fork bomb of a kind, and wait until there is no place left in it. */
static void
start_bomb(struct fixture_proc *fix, int number, const char *kind)
{
	fixture_proc_up(fix, number, fixture_program(&fix->base,
	    fixture_helper("bomb"), BOMB, kind, NULL));
	fixture_proc_await_lines(fix, "full", 1);
}

/* Kill a process from outside, as a crash does, and wait until that is told. */
static void
crash(struct fixture_proc *fix, int number)
{
	struct fixture_process *process = &fix->processes[number];
	int before = process->exited;

	kill(process->proc.pid, SIGKILL);
	fixture_proc_await(fix, process->exited > before);
	ck_assert_int_eq(process->outcome.number, SIGKILL);
}

/* A fork bomb that is stopped comes to its end, and all of it is gone when that
 * is told. Meanwhile others die, and are started again. */
static void
explode(struct fixture_proc *fix, const char *kind)
{
	struct fixture_process *bomb = &fix->processes[0];

	start_bomb(fix, 0, kind);
	fixture_proc_up(fix, 1, hanger(fix));
	crash(fix, 1);
	fixture_proc_up(fix, 1, NULL);
	proc_stop(fix->table, &bomb->proc, SIGTERM);
	crash(fix, 1);
	proc_kill(fix->table, &bomb->proc);
	fixture_proc_await(fix, bomb->exited == 1);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

static void
bomb_in_group(struct fixture_proc *fix)
{
	explode(fix, "group");
}

/* Each process of it in a session of its own. */
static void
bomb_in_sessions(struct fixture_proc *fix)
{
	if (fix->knows_all)
		explode(fix, "session");
}

/* Each process of it dies once it has forked. */
static void
bomb_in_chains(struct fixture_proc *fix)
{
	if (fix->knows_all)
		explode(fix, "chain");
}

/* The daemon can end while a bomb goes on. */
static void
bomb_at_end(struct fixture_proc *fix)
{
	if (!fix->knows_all)
		return;
	start_bomb(fix, 0, "session");
	ck_assert_uint_eq(proc_end_all(fix->table, FIXTURE_DEADLINE_MS), 0);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

/* Reads of an environment that take as long as the test wants. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static int
read_behind_gate(pid_t pid, char *ret_path, size_t size)
{
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	return procfs_reeve_path(pid, ret_path, size);
}

/* Let all reads hang from now on. */
static void
close_gate(struct fixture_proc *fix)
{
	pthread_mutex_lock(&gate);
	orphans_set_read(fix->table->orphans, read_behind_gate);
}

/* Let the loop turn for a while. */
static void
turn_a_while(struct fixture_proc *fix)
{
	for (int turns = 0; turns < TURNS; turns++) {
		ev_run(fix->loop, EVRUN_NOWAIT);
		usleep(1000);
	}
}

/* Start a process that detaches another one; returns that one's pid. Nothing is
 * known of it. */
static pid_t
start_detacher(struct fixture_proc *fix, int number)
{
	unlink(fixture_path(&fix->base, "out"));
	fixture_proc_up(fix, number, detacher(fix));
	fixture_proc_await_lines(fix, "detached ", 1);
	return fixture_proc_said_pid(fix, "detached ");
}

/* A stop is not told while it is not known what the process has left; another
 * death is. */
static void
stop_waits(struct fixture_proc *fix)
{
	struct fixture_process *stopped = &fix->processes[0];
	pid_t left;

	if (!fix->knows_all)
		return;
	fix->table->patience_us = 0;
	close_gate(fix);
	left = start_detacher(fix, 0);
	fixture_proc_up(fix, 1, hanger(fix));
	proc_stop(fix->table, &stopped->proc, SIGTERM);
	turn_a_while(fix);
	crash(fix, 1);
	ck_assert_int_eq(stopped->exited, 0);
	ck_assert(fixture_proc_exists(left));
	pthread_mutex_unlock(&gate);
	fixture_proc_await(fix, stopped->exited == 1);
	ck_assert(!fixture_proc_exists(left));
	/* what was kept of the other one is gone as well */
	fixture_proc_await(fix, proc_count(fix->table) == 0);
}

/* A death that was told before it was known what the process has left: that is
 * killed when it is known, and not what the next process has detached, which
 * has the same path. */
static void
found_late(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];
	pid_t left, next;

	if (!fix->knows_all)
		return;
	fix->table->patience_us = 0;
	close_gate(fix);
	left = start_detacher(fix, 0);
	usleep(TICKS_US);
	crash(fix, 0);
	ck_assert(fixture_proc_exists(left));
	next = start_detacher(fix, 0);
	pthread_mutex_unlock(&gate);
	fixture_proc_await(fix, proc_count(fix->table) == 1);
	ck_assert(!fixture_proc_exists(left));
	ck_assert(fixture_proc_exists(next));
	ck_assert_int_eq(process->proc.state, PROC_RUNNING);
	usleep(TICKS_US);
	crash(fix, 0);
	fixture_proc_await(fix, !fixture_proc_exists(next));
}

/* The daemon ends though a read hangs. */
static void
hung_at_end(struct fixture_proc *fix)
{
	if (!fix->knows_all)
		return;
	fix->table->patience_us = 0;
	close_gate(fix);
	start_detacher(fix, 0);
	crash(fix, 0);
	ck_assert_uint_eq(proc_end_all(fix->table, FIXTURE_DEADLINE_MS), 0);
	proc_table_free(fix->table);
	pthread_mutex_unlock(&gate);
	fix->table = fixture_proc_new_table(fix);
}

/* A look is made in pieces, however little time each of them has. */
static void
pieces(struct fixture_proc *fix)
{
	enum { COUNT = 20 };
	int busy = 0;
	enum orphans_state state;

	if (!fix->knows_all)
		return;
	for (int i = 0; i < COUNT; i++)
		fixture_proc_up(fix, i, detacher(fix));
	fixture_proc_await_lines(fix, "detached ", COUNT);
	orphans_begin(fix->table->orphans);
	do {
		state = orphans_go_on(fix->table->orphans, 0);
		busy += state == ORPHANS_BUSY;
		if (state == ORPHANS_AWAITED)
			usleep(1000);
	} while (state == ORPHANS_BUSY || state == ORPHANS_AWAITED);
	ck_assert_int_eq(state, ORPHANS_KNOWN);
	ck_assert_int_ge(busy, COUNT);
	ck_assert_uint_ge(orphans_count(fix->table->orphans), COUNT);
	for (int i = 0; i < COUNT; i++)
		proc_kill(fix->table, &fix->processes[i].proc);
	fixture_proc_await(fix, fix->news_count == COUNT);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}

UNIT_SUITE_FORKS(proc_look)
{
	Suite *suite = suite_create("proc_look");

	fixture_proc_add(suite, "bomb_in_group", bomb_in_group);
	fixture_proc_add(suite, "bomb_in_sessions", bomb_in_sessions);
	fixture_proc_add(suite, "bomb_in_chains", bomb_in_chains);
	fixture_proc_add(suite, "bomb_at_end", bomb_at_end);
	fixture_proc_add(suite, "stop_waits", stop_waits);
	fixture_proc_add(suite, "found_late", found_late);
	fixture_proc_add(suite, "hung_at_end", hung_at_end);
	fixture_proc_add(suite, "pieces", pieces);
	return suite;
}
