/* Every way in which an exec can fail, shortages, and the words for each. */
#include "config.h"

#include <check.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "unit.h"

#if REEVE_LINUX
#include <sys/syscall.h>
#endif

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

/* Files that cannot be executed, and the message about each. */
START_TEST(test_exec)
{
	struct program *program;
	char path[300];
	int fd;

	fixture_fail(&fix, fixture_program(&fix, "/no/such/program", NULL),
	    SPAWN_EXEC, ENOENT);
	ck_assert_str_eq(fix.sentence,
	    "executing '/no/such/program': No such file or directory");

	fixture_write(&fix, "noexec", 0644, "#!/bin/sh\n");
	fixture_fail(&fix, fixture_program(&fix, fixture_path(&fix, "noexec"),
	    NULL), SPAWN_EXEC, EACCES);
	fixture_assert_says(&fix, "it is not an executable file");

	fixture_fail(&fix, fixture_program(&fix, fix.dir, NULL), SPAWN_EXEC,
	    EACCES);
	fixture_assert_says(&fix, "it is a directory");

	fixture_write(&fix, "script", 0755, "#!  /no/such/interpreter -x\n");
	fixture_fail(&fix, fixture_program(&fix, fixture_path(&fix, "script"),
	    NULL), SPAWN_EXEC, ENOENT);
	fixture_assert_says(&fix,
	    "(its interpreter '/no/such/interpreter' is missing)");

	snprintf(path, sizeof(path), "#!%s\n", fixture_path(&fix, "noexec"));
	fixture_write(&fix, "script2", 0755, path);
	fixture_fail(&fix, fixture_program(&fix, fixture_path(&fix, "script2"),
	    NULL), SPAWN_EXEC, EACCES);
	fixture_assert_says(&fix, "its interpreter '");

	fixture_write(&fix, "garbage", 0755, "\001\002\003 garbage\n");
	fixture_fail(&fix, fixture_program(&fix, fixture_path(&fix, "garbage"),
	    NULL), SPAWN_EXEC, ENOEXEC);
	fixture_assert_says(&fix,
	    "neither a program of this machine nor a script");

	fixture_write(&fix, "empty", 0755, "");
	fixture_fail(&fix, fixture_program(&fix, fixture_path(&fix, "empty"),
	    NULL), SPAWN_EXEC, ENOEXEC);
	fixture_assert_says(&fix, "(it is empty)");

	fixture_write(&fix, "busy", 0755, "#!/bin/sh\n");
	fd = open(fixture_path(&fix, "busy"), O_WRONLY | O_CLOEXEC);
	program = fixture_program(&fix, fixture_path(&fix, "busy"), NULL);
	if (fixture_start(&fix, program))
		waitpid(fix.result.pid, NULL, 0); /* not on every kernel */
	else
		ck_assert_int_eq(fix.result.error, ETXTBSY);
	program_free(program);
	close(fd);

	fixture_fail(&fix, fixture_program(&fix, "", NULL), SPAWN_EXEC, ENOENT);
}
END_TEST

/* spawn_check() finds what can be seen without a start, and nothing else. */
START_TEST(test_check)
{
	static const struct {
		const char *word;
		const char *directory;
		bool seen;
	} cases[] = {
		{"/no/such/program", "/", true},
		{"no-such-program", "/", true},
		{"/etc", "/", true},
		{"/etc/passwd", "/", true},
		{"/etc/passwd/x", "/", true},
		{"/bin/true", "/no/such", true},
		{"/bin/true", "/etc/passwd", true},
		{"", "/", false},
		{"bin/no-such", "/", false},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct program *program = fixture_program(&fix, cases[i].word,
		    NULL);

		free(program->directory);
		program->directory = strdup(cases[i].directory);
		ck_assert_msg(!fixture_start(&fix, program), "%zu runs", i);
		ck_assert_msg(fix.checked != cases[i].seen, "%zu: %s", i,
		    fix.check);
		program_free(program);
	}
}
END_TEST

/* The message also tells that the loader of an ELF file is missing. */
START_TEST(test_exec_loader)
{
	const char *text = "/lib";
	static char bytes[1 << 20];
	ssize_t size;
	char *at;
	int fd = open(fixture_helper("probe"), O_RDONLY | O_CLOEXEC);

	size = read(fd, bytes, sizeof(bytes));
	close(fd);
	ck_assert_int_gt(size, 64);
	at = memmem(bytes, 4096, text, 4);
	if (bytes[4] != 2 || !at) {
		unit_skip("the helper is no dynamic 64-bit program");
		return;
	}
	at[1] = 'X';
	fd = open(fixture_path(&fix, "alien"), O_WRONLY | O_CREAT | O_CLOEXEC,
	    0755);
	ck_assert_int_eq(write(fd, bytes, (size_t)size), size);
	close(fd);
	fixture_fail(&fix, fixture_program(&fix, fixture_path(&fix, "alien"),
	    NULL), SPAWN_EXEC, ENOENT);
	fixture_assert_says(&fix, "(its interpreter '/Xib");
}
END_TEST

/* A file that is cut off in its head or in the name of the loader names no
 * loader. */
START_TEST(test_exec_loader_cut_off)
{
	struct image {
		Elf64_Ehdr file;
		Elf64_Phdr part;
		char loader[sizeof("/no/such/loader")];
	} image = {
		.file.e_phoff = offsetof(struct image, part),
		.file.e_phnum = 1,
		.part.p_type = PT_INTERP,
		.part.p_offset = offsetof(struct image, loader),
		.part.p_filesz = sizeof(image.loader),
		.loader = "/no/such/loader",
	};
	static const struct {
		size_t size;
		const char *hint;
	} cuts[] = {
		{ sizeof(image), " (its interpreter '/no/such/loader' is "
		    "missing)" },
		{ offsetof(struct image, loader) + 4, "" },
		{ offsetof(struct image, part) + 4, "" },
	};
	struct program *program = fixture_make_probe(&fix);
	struct spawn_result result = {.step = SPAWN_EXEC, .error = ENOENT};
	char expected[400], text[400];

	memcpy(image.file.e_ident, ELFMAG, SELFMAG);
	image.file.e_ident[EI_CLASS] = ELFCLASS64;
	result.detail = strdup(fixture_path(&fix, "cut"));
	for (size_t i = 0; i < LENGTH(cuts); i++) {
		int fd = open(result.detail, O_WRONLY | O_CREAT | O_TRUNC |
		    O_CLOEXEC, 0755);

		ck_assert_int_eq(write(fd, &image, cuts[i].size),
		    (ssize_t)cuts[i].size);
		close(fd);
		snprintf(expected, sizeof(expected), "executing '%s': No such "
		    "file or directory%s", result.detail, cuts[i].hint);
		result.hint = (struct hint){.kind = HINT_NONE};
		hint_look(result.detail, result.error, &result.hint);
		spawn_describe(&result, text, sizeof(text));
		ck_assert_str_eq(text, expected);
	}
	free(result.detail);
	program_free(program);
}
END_TEST

START_TEST(test_exec_noexec_mount)
{
	char path[300];
	int fd;

	if (!fixture_is_root() || !fixture_is_alone())
		return;
	if (unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1) {
		unit_skip("it needs a mount namespace");
		return;
	}
	mkdir(fixture_path(&fix, "fs"), 0755);
	ck_assert_int_eq(mount("none", fix.path, "tmpfs", MS_NOEXEC, NULL), 0);
	snprintf(path, sizeof(path), "%s", fixture_path(&fix, "fs/run"));
	fixture_write(&fix, "fs/run", 0755, "#!/bin/sh\n");
	fixture_fail(&fix, fixture_program(&fix, path, NULL), SPAWN_EXEC,
	    EACCES);
	fixture_assert_says(&fix, "mounted noexec");
	fd = umount(fixture_path(&fix, "fs"));
	ck_assert_int_eq(fd, 0);
}
END_TEST

/* The child's PATH decides, in its order. A file that may not be executed is
 * passed over, and only named if no better one follows. */
START_TEST(test_search)
{
	struct program *program;
	char var[1000];

	mkdir(fixture_path(&fix, "a"), 0755);
	mkdir(fixture_path(&fix, "b"), 0755);
	mkdir(fixture_path(&fix, "c"), 0755);
	fixture_write(&fix, "a/tool", 0644, "#!/bin/sh\nexit 1\n");
	fixture_write(&fix, "b/tool", 0755, "#!/bin/sh\nexit 2\n");
	fixture_write(&fix, "c/tool", 0755, "#!/bin/sh\nexit 3\n");
	fixture_write(&fix, "file", 0755, "");
	snprintf(var, sizeof(var), "PATH=%s/none:%s/file:%s/a:%s/b:%s/c",
	    fix.dir, fix.dir, fix.dir, fix.dir, fix.dir);
	program = fixture_program(&fix, "tool", NULL);
	fixture_env(program, var);
	ck_assert_int_eq(fixture_run(&fix, program), 2);

	snprintf(var, sizeof(var), "PATH=%s/a:%s/none", fix.dir, fix.dir);
	program = fixture_program(&fix, "tool", NULL);
	fixture_env(program, var);
	fixture_fail(&fix, program, SPAWN_EXEC, EACCES);
	fixture_assert_says(&fix, "/a/tool'");

	program = fixture_program(&fix, "tool", NULL);
	fixture_env(program, "PATH=/nowhere");
	fixture_fail(&fix, program, SPAWN_EXEC, ENOENT);
	ck_assert_str_eq(fix.sentence, "executing 'tool': No such file or "
	    "directory (there is none in its PATH)");

	/* an empty part is the directory of the worker */
	program = fixture_program(&fix, "tool", NULL);
	program->directory = strdup(fixture_path(&fix, "c"));
	fixture_env(program, "PATH=/nowhere::/bin");
	ck_assert_int_eq(fixture_run(&fix, program), 3);

	/* found, but its interpreter is missing */
	fixture_write(&fix, "b/bad", 0755, "#!/no/such/sh\n");
	snprintf(var, sizeof(var), "PATH=%s/a:%s/b:%s/c", fix.dir, fix.dir,
	    fix.dir);
	program = fixture_program(&fix, "bad", NULL);
	fixture_env(program, var);
	fixture_fail(&fix, program, SPAWN_EXEC, ENOENT);
	fixture_assert_says(&fix,
	    "b/bad': No such file or directory (its interpreter "
	    "'/no/such/sh' is missing)");
}
END_TEST

/* Without free descriptors a start is a shortage if it needs one, and succeeds
 * if the spares are enough. */
START_TEST(test_short_of_descriptors)
{
	struct rlimit was, low;
	struct program *program = fixture_puppet(&fix, "exit", "0", NULL, NULL);
	int fds[512], count = 0;

	fixture_stream(&program->out, OUTPUT_NULL, NULL);
	getrlimit(RLIMIT_NOFILE, &was);
	low = (struct rlimit){256, was.rlim_max};
	setrlimit(RLIMIT_NOFILE, &low);
	while (count < 512 && (fds[count] = open("/dev/null", O_RDONLY |
	    O_CLOEXEC)) != -1)
		count++;
	ck_assert_int_eq(errno, EMFILE);
#if REEVE_LINUX
	/* it has no pidfd if there is no number for one */
	fixture_stream(&program->out, OUTPUT_FILE, fixture_path(&fix, "out"));
	ck_assert_msg(fixture_start(&fix, program), "%s", fix.sentence);
	waitpid(fix.result.pid, NULL, 0);
	ck_assert_int_eq(fix.result.pidfd, -1);
#else
	/* there is no number for its pipe */
	ck_assert(!fixture_start(&fix, program));
	ck_assert_int_eq(fix.result.step, SPAWN_FORK);
	ck_assert(spawn_is_shortage(&fix.result));
#endif
	for (int i = 0; i < count; i++)
		close(fds[i]);
	setrlimit(RLIMIT_NOFILE, &was);
	ck_assert_int_eq(fixture_run(&fix, program), 0);
}
END_TEST

/* EAGAIN, as no further process is allowed, is a shortage. */
START_TEST(test_short_of_processes)
{
	struct rlimit was, none = {0, 0};
	struct program *program = fixture_make_probe(&fix);

	if (!fixture_is_alone()) {
		program_free(program);
		return;
	}
	fixture_become_nobody(&fix);
	getrlimit(RLIMIT_NPROC, &was);
	none.rlim_max = was.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NPROC, &none), 0);
	fixture_stream(&program->out, OUTPUT_NULL, NULL);
	fixture_fail(&fix, program, SPAWN_FORK, EAGAIN);
	setrlimit(RLIMIT_NPROC, &was);
	ck_assert(spawn_is_shortage(&fix.result));
	fixture_assert_says(&fix, "forking: Resource temporarily unavailable");
}
END_TEST

START_TEST(test_shortages)
{
	static const int errors[] = {EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC,
	    EIO};
	struct spawn_result result = {.step = SPAWN_FORK};

	for (size_t i = 0; i < LENGTH(errors); i++) {
		result.error = errors[i];
		for (int step = 0; step < SPAWN_STEP_COUNT; step++) {
			result.step = (enum spawn_step)step;
			ck_assert_int_eq(spawn_is_shortage(&result),
			    step != SPAWN_NONE);
		}
	}
	result.step = SPAWN_FORK;
	result.error = EPERM;
	ck_assert(!spawn_is_shortage(&result));
	result.step = SPAWN_STDOUT;
	result.error = ENOENT;
	ck_assert(!spawn_is_shortage(&result));
}
END_TEST

/* Every step has words, which fit into any size. */
START_TEST(test_sentences)
{
	struct program *program = fixture_make_probe(&fix);
	char detail[] = "x";
	struct spawn_result result = {.error = EPERM, .detail = detail};
	char text[64], other[64] = "";

	for (int step = 1; step < SPAWN_STEP_COUNT; step++) {
		result.step = (enum spawn_step)step;
		spawn_describe(&result, text, sizeof(text));
		ck_assert_ptr_nonnull(strstr(text, "'x': Operation not"));
		ck_assert_str_ne(text, other);
		snprintf(other, sizeof(other), "%s", text);
		text[5] = '!';
		spawn_describe(&result, text, 5);
		ck_assert_uint_eq(strlen(text), 4);
		ck_assert_int_eq(text[5], '!');
	}
	program_free(program);
}
END_TEST

/* However a start ends, it leaves no descriptor and no process. */
START_TEST(test_no_leaks)
{
	int before;

	fixture_run(&fix, fixture_puppet(&fix, "exit", "0", NULL, NULL));
	before = fixture_count_descriptors();
	for (int i = 0; i < 20; i++) {
		struct program *program = fixture_make_ready(&fix, 9);

		fixture_stream(&program->err, OUTPUT_FILE,
		    fixture_path(&fix, "err"));
		program->stdin_kind = STDIN_TEXT;
		program->stdin_text = strdup("text");
		fixture_run(&fix, program);

		program = fixture_program(&fix, "/no/such", NULL);
		program->ready = READY_FD;
		program->ready_fd = 10;
		fixture_fail(&fix, program, SPAWN_EXEC, ENOENT);

		program = fixture_make_probe(&fix);
		fixture_stream(&program->err, OUTPUT_FILE, "/no/such/err");
		fixture_fail(&fix, program, SPAWN_STDERR, ENOENT);

		program = fixture_make_probe(&fix);
		program->directory = strdup("/no/such");
		fixture_fail(&fix, program, SPAWN_DIRECTORY, ENOENT);
	}
	ck_assert_int_eq(fixture_count_descriptors(), before);
}
END_TEST

#if REEVE_LINUX

/* System calls that a filter may refuse, with both errors that filters use. */
static const struct {
	long number;
	unsigned flags;
	int error;
} denials[] = {
	{436, 0, ENOSYS},		/* close_range */
	{436, 0, EPERM},
	{437, 0, ENOSYS},		/* openat2 */
	{437, 0, EPERM},
	{SYS_memfd_create, 0, ENOSYS},
	{SYS_memfd_create, 0, EPERM},
	{SYS_clone, 0x1000, EPERM},	/* CLONE_PIDFD */
	{SYS_clone, 0x1000, EINVAL},
};

START_TEST(test_denied)
{
	struct program *program;
	const char *text;
	char line[32];
	int before;

	if (!fixture_is_alone())
		return;
	dup2(0, 150);
	fixture_deny(denials[_i].number, denials[_i].flags, denials[_i].error);
	teardown();
	setup();
	before = fixture_count_descriptors();
	program = fixture_make_probe(&fix);
	program->ready = READY_FD;
	program->ready_fd = 5;
	program->stdin_kind = STDIN_TEXT;
	program->stdin_text = strdup("x");
	text = fixture_probe(&fix, program);
	ck_assert(fixture_has_line_like(text, "fd 5 pipe:"));
	for (int fd = 3; fd < 300; fd++) {
		snprintf(line, sizeof(line), "fd %d ", fd);
		if (fd != 5)
			fixture_assert_no_line_like(text, line);
	}
	fixture_assert_line(text, "parent-death 9");
	fixture_refuse_output(&fix, "/dev/null", EINVAL);
	ck_assert_int_eq(fixture_count_descriptors(), before);
}
END_TEST

#endif

UNIT_SUITE_FORKS(spawnfail)
{
	Suite *suite = suite_create("spawnfail");
	TCase *tcase = tcase_create("spawnfail");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_exec);
	tcase_add_test(tcase, test_check);
	tcase_add_test(tcase, test_exec_loader);
	tcase_add_test(tcase, test_exec_loader_cut_off);
	tcase_add_test(tcase, test_exec_noexec_mount);
	tcase_add_test(tcase, test_search);
	tcase_add_test(tcase, test_short_of_descriptors);
	tcase_add_test(tcase, test_short_of_processes);
	tcase_add_test(tcase, test_shortages);
	tcase_add_test(tcase, test_sentences);
	tcase_add_test(tcase, test_no_leaks);
#if REEVE_LINUX
	tcase_add_loop_test(tcase, test_denied, 0, LENGTH(denials));
#endif
	suite_add_tcase(suite, tcase);
	return suite;
}
