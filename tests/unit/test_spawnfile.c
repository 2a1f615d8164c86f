/* The descriptors of a process, and where root could be led astray. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"
#include "yard.h"

static struct yard yard;

/* Begin a test. */
static void
setup(void)
{
	yard_open(&yard);
}

/* End a test. */
static void
teardown(void)
{
	yard_close(&yard);
}

START_TEST(test_stdin_text)
{
	struct program *program = yard_puppet(&yard, "copy", NULL, NULL, NULL);
	size_t size = 300000;

	program->stdin_kind = STDIN_TEXT;
	program->stdin_text = strdup("one\ntwo\n");
	/* every process reads it from its beginning */
	for (int i = 0; i < 2; i++) {
		int status;

		unlink(yard_path(&yard, "out"));
		ck_assert_msg(yard_start(&yard, program), "%s", yard.sentence);
		waitpid(yard.result.pid, &status, 0);
		ck_assert_int_eq(status, 0);
		ck_assert_str_eq(yard_read(&yard, "out"), "one\ntwo\n");
		close(yard.result.pidfd);
	}
	program_free(program);
	for (int empty = 0; empty < 2; empty++) {
		struct stat st;

		unlink(yard_path(&yard, "out"));
		program = yard_puppet(&yard, "copy", NULL, NULL, NULL);
		program->stdin_kind = STDIN_TEXT;
		program->stdin_text = calloc(1, size + 1);
		memset(program->stdin_text, 'x', empty ? 0 : size);
		ck_assert_int_eq(yard_run(&yard, program), 0);
		ck_assert_int_eq(stat(yard_path(&yard, "out"), &st), 0);
		ck_assert_int_eq(st.st_size, empty ? 0 : (off_t)size);
	}
}
END_TEST

START_TEST(test_stdin_file)
{
	struct program *program = yard_puppet(&yard, "copy", NULL, NULL, NULL);

	yard_write(&yard, "in", 0644, "of the file\n");
	program->stdin_kind = STDIN_FILE;
	program->stdin_text = strdup(yard_path(&yard, "in"));
	ck_assert_int_eq(yard_run(&yard, program), 0);
	ck_assert_str_eq(yard_read(&yard, "out"), "of the file\n");

	program = yard_puppet(&yard, "copy", NULL, NULL, NULL);
	program->stdin_kind = STDIN_FILE;
	program->stdin_text = strdup("/no/such/input");
	yard_fail(&yard, program, SPAWN_STDIN, ENOENT);
	yard_assert_says(&yard, "opening stdin '/no/such/input'");

	/* nobody writes to it: that is the child's wait, not the daemon's */
	ck_assert_int_eq(mkfifo(yard_path(&yard, "fifo"), 0600), 0);
	program = yard_puppet(&yard, "exit", "3", NULL, NULL);
	program->stdin_kind = STDIN_FILE;
	program->stdin_text = strdup(yard_path(&yard, "fifo"));
	ck_assert_int_eq(yard_run(&yard, program), 3);
}
END_TEST

START_TEST(test_log)
{
	struct program *program;
	struct stat st;

	yard.context.log_dir = yard.dir;
	for (int i = 0; i < 2; i++) {
		program = yard_puppet(&yard, "say", "out", "line", "2");
		yard_stream(&program->out, OUTPUT_LOG, NULL);
		yard_stream(&program->err, OUTPUT_LOG, NULL);
		ck_assert_int_eq(yard_run(&yard, program), 0);
	}
	ck_assert_str_eq(yard_read(&yard, "web.app.log"), "out\n\nout\n\n");
	ck_assert_int_eq(stat(yard_path(&yard, "web.app.log"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0640);

	/* no directory: as the daemon's own */
	yard.context.log_dir = NULL;
	program = yard_make_probe(&yard);
	yard_stream(&program->err, OUTPUT_LOG, NULL);
	ck_assert_int_eq(yard_run(&yard, program), 0);

	yard.context.log_dir = "/no/such/dir";
	program = yard_make_probe(&yard);
	yard_stream(&program->out, OUTPUT_LOG, NULL);
	yard_fail(&yard, program, SPAWN_STDOUT, ENOENT);
	yard_assert_says(&yard, "opening stdout '/no/such/dir/web.app.log'");
}
END_TEST

START_TEST(test_streams)
{
	struct program *program = yard_puppet(&yard, "line", "2", "line", "1");
	char line[512] = "";

	yard_stream(&program->err, OUTPUT_FILE, yard_path(&yard, "err"));
	ck_assert_int_eq(yard_run(&yard, program), 0);
	ck_assert_str_eq(yard_read(&yard, "out"), "\n");
	ck_assert_str_eq(yard_read(&yard, "err"), "\n");

	program = yard_puppet(&yard, "line", "2", "line", "1");
	yard_stream(&program->err, OUTPUT_STDOUT, NULL);
	ck_assert_int_eq(yard_run(&yard, program), 0);
	ck_assert_str_eq(yard_read(&yard, "out"), "\n\n\n");

	unlink(yard_path(&yard, "out"));
	program = yard_make_probe(&yard);
	yard_stream(&program->err, OUTPUT_NULL, NULL);
	yard_assert_line(yard_probe(&yard, program), "fd 2 /dev/null");

	/* inherited: the tester's own */
	unlink(yard_path(&yard, "out"));
	program = yard_make_probe(&yard);
	snprintf(line, sizeof(line), "fd 2 ");
	ck_assert_int_gt(readlink("/proc/self/fd/2", line + 5,
	    sizeof(line) - 6), 0);
	yard_assert_line(yard_probe(&yard, program), line);
}
END_TEST

/* Where root could be led astray. */
START_TEST(test_output_traps)
{
	char target[300], path[300];

	yard_write(&yard, "target", 0600, "precious\n");
	snprintf(target, sizeof(target), "%s", yard_path(&yard, "target"));

	/* another name of a file */
	ck_assert_int_eq(link(target, yard_path(&yard, "hard")), 0);
	yard_refuse_output(&yard, yard_path(&yard, "hard"), EMLINK);
	unlink(yard_path(&yard, "hard"));

	/* no plain file */
	ck_assert_int_eq(mkfifo(yard_path(&yard, "fifo"), 0600), 0);
	yard_refuse_output(&yard, yard_path(&yard, "fifo"), EINVAL);
	yard_refuse_output(&yard, "/dev/null", EINVAL);
	yard_refuse_output(&yard, yard.dir, EISDIR);
	yard_refuse_output(&yard, "/no/such/dir/out", ENOENT);

	/* a link in a directory that others may write to */
	ck_assert_int_eq(mkdir(yard_path(&yard, "open"), 0700), 0);
	ck_assert_int_eq(chmod(yard.path, 0777), 0);
	ck_assert_int_eq(symlink(target, yard_path(&yard, "open/link")), 0);
	yard_refuse_output(&yard, yard_path(&yard, "open/link"), ELOOP);
	ck_assert_int_eq(symlink(yard.dir, yard_path(&yard, "open/dir")), 0);
	snprintf(path, sizeof(path), "%s/open/dir/target", yard.dir);
	yard_refuse_output(&yard, path, ELOOP);

	/* one that leads through such a directory is no better */
	ck_assert_int_eq(symlink("open/dir/target",
	    yard_path(&yard, "through")), 0);
	yard_refuse_output(&yard, yard_path(&yard, "through"), ELOOP);

	/* a circle */
	ck_assert_int_eq(symlink("circle", yard_path(&yard, "circle")), 0);
	yard_refuse_output(&yard, yard_path(&yard, "circle"), ELOOP);

	ck_assert_str_eq(yard_read(&yard, "target"), "precious\n");
}
END_TEST

/* A link that only root or the daemon's user can have made is followed. */
START_TEST(test_output_own_links)
{
	struct program *program;

	ck_assert_int_eq(mkdir(yard_path(&yard, "real"), 0755), 0);
	ck_assert_int_eq(symlink("real", yard_path(&yard, "link")), 0);
	program = yard_puppet(&yard, "say", "1", NULL, NULL);
	yard_stream(&program->out, OUTPUT_FILE, yard_path(&yard, "link/x"));
	ck_assert_int_eq(yard_run(&yard, program), 0);
	ck_assert_str_eq(yard_read(&yard, "real/x"), "1\n");
}
END_TEST

/* Whatever the number is, also one that the daemon uses itself just now. */
START_TEST(test_ready)
{
	for (int fd = 3; fd < 40; fd++) {
		struct program *program = yard_make_ready(&yard, fd);
		char byte = 0;
		int status;

		yard_stream(&program->err, OUTPUT_FILE,
		    yard_path(&yard, "err"));
		ck_assert_msg(yard_start(&yard, program), "%s", yard.sentence);
		ck_assert_int_eq(waitpid(yard.result.pid, &status, 0),
		    yard.result.pid);
		ck_assert_int_eq(status, 0);
		ck_assert_int_ne(yard.result.ready_fd, -1);
		ck_assert_int_eq(read(yard.result.ready_fd, &byte, 1), 1);
		ck_assert_int_eq(byte, '\n');
		ck_assert_int_eq(read(yard.result.ready_fd, &byte, 1), 0);
		close(yard.result.ready_fd);
		if (yard.result.pidfd != -1)
			close(yard.result.pidfd);
		program_free(program);
	}
}
END_TEST

START_TEST(test_ready_clean)
{
	struct program *program = yard_make_probe(&yard);
	const char *text;
	char line[32];

	program->ready = READY_FD;
	program->ready_fd = 5;
	text = yard_probe(&yard, program);
	ck_assert(yard_has_line_like(text, "fd 5 pipe:"));
	for (int fd = 3; fd < 300; fd++) {
		snprintf(line, sizeof(line), "fd %d ", fd);
		if (fd != 5)
			yard_assert_no_line_like(text, line);
	}
}
END_TEST

START_TEST(test_ready_beyond_limit)
{
	struct rlimit was, low = {100, 100};
	struct program *program = yard_make_ready(&yard, 200);

	getrlimit(RLIMIT_NOFILE, &was);
	low.rlim_max = was.rlim_max;
	setrlimit(RLIMIT_NOFILE, &low);
	ck_assert(!yard_start(&yard, program));
	ck_assert_int_eq(yard.result.step, SPAWN_DESCRIPTORS);
	ck_assert_int_eq(yard.result.error, EBADF);
	ck_assert(!spawn_is_shortage(&yard.result));
	setrlimit(RLIMIT_NOFILE, &was);
	program_free(program);
}
END_TEST

/* A limit of the child's own does not stand in the way of its descriptors. */
START_TEST(test_ready_beyond_own_limit)
{
	struct program *program = yard_make_ready(&yard, 200);

	yard_limit(program, RLIMIT_NOFILE, 64, 64);
	ck_assert_int_eq(yard_run(&yard, program), 0);
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
