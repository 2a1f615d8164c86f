/* What a process inherits: what it was given, and nothing of its launcher. */
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
#include <unistd.h>

#include "fixture.h"
#include "os/os.h"
#include "unit.h"

static struct fixture fix;

/* Begin a test. */
static void
setup(void)
{
	fixture_open(&fix);
}

/* End a test. */
static void
teardown(void)
{
	fixture_close(&fix);
}

START_TEST(test_exit)
{
	ck_assert_int_eq(fixture_run(&fix, fixture_puppet(&fix, "exit", "0",
	    NULL, NULL)), 0);
	ck_assert_int_eq(fixture_run(&fix, fixture_puppet(&fix, "exit", "37",
	    NULL, NULL)), 37);
	ck_assert_int_eq(fixture_run(&fix, fixture_puppet(&fix, "die", "9",
	    NULL, NULL)), 1009);
}
END_TEST

/* A process inherits nothing of its launcher unless its program says so. */
START_TEST(test_clean)
{
	const char *text = fixture_probe(&fix, fixture_make_probe(&fix));
	char line[300];

	fixture_assert_line(text, "blocked 0000000000000000");
	fixture_assert_line(text, "ignored 0000000000000000");
	fixture_assert_line(text, "cwd /");
	fixture_assert_line(text, "umask 022");
	fixture_assert_line(text, "nice 0");
	fixture_assert_line(text, "fd 0 /dev/null");
	snprintf(line, sizeof(line), "fd 1 %s", fixture_path(&fix, "out"));
	fixture_assert_line(text, line);
	for (int fd = 3; fd < 300; fd++) {
		snprintf(line, sizeof(line), "fd %d ", fd);
		fixture_assert_no_line_like(text, line);
	}
	fixture_assert_no_line_like(text, "tty 0");
	fixture_assert_no_line_like(text, "env HOME");
}
END_TEST

/* The same while the test itself is in a state that nothing should inherit. */
START_TEST(test_dirty)
{
	sigset_t some;
	int fds[3];
	const char *text;
	char line[64];

	if (!fixture_is_alone())
		return;
	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigaddset(&some, SIGUSR1);
	sigprocmask(SIG_BLOCK, &some, NULL);
	signal(SIGPIPE, SIG_IGN);
#if REEVE_LINUX
	ck_assert_int_eq(os_ignore_signal(32), 0); /* the C library's own */
	ck_assert(!os_has_default(32));
#endif
	umask(077);
	ck_assert_int_eq(chdir("/tmp"), 0);
	for (int i = 0; i < 3; i++)
		fds[i] = open("/dev/zero", O_RDONLY); /* not close-on-exec */
	ck_assert_int_eq(dup2(fds[0], 200), 200);
	text = fixture_probe(&fix, fixture_make_probe(&fix));
	fixture_assert_line(text, "blocked 0000000000000000");
	fixture_assert_line(text, "ignored 0000000000000000");
	fixture_assert_line(text, "cwd /");
	fixture_assert_line(text, "umask 022");
	for (int fd = 3; fd < 300; fd++) {
		snprintf(line, sizeof(line), "fd %d ", fd);
		fixture_assert_no_line_like(text, line);
	}
}
END_TEST

/* The mask of the daemon is as before after a start. */
START_TEST(test_mask_kept)
{
	sigset_t some, now;

	sigemptyset(&some);
	sigaddset(&some, SIGUSR2);
	sigprocmask(SIG_SETMASK, &some, NULL);
	fixture_run(&fix, fixture_puppet(&fix, "exit", "0", NULL, NULL));
	sigprocmask(SIG_SETMASK, NULL, &now);
	ck_assert_int_eq(sigismember(&now, SIGUSR2), 1);
	ck_assert_int_eq(sigismember(&now, SIGTERM), 0);
	ck_assert_int_eq(sigismember(&now, SIGCHLD), 0);
}
END_TEST

/* Pid, process group and session are one number, from the first moment. */
START_TEST(test_session)
{
	const char *text = fixture_probe(&fix, fixture_make_probe(&fix));
	char line[64];
	long pid = fix.result.pid;

	snprintf(line, sizeof(line), "pid %ld %ld %ld", pid, pid, pid);
	fixture_assert_line(text, line);
}
END_TEST

START_TEST(test_group_at_once)
{
	struct program *program = fixture_puppet(&fix, "hang", NULL, NULL,
	    NULL);
	int status;

	ck_assert(fixture_start(&fix, program));
	ck_assert_int_eq(kill(-fix.result.pid, SIGTERM), 0);
	ck_assert_int_eq(waitpid(fix.result.pid, &status, 0),
	    fix.result.pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(WTERMSIG(status), SIGTERM);
	if (fix.result.pidfd != -1)
		close(fix.result.pidfd);
	program_free(program);
}
END_TEST

START_TEST(test_environment)
{
	char zone[] = "TZ", missing[] = "REEVE_TEST_MISSING";
	char *inherit[] = {zone, missing, NULL};
	struct program *program = fixture_make_probe(&fix);
	char *home = strdup("/home/x"), *user = strdup("x");
	const char *text;

	setenv("TZ", "Mars/Olympus", 1);
	setenv("SECRET_TOKEN", "do not tell", 1);
	fix.context.inherit = inherit;
	fix.context.restarts = 7;
	program->home = home;
	program->user_name = user;
	program->shell = strdup("/bin/ash");
	fixture_env(program, "GREETING=hello, world");
	fixture_env(program, "LOGNAME=y");
	fixture_env(program, "GREETING=bye");
	text = fixture_probe(&fix, program);
	fixture_assert_line(text, "env TZ=Mars/Olympus");
	fixture_assert_line(text, "env REEVE_PATH=web/app");
	fixture_assert_line(text, "env REEVE_NAME=app");
	fixture_assert_line(text, "env REEVE_RESTARTS=7");
	fixture_assert_line(text, "env HOME=/home/x");
	fixture_assert_line(text, "env USER=x");
	fixture_assert_line(text, "env LOGNAME=y");
	fixture_assert_line(text, "env SHELL=/bin/ash");
	fixture_assert_line(text, "env GREETING=bye");
	fixture_assert_no_line_like(text, "env GREETING=hello");
	fixture_assert_no_line_like(text, "env LOGNAME=x");
	fixture_assert_no_line_like(text, "env SECRET");
	fixture_assert_no_line_like(text, "env REEVE_TEST_MISSING");
	/* no PATH was given, and programs expect one */
	ck_assert(fixture_has_line_like(text, "env PATH=/"));
}
END_TEST

START_TEST(test_path_given)
{
	struct program *program = fixture_make_probe(&fix);

	fixture_env(program, "PATH=/nowhere");
	fixture_assert_line(fixture_probe(&fix, program), "env PATH=/nowhere");
}
END_TEST

/* More variables than there is room for at first. */
START_TEST(test_environment_large)
{
	struct program *program = fixture_make_probe(&fix);
	char var[64];
	const char *text;

	for (int i = 0; i < 300; i++) {
		snprintf(var, sizeof(var), "VAR_%d=%d", i, i);
		fixture_env(program, var);
	}
	text = fixture_probe(&fix, program);
	for (int i = 0; i < 300; i++) {
		snprintf(var, sizeof(var), "env VAR_%d=%d", i, i);
		fixture_assert_line(text, var);
	}
}
END_TEST

/* Give a program one environment file. */
static void
give_env_file(struct program *program, const char *text)
{
	char *files[2] = {NULL, NULL};
	struct program *other;

	fixture_write(&fix, "vars", 0600, text);
	files[0] = strdup(fixture_path(&fix, "vars"));
	/* one allocation, as program.h has it */
	other = fixture_program(&fix, files[0], NULL);
	program->env_files = other->argv;
	other->argv = NULL;
	program_free(other);
	free(files[0]);
}

START_TEST(test_env_file)
{
	struct program *program = fixture_make_probe(&fix);
	const char *text;

	give_env_file(program, "# a comment\n; another\n\n  A=1\nB = no\n");
	fixture_fail(&fix, program, SPAWN_ENV_FILE, EINVAL);
	fixture_assert_says(&fix, "vars:5'");

	program = fixture_make_probe(&fix);
	give_env_file(program, "# a comment\n\n  A= 1 2 \t\nB='$x \"'\r\n"
	    "C=\"a\\\"b\\\\\"\nD=\nE=first\nE=second\nF='last'");
	fixture_env(program, "D=of the file");
	text = fixture_probe(&fix, program);
	fixture_assert_line(text, "env A=1 2");
	fixture_assert_line(text, "env B=$x \"");
	fixture_assert_line(text, "env C=a\"b\\");
	fixture_assert_line(text, "env D=of the file");
	fixture_assert_line(text, "env E=second");
	fixture_assert_line(text, "env F=last");
	fixture_assert_no_line_like(text, "env E=first");
}
END_TEST

START_TEST(test_env_file_bad)
{
	static const char *const bad[] = {
		"A=1\n2B=3\n", "A=1\nexport B=2\n", "A=1\nB='open\n",
		"A=1\nB=\"x\"y\n", "A=1\n=x\n", "A=1\njust words\n",
	};

	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct program *program = fixture_make_probe(&fix);

		give_env_file(program, bad[i]);
		fixture_fail(&fix, program, SPAWN_ENV_FILE, EINVAL);
		fixture_assert_says(&fix, "vars:2'");
	}
}
END_TEST

/* So many variables, and no more. */
START_TEST(test_env_file_full)
{
	static const int counts[] = {4096, 4097};

	for (size_t i = 0; i < LENGTH(counts); i++) {
		struct program *program = fixture_make_probe(&fix);
		static char text[64 << 10];
		size_t size = 0;

		for (int n = 1; n <= counts[i]; n++)
			size += (size_t)snprintf(text + size,
			    sizeof(text) - size, "A%d=\n", n);
		ck_assert_uint_lt(size, sizeof(text));
		give_env_file(program, text);
		if (counts[i] == 4096) {
			fixture_assert_line(fixture_probe(&fix, program),
			    "env A4096=");
			continue;
		}
		fixture_fail(&fix, program, SPAWN_ENV_FILE, E2BIG);
		fixture_assert_says(&fix, "vars:4097'");
		fixture_assert_says(&fix, "(it may have 4096 variables)");
	}
}
END_TEST

START_TEST(test_env_file_missing)
{
	struct program *program = fixture_make_probe(&fix);
	char *path;

	give_env_file(program, "A=1\n");
	unlink(fixture_path(&fix, "vars"));
	fixture_fail(&fix, program, SPAWN_ENV_FILE, ENOENT);
	fixture_assert_says(&fix, "vars'");

	/* with a leading - the file may be missing, but not be wrong */
	program = fixture_make_probe(&fix);
	give_env_file(program, "A=1\n");
	path = program->env_files[0];
	memmove(path + 1, path, strlen(path) - 1);
	*path = '-';
	ck_assert_int_eq(fixture_run(&fix, program), 0);
	fixture_assert_no_line_like(fixture_read(&fix, "out"), "env A=");

	/* a directory is not such a file */
	program = fixture_make_probe(&fix);
	give_env_file(program, "A=1\n");
	unlink(fixture_path(&fix, "vars"));
	mkdir(fixture_path(&fix, "vars"), 0700);
	fixture_fail(&fix, program, SPAWN_ENV_FILE, EINVAL);
}
END_TEST

START_TEST(test_expand)
{
	struct program *program = fixture_puppet(&fix, "args", "a ${WHO} b",
	    "$$x",
	    "${EMPTY}");

	program->expands = true;
	fixture_env(program, "WHO=the  world");
	fixture_env(program, "EMPTY=");
	ck_assert_int_eq(fixture_run(&fix, program), 0);
	ck_assert_str_eq(fixture_read(&fix, "out"), "a the  world b\n$x\n\n");

	program = fixture_puppet(&fix, "args", "${NOT_THERE}", NULL, NULL);
	program->expands = true;
	fixture_fail(&fix, program, SPAWN_EXPAND, ENOENT);
	fixture_assert_says(&fix, "NOT_THERE");
	ck_assert(!spawn_is_shortage(&fix.result));
}
END_TEST

START_TEST(test_directory)
{
	struct program *program = fixture_make_probe(&fix);
	char line[300];

	program->directory = strdup(fix.dir);
	program->umask = 077;
	snprintf(line, sizeof(line), "cwd %s", fix.dir);
	fixture_assert_line(fixture_probe(&fix, program), line);
	fixture_assert_line(fixture_read(&fix, "out"), "umask 077");

	program = fixture_make_probe(&fix);
	program->directory = strdup("/no/such/place");
	fixture_fail(&fix, program, SPAWN_DIRECTORY, ENOENT);
	fixture_assert_says(&fix, "directory '/no/such/place': No such file");
}
END_TEST

/* A command with a slash is relative to the directory. */
START_TEST(test_relative_command)
{
	struct program *program;

	fixture_write(&fix, "run", 0755, "#!/bin/sh\nexit 5\n");
	program = fixture_program(&fix, "./run", NULL);
	program->directory = strdup(fix.dir);
	ck_assert_int_eq(fixture_run(&fix, program), 5);
}
END_TEST

/* A start does not change errno, though the child shares the memory. */
START_TEST(test_many)
{
	for (int i = 0; i < 200; i++)
		ck_assert_int_eq(fixture_run(&fix, fixture_puppet(&fix, "exit",
		    i % 2 ? "1" : "0", NULL, NULL)), i % 2);
}
END_TEST

UNIT_SUITE_FORKS(spawn)
{
	Suite *suite = suite_create("spawn");
	TCase *tcase = tcase_create("spawn");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_exit);
	tcase_add_test(tcase, test_clean);
	tcase_add_test(tcase, test_dirty);
	tcase_add_test(tcase, test_mask_kept);
	tcase_add_test(tcase, test_session);
	tcase_add_test(tcase, test_group_at_once);
	tcase_add_test(tcase, test_environment);
	tcase_add_test(tcase, test_path_given);
	tcase_add_test(tcase, test_environment_large);
	tcase_add_test(tcase, test_env_file);
	tcase_add_test(tcase, test_env_file_bad);
	tcase_add_test(tcase, test_env_file_full);
	tcase_add_test(tcase, test_env_file_missing);
	tcase_add_test(tcase, test_expand);
	tcase_add_test(tcase, test_directory);
	tcase_add_test(tcase, test_relative_command);
	tcase_add_test(tcase, test_many);
	suite_add_tcase(suite, tcase);
	return suite;
}
