/* The descriptors of a process, and paths by which root could be misled. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
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

START_TEST(test_stdin_text)
{
	struct program *program = fixture_puppet(&fix, "copy", NULL, NULL,
	    NULL);
	size_t size = 300000;

	program->stdin_kind = STDIN_TEXT;
	program->stdin_text = strdup("one\ntwo\n");
	/* every process reads it from its beginning */
	for (int i = 0; i < 2; i++) {
		int status;

		unlink(fixture_path(&fix, "out"));
		ck_assert_msg(fixture_start(&fix, program), "%s", fix.sentence);
		waitpid(fix.result.pid, &status, 0);
		ck_assert_int_eq(status, 0);
		ck_assert_str_eq(fixture_read(&fix, "out"), "one\ntwo\n");
		close(fix.result.pidfd);
	}
	program_free(program);
	for (int empty = 0; empty < 2; empty++) {
		struct stat st;

		unlink(fixture_path(&fix, "out"));
		program = fixture_puppet(&fix, "copy", NULL, NULL, NULL);
		program->stdin_kind = STDIN_TEXT;
		program->stdin_text = calloc(1, size + 1);
		memset(program->stdin_text, 'x', empty ? 0 : size);
		ck_assert_int_eq(fixture_run(&fix, program), 0);
		ck_assert_int_eq(stat(fixture_path(&fix, "out"), &st), 0);
		ck_assert_int_eq(st.st_size, empty ? 0 : (off_t)size);
	}
}
END_TEST

START_TEST(test_stdin_file)
{
	struct program *program = fixture_puppet(&fix, "copy", NULL, NULL,
	    NULL);

	fixture_write(&fix, "in", 0644, "of the file\n");
	program->stdin_kind = STDIN_FILE;
	program->stdin_text = strdup(fixture_path(&fix, "in"));
	ck_assert_int_eq(fixture_run(&fix, program), 0);
	ck_assert_str_eq(fixture_read(&fix, "out"), "of the file\n");

	program = fixture_puppet(&fix, "copy", NULL, NULL, NULL);
	program->stdin_kind = STDIN_FILE;
	program->stdin_text = strdup("/no/such/input");
	fixture_fail(&fix, program, SPAWN_STDIN, ENOENT);
	fixture_assert_says(&fix, "opening stdin '/no/such/input'");

	/* there is no writer: the child has to wait for one, not the daemon */
	ck_assert_int_eq(mkfifo(fixture_path(&fix, "fifo"), 0600), 0);
	program = fixture_puppet(&fix, "exit", "3", NULL, NULL);
	program->stdin_kind = STDIN_FILE;
	program->stdin_text = strdup(fixture_path(&fix, "fifo"));
	ck_assert_int_eq(fixture_run(&fix, program), 3);
}
END_TEST

START_TEST(test_log)
{
	struct program *program;
	struct stat st;

	fix.context.log_dir = fix.dir;
	for (int i = 0; i < 2; i++) {
		program = fixture_puppet(&fix, "say", "out", "line", "2");
		fixture_stream(&program->out, OUTPUT_LOG, NULL);
		fixture_stream(&program->err, OUTPUT_LOG, NULL);
		ck_assert_int_eq(fixture_run(&fix, program), 0);
	}
	ck_assert_str_eq(fixture_read(&fix, "web.app.log"), "out\n\nout\n\n");
	ck_assert_int_eq(stat(fixture_path(&fix, "web.app.log"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0640);

	/* no directory: its output is the daemon's */
	fix.context.log_dir = NULL;
	program = fixture_make_probe(&fix);
	fixture_stream(&program->err, OUTPUT_LOG, NULL);
	ck_assert_int_eq(fixture_run(&fix, program), 0);

	fix.context.log_dir = "/no/such/dir";
	program = fixture_make_probe(&fix);
	fixture_stream(&program->out, OUTPUT_LOG, NULL);
	fixture_fail(&fix, program, SPAWN_STDOUT, ENOENT);
	fixture_assert_says(&fix, "opening stdout '/no/such/dir/web.app.log'");
}
END_TEST

START_TEST(test_streams)
{
	struct program *program = fixture_puppet(&fix, "line", "2", "line",
	    "1");
	char line[512] = "";
	int saved, file, status;

	fixture_stream(&program->err, OUTPUT_FILE, fixture_path(&fix, "err"));
	ck_assert_int_eq(fixture_run(&fix, program), 0);
	ck_assert_str_eq(fixture_read(&fix, "out"), "\n");
	ck_assert_str_eq(fixture_read(&fix, "err"), "\n");

	program = fixture_puppet(&fix, "line", "2", "line", "1");
	fixture_stream(&program->err, OUTPUT_STDOUT, NULL);
	ck_assert_int_eq(fixture_run(&fix, program), 0);
	ck_assert_str_eq(fixture_read(&fix, "out"), "\n\n\n");

	/* where the test's own stdout goes */
	program = fixture_puppet(&fix, "line", "2", "line", "1");
	fixture_stream(&program->out, OUTPUT_INHERIT, NULL);
	fixture_stream(&program->err, OUTPUT_STDOUT, NULL);
	saved = dup(STDOUT_FILENO); /* cloexec: as the one it is a copy of */
	fixture_write(&fix, "own", 0600, "");
	file = open(fixture_path(&fix, "own"), O_WRONLY | O_CLOEXEC);
	dup2(file, STDOUT_FILENO);
	status = fixture_run(&fix, program);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(file);
	ck_assert_int_eq(status, 0);
	ck_assert_str_eq(fixture_read(&fix, "own"), "\n\n");

	unlink(fixture_path(&fix, "out"));
	program = fixture_make_probe(&fix);
	fixture_stream(&program->err, OUTPUT_NULL, NULL);
	fixture_assert_line(fixture_probe(&fix, program), "fd 2 /dev/null");

	/* inherited: that of the test itself */
	unlink(fixture_path(&fix, "out"));
	program = fixture_make_probe(&fix);
	snprintf(line, sizeof(line), "fd 2 ");
	ck_assert_int_gt(readlink("/proc/self/fd/2", line + 5,
	    sizeof(line) - 6), 0);
	fixture_assert_line(fixture_probe(&fix, program), line);
}
END_TEST

/* Paths by which root could be misled. */
START_TEST(test_output_traps)
{
	char target[300], path[300];

	fixture_write(&fix, "target", 0600, "precious\n");
	snprintf(target, sizeof(target), "%s", fixture_path(&fix, "target"));

	/* another name of a file */
	ck_assert_int_eq(link(target, fixture_path(&fix, "hard")), 0);
	fixture_refuse_output(&fix, fixture_path(&fix, "hard"), EMLINK);
	unlink(fixture_path(&fix, "hard"));

	/* not a plain file */
	ck_assert_int_eq(mkfifo(fixture_path(&fix, "fifo"), 0600), 0);
	fixture_refuse_output(&fix, fixture_path(&fix, "fifo"), EINVAL);
	fixture_refuse_output(&fix, "/dev/null", EINVAL);
	fixture_refuse_output(&fix, fix.dir, EISDIR);
	fixture_refuse_output(&fix, "/no/such/dir/out", ENOENT);

	/* a link in a directory that others may write to */
	ck_assert_int_eq(mkdir(fixture_path(&fix, "open"), 0700), 0);
	ck_assert_int_eq(chmod(fix.path, 0777), 0);
	ck_assert_int_eq(symlink(target, fixture_path(&fix, "open/link")), 0);
	fixture_refuse_output(&fix, fixture_path(&fix, "open/link"), ELOOP);
	ck_assert_int_eq(symlink(fix.dir, fixture_path(&fix, "open/dir")), 0);
	snprintf(path, sizeof(path), "%s/open/dir/target", fix.dir);
	fixture_refuse_output(&fix, path, ELOOP);

	/* a link that leads through such a directory */
	ck_assert_int_eq(symlink("open/dir/target",
	    fixture_path(&fix, "through")), 0);
	fixture_refuse_output(&fix, fixture_path(&fix, "through"), ELOOP);

	/* a circle */
	ck_assert_int_eq(symlink("circle", fixture_path(&fix, "circle")), 0);
	fixture_refuse_output(&fix, fixture_path(&fix, "circle"), ELOOP);

	ck_assert_str_eq(fixture_read(&fix, "target"), "precious\n");
}
END_TEST

/* A link is followed if only root or the daemon's user can have made it. */
START_TEST(test_output_own_links)
{
	struct program *program;

	ck_assert_int_eq(mkdir(fixture_path(&fix, "real"), 0755), 0);
	ck_assert_int_eq(symlink("real", fixture_path(&fix, "link")), 0);
	program = fixture_puppet(&fix, "say", "1", NULL, NULL);
	fixture_stream(&program->out, OUTPUT_FILE, fixture_path(&fix,
	    "link/x"));
	ck_assert_int_eq(fixture_run(&fix, program), 0);
	ck_assert_str_eq(fixture_read(&fix, "real/x"), "1\n");
}
END_TEST

/* ready_fd may be any number, also one that the daemon uses itself. */
START_TEST(test_ready)
{
	for (int fd = 3; fd < 40; fd++) {
		struct program *program = fixture_make_ready(&fix, fd);
		char byte = 0;
		int status;

		fixture_stream(&program->err, OUTPUT_FILE,
		    fixture_path(&fix, "err"));
		ck_assert_msg(fixture_start(&fix, program), "%s", fix.sentence);
		ck_assert_int_eq(waitpid(fix.result.pid, &status, 0),
		    fix.result.pid);
		ck_assert_int_eq(status, 0);
		ck_assert_int_ne(fix.result.ready_fd, -1);
		ck_assert_int_eq(read(fix.result.ready_fd, &byte, 1), 1);
		ck_assert_int_eq(byte, '\n');
		ck_assert_int_eq(read(fix.result.ready_fd, &byte, 1), 0);
		close(fix.result.ready_fd);
		if (fix.result.pidfd != -1)
			close(fix.result.pidfd);
		program_free(program);
	}
}
END_TEST

START_TEST(test_ready_clean)
{
	struct program *program = fixture_make_probe(&fix);
	const char *text;
	char line[32];

	program->ready = READY_FD;
	program->ready_fd = 5;
	text = fixture_probe(&fix, program);
	ck_assert(fixture_has_line_like(text, "fd 5 pipe:"));
	for (int fd = 3; fd < 300; fd++) {
		snprintf(line, sizeof(line), "fd %d ", fd);
		if (fd != 5)
			fixture_assert_no_line_like(text, line);
	}
}
END_TEST

START_TEST(test_ready_beyond_limit)
{
	struct rlimit was, low = {100, 100};
	struct program *program = fixture_make_ready(&fix, 200);

	getrlimit(RLIMIT_NOFILE, &was);
	low.rlim_max = was.rlim_max;
	setrlimit(RLIMIT_NOFILE, &low);
	ck_assert(!fixture_start(&fix, program));
	ck_assert_int_eq(fix.result.step, SPAWN_DESCRIPTORS);
	ck_assert_int_eq(fix.result.error, EBADF);
	ck_assert(!spawn_is_shortage(&fix.result));
	setrlimit(RLIMIT_NOFILE, &was);
	program_free(program);
}
END_TEST

/* The worker's own limit does not prevent its descriptors. */
START_TEST(test_ready_beyond_own_limit)
{
	struct program *program = fixture_make_ready(&fix, 200);

	fixture_limit(program, "nofile", RLIMIT_NOFILE, 64, 64);
	ck_assert_int_eq(fixture_run(&fix, program), 0);
}
END_TEST

UNIT_SUITE(spawnfile)
{
	Suite *suite = suite_create("spawnfile");
	TCase *tcase = tcase_create("spawnfile");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_stdin_text);
	tcase_add_test(tcase, test_stdin_file);
	tcase_add_test(tcase, test_log);
	tcase_add_test(tcase, test_streams);
	tcase_add_test(tcase, test_output_traps);
	tcase_add_test(tcase, test_output_own_links);
	tcase_add_test(tcase, test_ready);
	tcase_add_test(tcase, test_ready_clean);
	tcase_add_test(tcase, test_ready_beyond_limit);
	tcase_add_test(tcase, test_ready_beyond_own_limit);
	suite_add_tcase(suite, tcase);
	return suite;
}
