/*
 * Work beside the loop: what a process says comes through, one that hangs is
 * given up, and none of them has anything of ours.
 */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "fixture_proc.h"
#include "process/aside.h"
#include "process/runfile.h"
#include "unit.h"

#define LARGE		((size_t)5 << 20)
#define PATIENCE_MS	60000	/* what never comes to its end */
#define FEW		1000

static struct ev_loop *loop;
static struct asides *asides;

/* What one of them has said, as its owner has it. */
struct heard {
	struct aside *aside;
	char last[200];		/* message */
	size_t count;		/* of messages */
	size_t bytes;		/* of all */
	bool is_over;
	enum aside_state state;	/* then */
	bool is_slow;		/* it takes no message */
	bool has_news;
	char why[200];		/* it has not done it */
};

static struct heard heard;

/* Take all that there is. */
static void
take_all(struct heard *to)
{
	const char *bytes;
	size_t size;

	while (aside_next(to->aside, &bytes, &size)) {
		to->count++;
		to->bytes += size;
		if (size < sizeof(to->last)) {
			memcpy(to->last, bytes, size);
			to->last[size] = '\0';
		}
	}
}

static void
on_news(void *arg)
{
	struct heard *to = arg;

	to->has_news = true;
	if (to->is_slow)
		return;
	take_all(to);
	to->state = aside_state(to->aside);
	if (to->state == ASIDE_RUNS)
		return;
	to->is_over = true;
	if (to->state != ASIDE_DONE)
		aside_describe(to->aside, "doing it", to->why,
		    sizeof(to->why));
	aside_end(to->aside);
	to->aside = NULL;
}

static void
set_up(void)
{
	loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
	asides = asides_new(loop, NULL);
	ck_assert_ptr_nonnull(asides);
	heard = (struct heard){ .aside = NULL };
}

static void
tear_down(void)
{
	aside_end(heard.aside);
	ck_assert_uint_eq(asides_end_all(asides), 0);
	asides_free(asides);
	ev_loop_destroy(loop);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

/* What is to be done, with as much patience as it takes. */
static struct aside_work
work_of(enum aside_kind kind, void (*run)(void *arg, int out))
{
	return (struct aside_work){
		.kind = kind,
		.run = run,
		.news = on_news,
		.arg = &heard,
	};
}

/* Start one that may be silent for so long. */
static void
begin(void (*run)(void *arg, int out), int64_t patience_ms)
{
	struct aside_work work = work_of(ASIDE_RELOAD, run);
	char why[ASIDE_WHY_SIZE];

	work.patience_ms = patience_ms;
	heard = (struct heard){ .is_slow = heard.is_slow };
	heard.aside = aside_start(asides, &work, why);
	ck_assert_msg(heard.aside, "%s", why);
}

/* Turn the loop until a condition holds. */
#define await(condition) do { \
	int64_t await_ms = clock_ms() + FIXTURE_DEADLINE_MS; \
	while (!(condition)) { \
		ev_run(loop, EVRUN_NOWAIT); \
		ck_assert_int_lt(clock_ms(), await_ms); \
	} \
} while (0)

/* Wait until our only child has ended, while the loop stands still. */
static void
await_end(void)
{
	siginfo_t info;

	ck_assert_int_eq(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT), 0);
}

static void
say(int out, const char *text)
{
	aside_say(out, text, strlen(text));
}

static void
say_two(void *arg, int out)
{
	say(out, arg == &heard ? "" : "another");
	say(out, "hello");
}

START_TEST(messages_come)
{
	begin(say_two, PATIENCE_MS);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_DONE);
	ck_assert_uint_eq(heard.count, 2);
	ck_assert_str_eq(heard.last, "hello");
}
END_TEST

static void
say_nothing(void *arg, int out)
{
	(void)arg;
	(void)out;
}

START_TEST(nothing_is_said)
{
	begin(say_nothing, 0);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_DONE);
	ck_assert_uint_eq(heard.count, 0);
}
END_TEST

static void
say_much(void *arg, int out)
{
	char *large = calloc(1, LARGE);

	(void)arg;
	aside_say(out, large, LARGE);
	for (int i = 0; i < FEW; i++)
		aside_say(out, large, FEW);
	free(large);
	say(out, "end");
}

START_TEST(much_comes)
{
	begin(say_much, PATIENCE_MS);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_DONE);
	ck_assert_uint_eq(heard.count, FEW + 2);
	ck_assert_uint_eq(heard.bytes, LARGE + FEW * FEW + 3);
	ck_assert_str_eq(heard.last, "end");
}
END_TEST

/* What is not taken is not read, however much there is; that the process waits
 * for us is no silence. */
START_TEST(it_waits_for_its_owner)
{
	static char large[100000];
	int64_t until_ms;
	const char *bytes;
	size_t size;

	heard.is_slow = true;
	begin(say_much, PATIENCE_MS);
	await(heard.has_news);
	aside_set_patience(heard.aside, 1);
	until_ms = clock_ms() + 30;
	while (clock_ms() < until_ms)
		ev_run(loop, EVRUN_NOWAIT);
	heard.is_slow = false;
	ck_assert_int_eq(aside_state(heard.aside), ASIDE_RUNS);
	aside_set_patience(heard.aside, PATIENCE_MS);
	ck_assert(aside_next(heard.aside, &bytes, &size));
	ck_assert_uint_eq(size, LARGE);
	ck_assert_int_eq(memcmp(bytes + LARGE - sizeof(large), large,
	    sizeof(large)), 0);
	take_all(&heard);
	/* ten times what may wait is still to come */
	ck_assert_uint_lt(heard.bytes, FEW * FEW);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_DONE);
	ck_assert_str_eq(heard.last, "end");
}
END_TEST

static void
say_and_hang(void *arg, int out)
{
	(void)arg;
	say(out, "reading a file");
	for (;;)
		pause();
}

static void
say_and_stop(void *arg, int out)
{
	(void)arg;
	say(out, "stopping");
	raise(SIGSTOP);
	say(out, "going on");
}

START_TEST(one_that_hangs_is_given_up)
{
	begin(_i == 0 ? say_and_hang : say_and_stop, PATIENCE_MS);
	await(heard.count == 1);
	aside_set_patience(heard.aside, 30);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_LATE);
	ck_assert_str_eq(heard.last, _i == 0 ? "reading a file" : "stopping");
	ck_assert_str_eq(heard.why, "doing it takes longer than 30ms");
}
END_TEST

static void
say_slowly(void *arg, int out)
{
	(void)arg;
	for (int i = 0; i < 10; i++) {
		usleep(60000);
		say(out, "more");
	}
}

/* It is silence that is bounded, and not the whole. */
START_TEST(one_that_goes_on_is_not_given_up)
{
	begin(say_slowly, 500);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_DONE);
	ck_assert_uint_eq(heard.count, 10);
}
END_TEST

/* If it was the loop that came late, that is not the process's fault. */
START_TEST(a_late_loop_is_no_silence)
{
	begin(say_two, 1);
	await_end();
	usleep(10000);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_DONE);
	ck_assert_uint_eq(heard.count, 2);
}
END_TEST

static void
say_and_die(void *arg, int out)
{
	(void)arg;
	say(out, "not all");
	_exit(0);
}

static void
say_a_half(void *arg, int out)
{
	const uint32_t size = 100;

	(void)arg;
	if (write(out, &size, sizeof(size)) > 0 && write(out, "half", 4) > 0)
		_exit(0);
}

static void
say_nonsense(void *arg, int out)
{
	(void)arg;
	if (write(out, "nonsense", 8) > 0)
		for (;;)
			pause();
}

/* An early end is never taken for the whole. */
START_TEST(one_that_dies_has_not_said_all)
{
	void (*const runs[])(void *arg, int out) = {
		say_and_die, say_a_half, say_nonsense,
	};

	begin(runs[_i], PATIENCE_MS);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_DIED);
	ck_assert_uint_eq(heard.count, _i == 0);
	ck_assert_str_eq(heard.why, "doing it: the process that did it has "
	    "died");
}
END_TEST

/* Its owner wants no more. */
START_TEST(one_is_ended_by_its_owner)
{
	begin(say_and_hang, 0);
	await(heard.count == 1);
	aside_end(heard.aside);
	heard.aside = NULL;
	aside_end(NULL);
	await(waitpid(-1, NULL, WNOHANG) == -1);
	ck_assert(!heard.is_over);
}
END_TEST

/* Say which of the first descriptors are open. */
static void
say_descriptors(void *arg, int out)
{
	char text[65] = "";

	(void)arg;
	for (int fd = 0; fd < 64; fd++)
		text[fd] = fcntl(fd, F_GETFD) == -1 ? '-' : 'x';
	say(out, text);
	for (;;)
		pause();
}

START_TEST(it_has_no_descriptor_of_ours)
{
	char text[65], path[] = "/tmp/reeve-aside-XXXXXX";
	int lock = mkostemp(path, O_CLOEXEC), other;

	ck_assert_int_eq(flock(lock, LOCK_EX), 0);
	ck_assert_int_eq(dup2(lock, 60), 60);
	memset(text, '-', 64);
	memset(text, 'x', 4);	/* /dev/null and its pipe */
	text[64] = '\0';
	begin(say_descriptors, 0);
	await(heard.count == 1);
	ck_assert_str_eq(heard.last, text);
	/* what it lives with is not locked by it */
	close(lock);
	close(60);
	other = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(flock(other, LOCK_EX | LOCK_NB), 0);
	close(other);
	unlink(path);
}
END_TEST

/* A mapping of a file keeps the file open, and with it its lock. */
START_TEST(it_holds_no_run_file)
{
	struct fixture fix;
	struct runfile *runfile;

	fixture_open(&fix);
	runfile = runfile_open(fixture_path(&fix, "run"));
	ck_assert_ptr_nonnull(runfile);
	asides_free(asides);
	asides = asides_new(loop, runfile);
	begin(say_and_hang, 0);
	await(heard.count == 1);
	runfile_close(runfile);
	runfile = runfile_open(fixture_path(&fix, "run"));
	ck_assert_msg(runfile, "%s", strerror(errno));
	runfile_close(runfile);
	fixture_close(&fix);
}
END_TEST

/* Say that it was not ended by signals to all of its name. */
static void
hear_signals(void *arg, int out)
{
	static const int numbers[] = { SIGHUP, SIGTERM, SIGUSR1, SIGPIPE };

	(void)arg;
	for (size_t i = 0; i < LENGTH(numbers); i++)
		kill(getpid(), numbers[i]);
	say(out, "it lives");
}

START_TEST(signals_are_not_for_it)
{
	begin(hear_signals, PATIENCE_MS);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_DONE);
	ck_assert_str_eq(heard.last, "it lives");
}
END_TEST

/* Start until it is refused; how many there are then. */
static unsigned
start_many(enum aside_kind kind, char *why)
{
	static struct heard many[100];
	struct aside_work work = work_of(kind, say_and_hang);
	unsigned count = 0;

	for (; count < LENGTH(many); count++) {
		work.arg = &many[count];
		many[count] = (struct heard){ .is_slow = true };
		many[count].aside = aside_start(asides, &work, why);
		if (!many[count].aside)
			break;
	}
	for (unsigned i = 0; i < count; i++)
		aside_end(many[i].aside);
	return count;
}

START_TEST(there_are_not_too_many)
{
	char why[ASIDE_WHY_SIZE];
	unsigned logs = start_many(ASIDE_LOGS, why);

	ck_assert_str_eq(why, "32 processes read logs already");
	ck_assert_uint_eq(logs, 32);
	ck_assert_uint_eq(start_many(ASIDE_RELOAD, why), 8);
	await(waitpid(-1, NULL, WNOHANG) == -1);
	ck_assert_uint_eq(start_many(ASIDE_LOGS, why), 32);
}
END_TEST

/* The system refuses it. */
START_TEST(none_can_be_made)
{
	struct aside_work work = work_of(ASIDE_LOGS, say_two);
	char why[ASIDE_WHY_SIZE];
	struct rlimit limit;

	if (unit_is_emulated())
		return;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 0;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_ptr_null(aside_start(asides, &work, why));
	ck_assert_str_eq(why, strerror(EMFILE));
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_uint_eq(asides_end_all(NULL), 0);
	asides_free(NULL);
}
END_TEST

/* Those that cannot be killed: the kernel refuses it, as a dead mount does. */
START_TEST(hung_ones_are_few)
{
	char why[ASIDE_WHY_SIZE];
	struct aside_work work = work_of(ASIDE_LOGS, say_and_hang);
	unsigned count = 0;

	if (!fixture_is_alone())
		return;
	if (!REEVE_LINUX) {
		unit_skip("no call can be denied");
		return;
	}
	fixture_deny(SYS_kill, 0, EPERM);
	for (;;) {
		heard = (struct heard){ .aside = aside_start(asides, &work,
		    why) };
		if (!heard.aside)
			break;
		await(heard.count == 1);
		aside_end(heard.aside);
		usleep(100000);
		count++;
	}
	/* 4, or 5 on a slow machine */
	ck_assert_str_eq(why + 1, " processes that read logs wait for what "
	    "does not answer, and cannot be killed");
	ck_assert_uint_ge(count, 4);
	ck_assert_uint_le(count, 32);
	ck_assert_uint_eq(asides_end_all(asides), count);
	/* others may begin, and the loop ends; they die with this process */
	begin(say_two, PATIENCE_MS);
	await(heard.is_over);
	ck_assert_int_eq(heard.state, ASIDE_DONE);
	asides_free(asides);
	ev_loop_destroy(loop);
}
END_TEST

/* Beside workers, in every way to know them. */
static void
no_orphan(struct fixture_proc *fix)
{
	struct aside *first;

	loop = fix->loop;
	asides = asides_new(loop, NULL);
	proc_table_set_asides(fix->table, asides);
	begin(say_and_hang, 0);
	await(heard.count == 1);
	/* workers with leftovers end, while one lives; elsewhere it depends on
	 * init how long that takes */
	for (int i = 0; i < 3 && fix->knows_all; i++)
		fixture_proc_run(fix, i, fixture_proc_puppet(fix, "fork",
		    "group", "exit", "0"));
	ck_assert_int_eq(aside_state(heard.aside), ASIDE_RUNS);
	first = heard.aside;

	/* one ends, whatever reaps it first, while workers end */
	for (int i = 0; i < 20; i++) {
		begin(say_two, PATIENCE_MS);
		fixture_proc_run(fix, i, fixture_proc_puppet(fix, "exit", "0",
		    NULL, NULL));
		await(heard.is_over);
		ck_assert_int_eq(heard.state, ASIDE_DONE);
	}
	/* what is killed is not waited for as an orphan would be */
	ck_assert_uint_eq(proc_end_all(fix->table, 0), 0);
	ck_assert_int_eq(aside_state(first), ASIDE_RUNS);
	aside_end(first);
	ck_assert_uint_eq(asides_end_all(asides), 0);
	proc_table_set_asides(fix->table, NULL);
	asides_free(asides);
}

UNIT_SUITE_FORKS(aside)
{
	Suite *suite = suite_create("aside");
	TCase *tcase = tcase_create("alone");
	TCase *hung = tcase_create("hung");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, messages_come);
	tcase_add_test(tcase, nothing_is_said);
	tcase_add_test(tcase, much_comes);
	tcase_add_test(tcase, it_waits_for_its_owner);
	tcase_add_loop_test(tcase, one_that_hangs_is_given_up, 0, 2);
	tcase_add_test(tcase, one_that_goes_on_is_not_given_up);
	tcase_add_test(tcase, a_late_loop_is_no_silence);
	tcase_add_loop_test(tcase, one_that_dies_has_not_said_all, 0, 3);
	tcase_add_test(tcase, one_is_ended_by_its_owner);
	tcase_add_test(tcase, it_has_no_descriptor_of_ours);
	tcase_add_test(tcase, it_holds_no_run_file);
	tcase_add_test(tcase, signals_are_not_for_it);
	tcase_add_test(tcase, there_are_not_too_many);
	tcase_add_test(tcase, none_can_be_made);
	suite_add_tcase(suite, tcase);
	tcase_add_checked_fixture(hung, set_up, NULL);
	tcase_add_test(hung, hung_ones_are_few);
	suite_add_tcase(suite, hung);
	fixture_proc_add(suite, "beside_workers", no_orphan);
	return suite;
}
