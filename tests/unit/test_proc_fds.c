/* Live processes, when there are no descriptors for their pidfds, and when the
 * loop cannot watch one. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture_proc.h"
#include "process/proc_int.h"
#include "unit.h"

/* Let the loop say that it cannot watch a descriptor, as it does itself. */
static void
refuse(struct fixture_proc *fix, ev_io *watcher)
{
	ev_io_stop(fix->loop, watcher);
	ev_feed_event(fix->loop, watcher, EV_ERROR | EV_READ | EV_WRITE);
	ev_run(fix->loop, EVRUN_NOWAIT);	/* else it would sleep */
}

/* If the loop cannot watch a pidfd or a pipe, no process is taken for dead, and
 * no end is missed. */
static void
unwatched(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];
	struct program *program = fixture_proc_puppet(fix, "delay", "500",
	    "line", "3");

	program->ready = READY_FD;
	program->ready_fd = 3;
	fixture_proc_unready(fix, 0, program);
	refuse(fix, &process->proc.ready->io);
	if (process->proc.death.fd != -1)
		refuse(fix, &process->proc.death);
	fixture_proc_await(fix, fix->news_count == 2);
	ck_assert_int_eq(process->started, 1);
	ck_assert_int_eq(process->exited, 1);
	ck_assert_int_eq(process->outcome.end, SPEC_END_NORMAL);

	/* this one says so while its pipe is not watched, and lives on */
	program = fixture_proc_puppet(fix, "line", "3", "hang", NULL);
	program->ready = READY_FD;
	program->ready_fd = 3;
	fixture_proc_unready(fix, 0, program);
	refuse(fix, &process->proc.ready->io);
	fixture_proc_await(fix, process->started == 2);
	kill(process->proc.pid, SIGKILL);
	fixture_proc_await(fix, fix->news_count == 4);
	ck_assert_int_eq(process->exited, 2);

	/* this one is dead by the time that the loop knows */
	fixture_proc_up(fix, 0, fixture_proc_puppet(fix, "hang", NULL, NULL,
	    NULL));
	if (process->proc.death.fd == -1)
		return;
	refuse(fix, &process->proc.death);
	kill(process->proc.pid, SIGKILL);
	fixture_proc_await(fix, process->exited == 3);
	ck_assert_int_eq(process->outcome.number, SIGKILL);
}

/* Run processes when only `left' descriptors are left: SIGCHLD finds the dead
 * without a pidfd. Returns how many had one. */
static int
run_with_left(struct fixture_proc *fix, int left)
{
	enum { COUNT = 50, LIMIT = 128, KEPT = 16 };
	int fds[LIMIT], count = 0, with = 0;
	struct rlimit was, low;

	getrlimit(RLIMIT_NOFILE, &was);
	low = (struct rlimit){(rlim_t)(LIMIT - left), was.rlim_max};
	setrlimit(RLIMIT_NOFILE, &low);
	while (count < LIMIT &&
	    (fds[count] = open("/dev/null", O_RDONLY | O_CLOEXEC)) != -1)
		count++;
	ck_assert_int_eq(errno, EMFILE);
	low.rlim_cur = LIMIT;
	setrlimit(RLIMIT_NOFILE, &low);
	for (int i = 0; i < COUNT; i++) {
		fixture_proc_up(fix, i, fixture_proc_puppet(fix, "exit", "6",
		    NULL, NULL));
		ck_assert_int_lt(fix->processes[i].proc.death.fd, LIMIT - KEPT);
		with += fix->processes[i].proc.death.fd != -1;
	}
	fixture_proc_await(fix, fix->news_count >= COUNT);
	for (int i = 0; i < count; i++)
		close(fds[i]);
	for (int i = 0; i < COUNT; i++) {
		ck_assert_int_eq(fix->processes[i].exited, 1);
		ck_assert_int_eq(fix->processes[i].outcome.number, 6);
	}
	setrlimit(RLIMIT_NOFILE, &was);
	return with;
}

static void
no_descriptors(struct fixture_proc *fix)
{
	if (REEVE_LINUX)	/* else no descriptor is missing */
		ck_assert_int_eq(run_with_left(fix, 0), 0);
}

/* The last descriptors are no pidfds. */
static void
last_descriptors(struct fixture_proc *fix)
{
	int with = REEVE_LINUX ? run_with_left(fix, 18) : 2;

	ck_assert_int_gt(with, 0);
	ck_assert_int_lt(with, 16);
}

/* Once the limit is as it was, the next process has a pidfd. */
static void
descriptors_again(struct fixture_proc *fix)
{
	const struct proc *proc = &fix->processes[0].proc;
	struct program *program = fixture_proc_puppet(fix, "exit", "6", NULL,
	    NULL);
	struct rlimit was, low;

	getrlimit(RLIMIT_NOFILE, &was);
	low = (struct rlimit){20, was.rlim_max};	/* 16 are kept */
	setrlimit(RLIMIT_NOFILE, &low);
	fixture_proc_up(fix, 0, program);
	ck_assert_int_eq(proc->death.fd, -1);
	fixture_proc_await(fix, fix->processes[0].exited == 1);
	setrlimit(RLIMIT_NOFILE, &was);
	fixture_proc_up(fix, 0, NULL);
	ck_assert_int_eq(proc->death.fd != -1, REEVE_LINUX);
	fixture_proc_await(fix, fix->processes[0].exited == 2);
}

/* One without a pidfd that has ended before it was known that its program runs:
 * SIGCHLD was for nobody. */
static void
ended_before_it_is_known(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];
	struct rlimit was, low;
	siginfo_t info;

	getrlimit(RLIMIT_NOFILE, &was);
	low = (struct rlimit){20, was.rlim_max};	/* 16 are kept */
	setrlimit(RLIMIT_NOFILE, &low);
	ck_assert_int_eq(fixture_proc_begin(fix, 0, fixture_proc_puppet(fix,
	    "exit", "6", NULL, NULL)), 0);
	setrlimit(RLIMIT_NOFILE, &was);
	ck_assert_int_eq(process->proc.death.fd, -1);
	ck_assert_int_eq(waitid(P_PID, (id_t)process->proc.pid, &info,
	    WEXITED | WNOWAIT), 0);
	/* the sweep is over before any look at the start */
	for (int i = 0; i < 300; i++) {
		ev_run(fix->loop, EVRUN_NOWAIT);
		usleep(1000);
	}
	proc_await_starts(fix->table);
	for (int i = 0; i < FIXTURE_DEADLINE_MS && process->exited == 0; i++) {
		ev_run(fix->loop, EVRUN_NOWAIT);
		usleep(1000);
	}
	ck_assert_int_eq(process->exited, 1);
	ck_assert_int_eq(process->outcome.number, 6);
}

UNIT_SUITE_FORKS(proc_fds)
{
	Suite *suite = suite_create("proc_fds");

	fixture_proc_add(suite, "unwatched", unwatched);
	fixture_proc_add(suite, "no_descriptors", no_descriptors);
	fixture_proc_add(suite, "last_descriptors", last_descriptors);
	fixture_proc_add(suite, "descriptors_again", descriptors_again);
	fixture_proc_add(suite, "ended_before_it_is_known",
	    ended_before_it_is_known);
	return suite;
}
