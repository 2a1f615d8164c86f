/* The run file, the leftovers that it tells of, and the pid file. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/pidfile.h"
#include "fixture.h"
#include "os/procfs.h"
#include "process/runfile.h"
#include "unit.h"

#define DEADLINE_MS 20000

static struct fixture fix;

/* Record a process that has started exactly then. */
static uint32_t
add_record(struct runfile *runfile, pid_t pid, int64_t started,
    const char *path)
{
	struct runfile_mark *mark;
	uint32_t number = runfile_prepare(runfile, started, path, &mark);

	if (number != RUNFILE_NONE)
		mark->pid = pid;
	return number;
}

/* Begin a test. */
static void
setup(void)
{
	fixture_open(&fix);
	log_set_level(LOG_LEVEL_ERROR);
}

/* End a test. */
static void
teardown(void)
{
	fixture_close(&fix);
}

/* Open the run file of the test, which must work. */
static struct runfile *
open_runfile(void)
{
	struct runfile *runfile = runfile_open(fixture_path(&fix, "run"));

	ck_assert_msg(runfile, "%s", strerror(errno));
	return runfile;
}

START_TEST(test_records)
{
	enum { COUNT = 1000 };
	static bool seen[4096];
	struct runfile *runfile = open_runfile();
	uint32_t records[COUNT];

	ck_assert_int_eq(runfile_reserve(runfile, COUNT), 0);
	for (int i = 0; i < COUNT; i++) {
		records[i] = add_record(runfile, 1000 + i, i, "a/b");
		ck_assert_uint_lt(records[i], LENGTH(seen));
		ck_assert(!seen[records[i]]);
		seen[records[i]] = true;
	}
	/* a record that was dropped is used again */
	runfile_drop(runfile, records[500]);
	ck_assert_uint_eq(add_record(runfile, 7000, 1, "c"), records[500]);
	runfile_drop(runfile, RUNFILE_NONE);
	for (int i = 0; i < COUNT; i++)
		runfile_drop(runfile, records[i]);
	runfile_close(runfile);

	runfile = open_runfile();
	ck_assert_uint_eq(runfile_end_leftovers(runfile, DEADLINE_MS), 0);
	runfile_close(runfile);
}
END_TEST

START_TEST(test_full)
{
	struct runfile *runfile = open_runfile();
	int count = 0;

	while (add_record(runfile, 1000 + count, 0, "x") != RUNFILE_NONE)
		ck_assert_int_lt(++count, 100000);
	ck_assert_int_gt(count, 0);
	ck_assert_int_eq(runfile_reserve(runfile, (size_t)count + 1), 0);
	ck_assert_uint_ne(add_record(runfile, 1, 0, "x"), RUNFILE_NONE);
	ck_assert_int_eq(runfile_reserve(runfile, SIZE_MAX / 2), -1);
	runfile_close(runfile);
}
END_TEST

START_TEST(test_locked)
{
	struct runfile *runfile = open_runfile();

	ck_assert_ptr_null(runfile_open(fixture_path(&fix, "run")));
	ck_assert_int_eq(errno, EWOULDBLOCK);
	runfile_close(runfile);
	runfile_close(open_runfile());
	runfile_close(NULL);
}
END_TEST

/* A file that is no run file counts as empty; what is not a plain file is
 * refused. */
START_TEST(test_odd_files)
{
	static char zeros[5000];

	fixture_write(&fix, "run", 0600, "reeverun, they say, and what follows "
	    "is not for a machine to read, however long it may be, is it?");
	runfile_close(open_runfile());
	memset(zeros, 'x', sizeof(zeros) - 1);
	fixture_write(&fix, "run", 0600, zeros);
	runfile_close(open_runfile());
	fixture_write(&fix, "run", 0600, "");
	runfile_close(open_runfile());

	unlink(fixture_path(&fix, "run"));
	ck_assert_int_eq(symlink("elsewhere", fixture_path(&fix, "run")), 0);
	ck_assert_ptr_null(runfile_open(fixture_path(&fix, "run")));
	ck_assert_int_eq(errno, EINVAL);
	unlink(fixture_path(&fix, "run"));
	ck_assert_int_eq(mkfifo(fixture_path(&fix, "run"), 0600), 0);
	ck_assert_ptr_null(runfile_open(fixture_path(&fix, "run")));
	ck_assert_int_eq(errno, EINVAL);
	unlink(fixture_path(&fix, "run"));
	ck_assert_int_eq(mkdir(fixture_path(&fix, "run"), 0700), 0);
	ck_assert_ptr_null(runfile_open(fixture_path(&fix, "run")));
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_ptr_null(runfile_open("/no/such/dir/run"));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

#if REEVE_LINUX

/* Tell whether a process is there and no zombie. */
static bool
runs(pid_t pid)
{
	struct procfs_stat stat;

	return procfs_stat(pid, &stat) == 0 && stat.state != 'Z';
}

/* Wait until a file has so many lines. */
static void
await_lines(const char *name, int lines)
{
	const struct timespec nap = {.tv_nsec = 1000000};
	int64_t end_ms = clock_ms() + DEADLINE_MS;
	int count = 0;

	while (count < lines) {
		ck_assert_msg(clock_ms() < end_ms, "nothing is written");
		nanosleep(&nap, NULL);
		count = 0;
		for (const char *at = fixture_read(&fix, name); *at; at++)
			count += *at == '\n';
	}
}

/* Start a puppet that hangs. */
static pid_t
start_puppet(void)
{
	struct program *program = fixture_puppet(&fix, "say", "up", "hang",
	    NULL);

	ck_assert_msg(fixture_start(&fix, program), "%s", fix.sentence);
	program_free(program);
	return fix.result.pid;
}

/* The recorded time is that of the process, within two ticks. */
START_TEST(test_start_time)
{
	for (int i = 0; i < 20; i++) {
		struct procfs_stat stat;
		int64_t now = runfile_now();
		pid_t pid = start_puppet();

		ck_assert_int_eq(procfs_stat(pid, &stat), 0);
		ck_assert_int_ge(stat.started, now - 1);
		/* this test may be held up between the two */
		ck_assert_int_le(stat.started, runfile_now() + 1);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}
END_TEST

/* Append stdout to a file. */
static bool
redirect(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	return fd != -1 && dup2(fd, STDOUT_FILENO) != -1;
}

/* Play a daemon whose worker does not die with it. The worker leaves processes
 * behind; then the daemon hangs. */
static void
be_daemon(const char *helper, const char *out)
{
	struct runfile *runfile = runfile_open(fixture_path(&fix, "run"));
	int64_t started = runfile_now();
	pid_t pid = fork();

	if (pid == 0) {
		setsid();
		if (redirect(out))
			execle(helper, helper, "fork", "group", "fork", "own",
			    "fork", "session", "fork", "detached", "ignore",
			    "15", "say", "worker", "hang", (char *)NULL,
			    (char *const []){(char []){"REEVE_PATH=web/app"},
			    NULL});
		_exit(126);
	}
	add_record(runfile, pid, started, "web/app");
	dprintf(STDOUT_FILENO, "leader %ld\n", (long)pid);
	for (;;)
		pause();
}

/* Start such a daemon and kill it once all is up; "out" names its leftovers. */
static void
leave(void)
{
	char helper[300], out[300];
	pid_t pid;

	snprintf(helper, sizeof(helper), "%s", fixture_helper("puppet"));
	snprintf(out, sizeof(out), "%s", fixture_path(&fix, "out"));
	pid = fork();
	if (pid == 0) {
		if (redirect(out))
			be_daemon(helper, out);
		_exit(1);
	}
	await_lines("out", 6);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

/* Count the leftovers that still run. */
static int
count_left(void)
{
	int count = 0;

	for (const char *at = fixture_read(&fix, "out"); *at;
	    at = strchr(at, '\n') + 1)
		if (strncmp(at, "worker", 6) != 0)
			count += runs((pid_t)strtol(strchr(at, ' '), NULL, 10));
	return count;
}

START_TEST(test_leftovers)
{
	struct runfile *runfile;

	leave();
	ck_assert_int_eq(count_left(), 5);
	runfile = open_runfile();
	ck_assert_int_eq(count_left(), 5);
	ck_assert_uint_eq(runfile_end_leftovers(runfile, DEADLINE_MS), 0);
	ck_assert_int_eq(count_left(), 0);
	/* from now on it is a run file like any other */
	ck_assert_int_eq(runfile_reserve(runfile, 300), 0);
	ck_assert_uint_ne(add_record(runfile, 1, 1, "a"), RUNFILE_NONE);
	runfile_close(runfile);
}
END_TEST

/* Leftovers are found also when the worker itself is gone. */
START_TEST(test_leftover_kin)
{
	struct runfile *runfile;
	pid_t leader;

	leave();
	leader = (pid_t)strtol(strstr(fixture_read(&fix, "out"), "leader ") + 7,
	    NULL, 10);
	kill(leader, SIGKILL);
	runfile = open_runfile();
	ck_assert_uint_eq(runfile_end_leftovers(runfile, DEADLINE_MS), 0);
	ck_assert_int_eq(count_left(), 0);
	runfile_close(runfile);
}
END_TEST

/* Write a record of a process and leave it, as a daemon that was killed. */
static void
record(pid_t pid, int64_t started, const char *path)
{
	pid_t daemon = fork();
	int status;

	if (daemon == 0) {
		struct runfile *runfile = runfile_open(fixture_path(&fix,
		    "run"));

		_exit(runfile && add_record(runfile, pid, started, path) !=
		    RUNFILE_NONE ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(daemon, &status, 0), daemon);
	ck_assert_int_eq(status, 0);
}

/* End the leftovers that are recorded. */
static void
end_leftovers(void)
{
	struct runfile *runfile = open_runfile();

	ck_assert_uint_eq(runfile_end_leftovers(runfile, DEADLINE_MS), 0);
	runfile_close(runfile);
}

/* Check that a process outlives that. */
static void
check_spared(pid_t pid)
{
	end_leftovers();
	ck_assert(runs(pid));
}

/* A process that its daemon could not end before its own end is a leftover
 * too. */
START_TEST(test_left_at_exit)
{
	struct runfile *runfile = open_runfile();
	int64_t started = runfile_now();
	pid_t pid = start_puppet();

	/* during its exec it has no path, and may be too late */
	await_lines("out", 1);
	add_record(runfile, pid, started, "web/app");
	runfile_close(runfile);
	end_leftovers();
	ck_assert(!runs(pid));
	waitpid(pid, NULL, 0);
}
END_TEST

/* A process that started late, on a busy machine, is known by its time even if
 * it does not show its path any more. */
START_TEST(test_late)
{
	struct runfile *runfile = open_runfile();
	pid_t pid = start_puppet();
	struct procfs_stat stat;
	struct runfile_mark *mark;

	await_lines("out", 1);
	ck_assert_int_eq(procfs_stat(pid, &stat), 0);
	ck_assert_uint_ne(runfile_prepare(runfile, stat.started - 50,
	    "other/thing", &mark), RUNFILE_NONE);
	runfile_mark(mark, pid);
	runfile_close(runfile);
	end_leftovers();
	ck_assert(!runs(pid));
	waitpid(pid, NULL, 0);
}
END_TEST

/* A process that only has the pid of a record is left alone. */
START_TEST(test_not_leftover)
{
	struct procfs_stat stat;
	pid_t pid;
	char byte;
	int fd;

	fix.context.path = "some/thing";
	pid = start_puppet();
	ck_assert_int_eq(procfs_stat(pid, &stat), 0);

	/* the process of the record started at another time */
	record(pid, stat.started - 50, "other/thing");
	check_spared(pid);
	/* too late to be a leftover of that record */
	record(pid, stat.started + 50, "some/thing");
	check_spared(pid);
	/* only the path matches: it is the child of another daemon */
	record(99999, stat.started - 50, "some/thing");
	check_spared(pid);

	/* another boot */
	record(pid, stat.started, "some/thing");
	fd = open(fixture_path(&fix, "run"), O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(pread(fd, &byte, 1, 20), 1);
	byte = byte == 'a' ? 'b' : 'a';
	ck_assert_int_eq(pwrite(fd, &byte, 1, 20), 1);
	close(fd);
	check_spared(pid);

	/* the very same process is ended */
	record(pid, stat.started, "some/thing");
	end_leftovers();
	ck_assert(!runs(pid));
	waitpid(pid, NULL, 0);
}
END_TEST

#endif

START_TEST(test_pidfile)
{
	pid_t holder = 0;
	char path[300];
	char text[32];
	int fd;

	snprintf(path, sizeof(path), "%s", fixture_path(&fix, "pid"));
	/* an old one, with the pid of another process, means nothing */
	snprintf(text, sizeof(text), "%ld\n", (long)getppid());
	fixture_write(&fix, "pid", 0644, text);
	fd = pidfile_open(path, &holder);
	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(pidfile_write(fd, 4711), 0);
	ck_assert_str_eq(fixture_read(&fix, "pid"), "4711\n");

	ck_assert_int_eq(pidfile_open(path, &holder), -1);
	ck_assert_int_eq(errno, EWOULDBLOCK);
	ck_assert_int_eq(holder, 4711);

	pidfile_close(fd, path);
	ck_assert_int_eq(access(path, F_OK), -1);
	fd = pidfile_open(path, &holder);
	ck_assert_int_ne(fd, -1);
	pidfile_close(fd, path);
}
END_TEST

START_TEST(test_pidfile_odd)
{
	static const char *const texts[] = {"", "0\n", "-5\n", "moo\n",
	    "99999999999999999999\n"};
	pid_t holder;
	char path[300];

	snprintf(path, sizeof(path), "%s", fixture_path(&fix, "pid"));
	for (size_t i = 0; i < LENGTH(texts); i++) {
		int fd, other;

		fixture_write(&fix, "pid", 0644, texts[i]);
		fd = pidfile_open(path, &holder);
		ck_assert_int_ne(fd, -1);
		other = pidfile_open(path, &holder);
		ck_assert_int_eq(other, -1);
		ck_assert_int_eq(holder, 0);
		close(fd);
	}
	unlink(path);
	ck_assert_int_eq(symlink("/etc/passwd", path), 0);
	ck_assert_int_eq(pidfile_open(path, &holder), -1);
	ck_assert_int_eq(errno, EINVAL);
	unlink(path);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(pidfile_open(path, &holder), -1);
	ck_assert_int_eq(errno, EINVAL);
	rmdir(path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(pidfile_open(path, &holder), -1);
	ck_assert_int_eq(errno, EINVAL);
	unlink(path);
	fixture_write(&fix, "target", 0644, "");
	ck_assert_int_eq(link(fixture_path(&fix, "target"), path), 0);
	ck_assert_int_eq(pidfile_open(path, &holder), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(pidfile_open("/no/such/dir/pid", &holder), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

/* Many want it at once: exactly one gets it. */
START_TEST(test_pidfile_race)
{
	enum { COUNT = 20, ROUNDS = 5 };
	char path[300];

	snprintf(path, sizeof(path), "%s", fixture_path(&fix, "pid"));
	for (int round = 0; round < ROUNDS; round++) {
		int gate[2], winners = 0;
		char byte;

		ck_assert_int_eq(pipe2(gate, O_CLOEXEC), 0);
		for (int i = 0; i < COUNT; i++) {
			pid_t holder;
			int fd;

			if (fork() != 0)
				continue;
			close(gate[1]);
			fd = pidfile_open(path, &holder);
			if (fd == -1)
				_exit(0);
			/* keep it until all have tried */
			if (read(gate[0], &byte, 1) == -1)
				_exit(2);
			pidfile_close(fd, path);
			_exit(1);
		}
		for (int i = 0; i < COUNT - 1; i++) {
			int status;

			ck_assert_int_gt(wait(&status), 0);
			ck_assert_int_eq(status, 0);
		}
		close(gate[1]);
		close(gate[0]);
		ck_assert_int_gt(wait(&winners), 0);
		ck_assert_int_eq(WEXITSTATUS(winners), 1);
	}
}
END_TEST

UNIT_SUITE(runfile)
{
	Suite *suite = suite_create("runfile");
	TCase *tcase = tcase_create("runfile");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_records);
	tcase_add_test(tcase, test_full);
	tcase_add_test(tcase, test_locked);
	tcase_add_test(tcase, test_odd_files);
#if REEVE_LINUX
	tcase_add_test(tcase, test_start_time);
	tcase_add_test(tcase, test_leftovers);
	tcase_add_test(tcase, test_leftover_kin);
	tcase_add_test(tcase, test_left_at_exit);
	tcase_add_test(tcase, test_late);
	tcase_add_test(tcase, test_not_leftover);
#endif
	tcase_add_test(tcase, test_pidfile);
	tcase_add_test(tcase, test_pidfile_odd);
	tcase_add_test(tcase, test_pidfile_race);
	suite_add_tcase(suite, tcase);
	return suite;
}
