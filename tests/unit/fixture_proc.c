/* What tests of live processes share. */
#include "config.h"

#include "fixture_proc.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loopthread.h"
#include "os/os.h"
#include "os/procfs.h"
#include "process/proc_int.h"
#include "unit.h"

#define TESTS_MAX 64
#define NAP_NS 1000000		/* between two looks at a file */

enum way {
	IN_THREAD,
	IN_MAIN,
	WITHOUT_LIST,		/* no subreaper: nothing is inherited */
	WAY_COUNT
};

static struct fixture_proc the_fixture;
static fixture_proc_test *tests[TESTS_MAX];
static int test_count;

/* A test in one of the ways. */
struct run {
	fixture_proc_test *test;
	enum way way;
};

/* The process that a proc is part of. */
static struct fixture_process *
process_of(const struct proc *proc)
{
	struct fixture_process *process = the_fixture.processes;

	while (&process->proc != proc)
		ck_assert(++process < the_fixture.processes +
		    FIXTURE_PROC_MOST);
	return process;
}

/* Count the news. */
static void
on_news(void *arg, struct proc *proc, enum proc_news news)
{
	struct fixture_process *process = process_of(proc);
	int *const counts[] = {
		[PROC_START_HANGS] = &process->hangs,
		[PROC_STARTED] = &process->started,
		[PROC_START_FAILED] = &process->failed,
		[PROC_START_IGNORED] = &process->ignored,
		[PROC_EXITED] = &process->exited,
		[PROC_NOT_STARTED] = &process->not_started,
	};

	ck_assert_ptr_eq(arg, &the_fixture);
	ck_assert_int_eq(proc->failure != NULL, news == PROC_START_HANGS ||
	    news == PROC_NOT_STARTED);
	if (proc->failure)
		spawn_describe(proc->failure, process->why,
		    sizeof(process->why));
	/* fixture_proc_start() waits for it */
	if (news == PROC_STARTED && process->program->ready == READY_EXEC)
		return;
	the_fixture.news_count++;
	++*counts[news];
	if (news == PROC_STARTED || news == PROC_START_HANGS)
		return;
	/* the process is gone, and its memory is the owner's again */
	ck_assert_int_eq(proc->pid, 0);
	ck_assert_int_eq(proc->state, PROC_NONE);
	process->outcome = proc->outcome;
}

/* The program of a process. */
static const struct program *
program_of(const struct proc *proc)
{
	return process_of(proc)->program;
}

/* The path of a process: its number. */
static size_t
path_of(const struct proc *proc, char *path, size_t size)
{
	return (size_t)snprintf(path, size, "tests/%d",
	    (int)(process_of(proc) - the_fixture.processes));
}

struct proc_table *
fixture_proc_new_table(struct fixture_proc *fix)
{
	struct proc_table *table = proc_table_new(fix->loop, fix, on_news,
	    program_of, path_of);

	ck_assert_ptr_nonnull(table);
	table->patience_us = INT64_MAX; /* else a busy machine decides */
	return table;
}

/* Make the loop and the table. */
static void
open_fixture(struct fixture_proc *fix, enum way way)
{
	fixture_open(&fix->base);
	fix->many = unit_rounds(FIXTURE_PROC_MOST) /
	    (way == IN_THREAD ? 1 : 10);
	if (way != WITHOUT_LIST)
		os_harden();
	fix->knows_all = REEVE_LINUX && way != WITHOUT_LIST &&
	    procfs_is_ours();
	fix->loop = ev_loop_new(EVFLAG_AUTO);
	ck_assert_ptr_nonnull(fix->loop);
	fix->table = fixture_proc_new_table(fix);
	for (int i = 0; i < FIXTURE_PROC_MOST; i++)
		proc_init(&fix->processes[i].proc);
}

/* Kill what is left, and check that nothing stays. */
static void
close_fixture(struct fixture_proc *fix)
{
	ck_assert_uint_eq(proc_end_all(fix->table, FIXTURE_DEADLINE_MS), 0);
	ck_assert_uint_eq(proc_count(fix->table), 0);
	proc_table_free(fix->table);
	ev_loop_destroy(fix->loop);
	for (int i = 0; i < FIXTURE_PROC_MOST; i++)
		program_free(fix->processes[i].program);
	fixture_close(&fix->base);
	/* a subreaper that cannot see its orphans keeps them */
	if (!fix->knows_all && os_is_subreaper())
		return;
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

/* Run a test. */
static int
run_test(void *arg)
{
	const struct run *run = arg;
	int before;

	/* what the library opens once and keeps is no leak */
	ev_loop_destroy(ev_loop_new(EVFLAG_AUTO));
	before = fixture_count_descriptors();
	open_fixture(&the_fixture, run->way);
	run->test(&the_fixture);
	close_fixture(&the_fixture);
	/* a read that hung may only now give its own back */
	for (int i = 0; i < FIXTURE_DEADLINE_MS &&
	    fixture_count_descriptors() != before; i++)
		usleep(1000);
	ck_assert_int_eq(fixture_count_descriptors(), before);
	return 0;
}

START_TEST(test_in_one_way)
{
	struct run run = {
		.test = tests[_i / WAY_COUNT],
		.way = (enum way)(_i % WAY_COUNT),
	};

	if (!fixture_is_alone())
		return;
	if (run.way == IN_THREAD)
		ck_assert_int_eq(loopthread_run(run_test, &run), 0);
	else
		ck_assert_int_eq(run_test(&run), 0);
}
END_TEST

void
fixture_proc_add(Suite *suite, const char *name, fixture_proc_test *test)
{
	TCase *tcase = tcase_create(name);
	int first = test_count * WAY_COUNT;

	assert(test_count < TESTS_MAX);
	tests[test_count++] = test;
	tcase_add_loop_test(tcase, test_in_one_way, first, first + WAY_COUNT);
	tcase_set_timeout(tcase, 240);
	suite_add_tcase(suite, tcase);
}

int
fixture_proc_begin(struct fixture_proc *fix, int number,
    struct program *program)
{
	struct fixture_process *process = &fix->processes[number];
	struct spawn_context context = fix->base.context;
	struct spawn_result result;
	char path[64];
	int rc, told = fix->news_count;

	if (program) {
		program_free(process->program);
		process->program = program;
	}
	path_of(&process->proc, path, sizeof(path));
	context.path = path;
	context.name = "process";
	rc = proc_start(fix->table, &process->proc, process->program, &context,
	    &result);
	ck_assert_int_eq(fix->news_count, told);
	ck_assert_int_eq(rc == -1, process->proc.pid == 0);
	if (rc == -1)
		spawn_describe(&result, process->why, sizeof(process->why));
	free(result.detail);
	return rc;
}

int
fixture_proc_start(struct fixture_proc *fix, int number,
    struct program *program)
{
	const struct fixture_process *process = &fix->processes[number];
	const struct proc *proc = &process->proc;
	int not_started = process->not_started;

	if (fixture_proc_begin(fix, number, program) == -1)
		return -1;
	proc_await_starts(fix->table);
	fixture_proc_await(fix, proc->state != PROC_STARTING);
	if (process->not_started > not_started)
		return -1;
	return proc->state == PROC_RUNNING ||
	    process->program->ready == READY_EXEC;
}

void
fixture_proc_up(struct fixture_proc *fix, int number, struct program *program)
{
	ck_assert_msg(fixture_proc_start(fix, number, program) == 1, "%s",
	    fix->processes[number].why);
}

void
fixture_proc_unready(struct fixture_proc *fix, int number,
    struct program *program)
{
	ck_assert_int_eq(fixture_proc_start(fix, number, program), 0);
}

/* How many ends of a process the news has told of. */
static int
ends(const struct fixture_process *process)
{
	return process->exited + process->failed + process->ignored;
}

const struct fixture_process *
fixture_proc_run(struct fixture_proc *fix, int number, struct program *program)
{
	const struct fixture_process *process = &fix->processes[number];
	int before = ends(process);

	ck_assert_int_ne(fixture_proc_start(fix, number, program), -1);
	fixture_proc_await(fix, ends(process) > before);
	ck_assert_int_eq(ends(process), before + 1);
	return process;
}

/* Fail the test: it takes too long. */
static void
on_deadline(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
	ck_abort_msg("nothing happens");
}

void
fixture_proc_turn(struct fixture_proc *fix)
{
	ev_timer deadline;

	ev_now_update(fix->loop);
	ev_timer_init(&deadline, on_deadline, FIXTURE_DEADLINE_MS / 1000., 0.);
	ev_timer_start(fix->loop, &deadline);
	proc_await_starts(fix->table);
	ev_run(fix->loop, proc_starting(fix->table) > 0 ? EVRUN_NOWAIT :
	    EVRUN_ONCE);
	ev_timer_stop(fix->loop, &deadline);
}

bool
fixture_proc_exists(pid_t pid)
{
	return kill(pid, 0) == 0 || errno != ESRCH;
}

/* Count the lines that begin with a word. */
static int
count_lines(const char *text, const char *word)
{
	int count = 0;

	while (*text) {
		count += strncmp(text, word, strlen(word)) == 0 &&
		    strchr(text, '\n');
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return count;
}

void
fixture_proc_await_lines(struct fixture_proc *fix, const char *word, int count)
{
	const struct timespec nap = {.tv_nsec = NAP_NS};
	int64_t end_ms = clock_ms() + FIXTURE_DEADLINE_MS;

	while (count_lines(fixture_read(&fix->base, "out"), word) < count) {
		ck_assert_msg(clock_ms() < end_ms, "no '%s' is written", word);
		ev_run(fix->loop, EVRUN_NOWAIT);
		nanosleep(&nap, NULL);
	}
}

pid_t
fixture_proc_said_pid(struct fixture_proc *fix, const char *word)
{
	const char *at = strstr(fixture_read(&fix->base, "out"), word);

	ck_assert_msg(at, "no '%s' is written", word);
	return (pid_t)strtol(at + strlen(word), NULL, 10);
}

struct program *
fixture_proc_puppet(struct fixture_proc *fix, const char *a, const char *b,
    const char *c, const char *d)
{
	return fixture_puppet(&fix->base, a, b, c, d);
}
