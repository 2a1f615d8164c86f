/* Live processes: no end is lost, told twice or wrong; when they are ready. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "fixture_proc.h"
#include "process/proc_int.h"
#include "unit.h"

/* Each way to end, and what it counts as. */
static void
outcomes(struct fixture_proc *fix)
{
	static const struct {
		const char *word;
		const char *number;
		struct spec_outcome outcome;
	} cases[] = {
		{"exit", "0", {SPEC_HOW_EXITED, 0, SPEC_END_NORMAL,
		    SPEC_END_SHUTDOWN}},
		{"exit", "7", {SPEC_HOW_EXITED, 7, SPEC_END_ABNORMAL,
		    SPEC_END_ABNORMAL}},
		{"die", "9", {SPEC_HOW_SIGNALLED, 9, SPEC_END_KILLED,
		    SPEC_END_KILLED}},
		{"die", "15", {SPEC_HOW_SIGNALLED, 15, SPEC_END_SHUTDOWN,
		    SPEC_END_SHUTDOWN}},
		{"die", "6", {SPEC_HOW_SIGNALLED, 6, SPEC_END_ABNORMAL,
		    SPEC_END_ABNORMAL}},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct spec_outcome *expected = &cases[i].outcome;
		const struct fixture_process *process = fixture_proc_run(fix, 0,
		    fixture_proc_puppet(fix, cases[i].word, cases[i].number,
		    NULL, NULL));

		ck_assert_int_eq(process->exited, (int)i + 1);
		ck_assert_int_eq(process->outcome.how, expected->how);
		ck_assert_int_eq(process->outcome.number, expected->number);
		ck_assert_int_eq(process->outcome.end, expected->end);
		ck_assert_int_eq(process->outcome.end_stopped,
		    expected->end_stopped);
	}
	ck_assert_int_eq(fix->news_count, LENGTH(cases));
}

/* A start that fails leaves nothing, and the proc can be used again. */
static void
start_fails(struct fixture_proc *fix)
{
	struct program *program;

	ck_assert_int_eq(fixture_proc_start(fix, 0,
	    fixture_program(&fix->base, "/no/such", NULL)), -1);
	ck_assert_uint_eq(proc_count(fix->table), 0);
	program = fixture_program(&fix->base, "/no/such", NULL);
	program->ready = READY_FD;
	program->ready_fd = 3;
	ck_assert_int_eq(fixture_proc_start(fix, 0, program), -1);
	ck_assert_ptr_null(fix->processes[0].proc.ready);
	fixture_proc_run(fix, 0, fixture_proc_puppet(fix, "exit", "0", NULL,
	    NULL));
}

/* If the run file has no room, nothing is started, and the error says so. */
static void
no_room(struct fixture_proc *fix)
{
	const char *path = fixture_path(&fix->base, "run");
	struct runfile *runfile = runfile_open(path);
	struct spawn_result result;
	struct runfile_mark *mark;

	ck_assert_ptr_nonnull(runfile);
	ck_assert_uint_ne(runfile_prepare(runfile, 0, "x", &mark),
	    RUNFILE_NONE);
	mark->pid = getpid();
	runfile_close(runfile);
	/* a run file with leftovers is not written to */
	runfile = runfile_open(fixture_path(&fix->base, "run"));
	ck_assert_ptr_nonnull(runfile);
	if (runfile_reserve(runfile, 1) == 0) {
		unit_skip("a run file is not believed here");
		runfile_close(runfile);
		return;
	}
	proc_table_set_runfile(fix->table, runfile);
	fix->processes[0].program = fixture_program(&fix->base, "/bin/true",
	    NULL);
	fix->base.context.path = "x";
	ck_assert_int_eq(proc_start(fix->table, &fix->processes[0].proc,
	    fix->processes[0].program, &fix->base.context, &result), -1);
	ck_assert_int_eq(result.error, ENOSPC);
	ck_assert(spawn_is_shortage(&result));
	proc_table_set_runfile(fix->table, NULL);
	runfile_close(runfile);
}

/* Many are on their way at once; no end is lost before the loop can look. */
static void
at_once(struct fixture_proc *fix)
{
	const int count = fix->many;

	for (int i = 0; i < count; i++)
		ck_assert_int_eq(fixture_proc_begin(fix, i, fixture_program(
		    &fix->base, "/bin/true", NULL)), 0);
	ck_assert_uint_eq(proc_starting(fix->table), (size_t)count);
	ck_assert_uint_eq(proc_count(fix->table), (size_t)count);
	fixture_proc_await(fix, fix->news_count >= count);
	for (int i = 0; i < count; i++)
		ck_assert_int_eq(fix->processes[i].exited, 1);
	ck_assert_int_eq(fix->news_count, count);
	ck_assert_uint_eq(proc_count(fix->table), 0);
}

/* Many die at once: each is told once, and can be started again. */
static void
mass_death(struct fixture_proc *fix)
{
	const int count = fix->many * 3 / 5;

	for (int i = 0; i < count; i++)
		fixture_proc_up(fix, i, fixture_proc_puppet(fix, "hang", NULL,
		    NULL, NULL));
	for (int i = 0; i < count; i++)
		kill(fix->processes[i].proc.pid, SIGKILL);
	fixture_proc_await(fix, fix->news_count >= count);
	for (int i = 0; i < count; i++) {
		ck_assert_int_eq(fix->processes[i].exited, 1);
		ck_assert_int_eq(fix->processes[i].outcome.number, SIGKILL);
	}
	for (int i = 0; i < count; i++)
		fixture_proc_up(fix, i, NULL);
	ck_assert_uint_eq(proc_count(fix->table), (size_t)count);
}

/* A suspended process gets the stop signal; one that ignores it is killed. */
static void
stop(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];

	fixture_proc_up(fix, 0, fixture_proc_puppet(fix, "hang", NULL, NULL,
	    NULL));
	ck_assert_int_eq(proc_signal(fix->table, &process->proc, SIGSTOP), 0);
	proc_stop(fix->table, &process->proc, SIGTERM);
	fixture_proc_await(fix, process->exited == 1);
	ck_assert_int_eq(process->outcome.number, SIGTERM);

	fixture_proc_up(fix, 0, fixture_program(&fix->base,
	    fixture_helper("puppet"), "ignore", "15", "say", "deaf", "hang",
	    NULL));
	fixture_proc_await_lines(fix, "deaf", 1);
	proc_stop(fix->table, &process->proc, SIGTERM);
	ck_assert_int_eq(proc_signal(fix->table, &process->proc, 0), 0);
	ck_assert_int_eq(process->exited, 1);
	proc_kill(fix->table, &process->proc);
	fixture_proc_await(fix, process->exited == 2);
	ck_assert_int_eq(process->outcome.number, SIGKILL);

	/* there is no process to signal */
	ck_assert_int_eq(proc_signal(fix->table, &process->proc, SIGTERM), -1);
	ck_assert_int_eq(errno, ESRCH);
	proc_stop(fix->table, &process->proc, SIGTERM);
	proc_kill(fix->table, &process->proc);
}

/* Make a puppet that is to say on descriptor 7 that it is ready. */
static struct program *
ready_puppet(struct fixture_proc *fix, const char *a, const char *b, const char
    *c, const char *d)
{
	struct program *program = fixture_proc_puppet(fix, a, b, c, d);

	program->ready = READY_FD;
	program->ready_fd = 7;
	return program;
}

/* It is started when it says so. */
static void
ready(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];

	fixture_proc_unready(fix, 0, ready_puppet(fix, "line", "7", "hang",
	    NULL));
	ck_assert_int_eq(process->proc.state, PROC_UNREADY);
	fixture_proc_await(fix, process->started == 1);
	ck_assert_int_eq(process->proc.state, PROC_RUNNING);
	ck_assert_ptr_null(process->proc.ready);
	proc_kill(fix->table, &process->proc);
	fixture_proc_await(fix, process->exited == 1);
	ck_assert_int_eq(fix->news_count, 2);
}

/* What it wrote last is read before its end is told, whichever of the two the
 * loop sees first. */
static void
ready_and_gone(struct fixture_proc *fix)
{
	for (int i = 0; i < unit_rounds(50); i++) {
		const struct fixture_process *process = fixture_proc_run(fix, i,
		    ready_puppet(fix, "line", "7", "exit", "4"));

		ck_assert_int_eq(process->started, 1);
		ck_assert_int_eq(process->exited, 1);
		ck_assert_int_eq(process->outcome.number, 4);
	}
}

/* Exit code 0 before it is ready is OTP's ignore, all else a failed start. */
static void
never_ready(struct fixture_proc *fix)
{
	const struct fixture_process *process;

	process = fixture_proc_run(fix, 0,
	    ready_puppet(fix, "exit", "0", NULL, NULL));
	ck_assert_int_eq(process->ignored, 1);
	process = fixture_proc_run(fix, 0,
	    ready_puppet(fix, "exit", "1", NULL, NULL));
	ck_assert_int_eq(process->failed, 1);
	ck_assert_int_eq(process->outcome.number, 1);
	process = fixture_proc_run(fix, 0,
	    ready_puppet(fix, "die", "15", NULL, NULL));
	ck_assert_int_eq(process->failed, 2);
	/* to close the descriptor decides nothing */
	process = fixture_proc_run(fix, 0,
	    ready_puppet(fix, "close", "7", "exit", "0"));
	ck_assert_int_eq(process->ignored, 2);
	ck_assert_int_eq(fix->news_count, 4);
}

/* A process that closes its descriptor lives on unready until it is killed. */
static void
ready_closed(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];

	fixture_proc_unready(fix, 0,
	    ready_puppet(fix, "close", "7", "hang", NULL));
	fixture_proc_await(fix, process->proc.ready == NULL);
	ck_assert_int_eq(process->proc.state, PROC_UNREADY);
	ck_assert_int_eq(fix->news_count, 0);
	proc_kill(fix->table, &process->proc);
	fixture_proc_await(fix, process->failed == 1);
}

/* A process that writes without end, but no newline, does not keep the loop:
 * /dev/zero never ends. */
static void
ready_flood(struct fixture_proc *fix)
{
	struct proc_ready ready;

	(void)fix;
	ready.io.fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ne(ready.io.fd, -1);
	errno = 0;
	ck_assert_int_eq(proc_read_ready(&ready), 0);
	ck_assert_int_eq(errno, EAGAIN);
	close(ready.io.fd);
}

/* A set-up step has done its work when its exit code is clean. */
static void
ready_by_exit(struct fixture_proc *fix)
{
	static const struct {
		const char *word;
		const char *number;
		bool is_ignored;
	} cases[] = {
		{"exit", "0", true},
		{"exit", "5", false},
		{"die", "15", false},
		{"die", "9", false},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct program *program = fixture_proc_puppet(fix,
		    cases[i].word, cases[i].number, NULL, NULL);
		const struct fixture_process *process;

		program->ready = READY_EXIT;
		process = fixture_proc_run(fix, (int)i, program);
		ck_assert_int_eq(process->ignored, cases[i].is_ignored);
		ck_assert_int_eq(process->failed, !cases[i].is_ignored);
		ck_assert_int_eq(process->exited, 0);
	}
}

/* Trace a process as a debugger does: its end cannot be seen until the tracer
 * is told to let go. Returns the descriptor to tell it, or -1. */
static int
hold(pid_t pid, pid_t *ret_tracer)
{
	int told[2], ready[2];
	char byte = 0;
	ssize_t size;

	ck_assert_int_eq(pipe2(told, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	*ret_tracer = fork();
	if (*ret_tracer == 0) {
		close(told[1]);
		if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0)
			size = write(ready[1], &byte, 1);
		close(ready[1]);
		size = read(told[0], &byte, 1);
		_exit(size == 1);
	}
	close(told[0]);
	close(ready[1]);
	size = read(ready[0], &byte, 1);
	close(ready[0]);
	if (size == 1)
		return told[1];
	close(told[1]);
	return -1;
}

/* Do nothing; the loop turns. */
static void
on_tick(struct ev_loop *loop, ev_timer *watcher, int events)
{
	(void)events;
	*(bool *)watcher->data = true;
	ev_timer_stop(loop, watcher);
}

/* A traced process dies: no end is told as long as the debugger does not let
 * go, and the loop does not ask again and again. */
static void
traced(struct fixture_proc *fix)
{
	struct fixture_process *process = &fix->processes[0];
	bool over = false;
	ev_timer tick;
	unsigned turns;
	pid_t tracer;
	int told;

	fixture_proc_up(fix, 0, fixture_proc_puppet(fix, "hang", NULL, NULL,
	    NULL));
	told = hold(process->proc.pid, &tracer);
	if (told == -1) {
		unit_skip("nobody may be traced here");
		return;
	}
	proc_kill(fix->table, &process->proc);
	ev_timer_init(&tick, on_tick, 0.5, 0.);
	tick.data = &over;
	ev_now_update(fix->loop);
	ev_timer_start(fix->loop, &tick);
	turns = ev_iteration(fix->loop);
	while (!over)
		ev_run(fix->loop, EVRUN_ONCE);
	ck_assert_uint_lt(ev_iteration(fix->loop) - turns, 100);
	ck_assert_int_eq(process->exited, 0);
	close(told);
	fixture_proc_await(fix, process->exited == 1);
	ck_assert_int_eq(process->outcome.number, SIGKILL);
	waitpid(tracer, NULL, 0);	/* unless it was reaped as an orphan */
}

/* Start and end again and again: descriptors and places in the table are used
 * again. */
static void
churn(struct fixture_proc *fix)
{
	enum { ACTORS = 20 };
	uint64_t dice = 4711;
	int started = 0;

	while (started < fix->many) {
		int number = (int)unit_random(&dice, ACTORS);
		struct fixture_process *process = &fix->processes[number];

		if (process->proc.state == PROC_NONE) {
			fixture_proc_up(fix, number, process->program ? NULL :
			    fixture_proc_puppet(fix, "hang", NULL, NULL, NULL));
			started++;
		} else if (unit_random(&dice, 2)) {
			proc_stop(fix->table, &process->proc, SIGTERM);
		} else {
			proc_kill(fix->table, &process->proc);
		}
		ev_run(fix->loop, EVRUN_NOWAIT);
	}
	for (int i = 0; i < ACTORS; i++)
		proc_kill(fix->table, &fix->processes[i].proc);
	fixture_proc_await(fix, fix->news_count >= started);
	ck_assert_int_eq(fix->news_count, started);
}

/* A table that is freed forgets a process that could not be ended. */
static void
forgotten(struct fixture_proc *fix)
{
	struct proc *proc = &fix->processes[0].proc;
	pid_t pid;

	fixture_proc_up(fix, 0, fixture_proc_puppet(fix, "hang", NULL, NULL,
	    NULL));
	pid = proc->pid;
	proc_table_free(fix->table);
	ck_assert_int_eq(proc->pid, 0);
	ck_assert_int_eq(proc->state, PROC_NONE);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	fix->table = fixture_proc_new_table(fix);
}

/* Note that the loop is about to wait. */
static void
on_turn(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	(void)loop;
	(void)events;
	++*(int *)watcher->data;
}

/* End a wait. */
static void
on_time(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

/* When all is quiet the loop sleeps: no timer, no sweep. */
static void
idle(struct fixture_proc *fix)
{
	ev_prepare prepare;
	ev_timer timer;
	int turns = 0;
	int64_t end;

	fixture_proc_up(fix, 0, fixture_proc_puppet(fix, "hang", NULL, NULL,
	    NULL));
	fixture_proc_run(fix, 1, fixture_program(&fix->base, "/bin/true",
	    NULL));
	/* the sweep that follows a death is over by then, or put off */
	end = clock_ms() + 300;
	do
		ev_run(fix->loop, EVRUN_NOWAIT);
	while (clock_ms() < end || ev_is_active(&fix->table->sweep));
	ev_prepare_init(&prepare, on_turn);
	prepare.data = &turns;
	ev_prepare_start(fix->loop, &prepare);
	ev_now_update(fix->loop);
	ev_timer_init(&timer, on_time, 0.5, 0.);
	ev_timer_start(fix->loop, &timer);
	ev_run(fix->loop, 0);
	ev_prepare_stop(fix->loop, &prepare);
	ck_assert_int_eq(turns, 1);
}

UNIT_SUITE_FORKS(proc)
{
	Suite *suite = suite_create("proc");

	fixture_proc_add(suite, "outcomes", outcomes);
	fixture_proc_add(suite, "start_fails", start_fails);
	fixture_proc_add(suite, "no_room", no_room);
	fixture_proc_add(suite, "at_once", at_once);
	fixture_proc_add(suite, "mass_death", mass_death);
	fixture_proc_add(suite, "stop", stop);
	fixture_proc_add(suite, "ready", ready);
	fixture_proc_add(suite, "ready_and_gone", ready_and_gone);
	fixture_proc_add(suite, "never_ready", never_ready);
	fixture_proc_add(suite, "ready_closed", ready_closed);
	fixture_proc_add(suite, "ready_flood", ready_flood);
	fixture_proc_add(suite, "ready_by_exit", ready_by_exit);
	fixture_proc_add(suite, "traced", traced);
	fixture_proc_add(suite, "churn", churn);
	fixture_proc_add(suite, "forgotten", forgotten);
	fixture_proc_add(suite, "idle", idle);
	return suite;
}
