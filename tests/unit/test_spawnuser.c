/* Limits, priorities and credentials of a process,
    and its tie to the daemon. */
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

#include "fixture.h"
#include "unit.h"

#if REEVE_LINUX
#include <linux/securebits.h>
#include <sys/prctl.h>
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

START_TEST(test_limits)
{
	struct program *program = fixture_make_probe(&fix);
	const char *text;

	fixture_limit(program, "nofile", RLIMIT_NOFILE, 100, 200);
	fixture_limit(program, "cpu", RLIMIT_CPU, 1000, 1001);
	text = fixture_probe(&fix, program);
	fixture_assert_line(text, "limit nofile 100 200");
	fixture_assert_line(text, "limit cpu 1000 1001");
}
END_TEST

/* Children get back the limits and scores that the daemon has changed. */
START_TEST(test_limits_restored)
{
	struct rlimit was, now;
	struct hygiene found;
	char line[100];
	const char *text;

	getrlimit(RLIMIT_NOFILE, &was);
	now = (struct rlimit){was.rlim_max / 2, was.rlim_max};
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &now), 0);
	spawner_free(fix.context.spawner);
	if (getpid() != getpgrp()) {
		/* a subreaper for good, but this test has its own process */
		hygiene_harden(&found);
	} else {
		hygiene_look(&found);
		setrlimit(RLIMIT_NOFILE, &was);
	}
	fix.context.spawner = spawner_new(&found);
	text = fixture_probe(&fix, fixture_make_probe(&fix));
	snprintf(line, sizeof(line), "limit nofile %lld %lld",
	    (long long)now.rlim_cur, (long long)now.rlim_max);
	fixture_assert_line(text, line);
	snprintf(line, sizeof(line), "limit core %lld %lld",
	    (long long)found.core.rlim_cur, (long long)found.core.rlim_max);
	fixture_assert_line(text, line);
	setrlimit(RLIMIT_NOFILE, &was);
}
END_TEST

START_TEST(test_limit_refused)
{
	struct program *program = fixture_make_probe(&fix);
	struct rlimit now;

	if (!fixture_is_alone()) {
		program_free(program);
		return;
	}
	fixture_become_nobody(&fix);
	getrlimit(RLIMIT_NOFILE, &now);
	fixture_limit(program, "cpu", RLIMIT_CPU, 100, 1000);
	fixture_limit(program, "nofile", RLIMIT_NOFILE, now.rlim_cur,
	    now.rlim_max + 1);
	fixture_stream(&program->out, OUTPUT_NULL, NULL);
	fixture_fail(&fix, program, SPAWN_LIMIT, EPERM);
	fixture_assert_says(&fix, "'nofile'");
}
END_TEST

START_TEST(test_nice)
{
	struct program *program = fixture_make_probe(&fix);

	program->nice = 7;
	fixture_assert_line(fixture_probe(&fix, program), "nice 7");

	if (!fixture_is_alone())
		return;
	fixture_become_nobody(&fix);
	program = fixture_make_probe(&fix);
	program->nice = -5;
	fixture_stream(&program->out, OUTPUT_NULL, NULL);
	ck_assert(!fixture_start(&fix, program));
	ck_assert_int_eq(fix.result.step, SPAWN_NICE);
	ck_assert(fix.result.error == EACCES || fix.result.error == EPERM);
	program_free(program);
}
END_TEST

/* The children of a nice daemon are not nice unless their programs say so, if
 * the system allows it. */
START_TEST(test_nice_reset)
{
	struct hygiene found;

	if (!fixture_is_alone())
		return;
	ck_assert_int_eq(setpriority(PRIO_PROCESS, 0, 5), 0);
	spawner_free(fix.context.spawner);
	hygiene_look(&found);
	ck_assert_int_eq(found.nice, 5);
	fix.context.spawner = spawner_new(&found);
	fixture_assert_line(fixture_probe(&fix, fixture_make_probe(&fix)),
	    geteuid() == 0 ? "nice 0" : "nice 5");
}
END_TEST

#if REEVE_LINUX

START_TEST(test_oom_score)
{
	struct program *program = fixture_make_probe(&fix);

	program->oom_score_adj = 123;
	fixture_assert_line(fixture_probe(&fix, program), "oom 123");

	if (!fixture_is_alone())
		return;
	fixture_become_nobody(&fix);
	program = fixture_make_probe(&fix);
	program->oom_score_adj = -900;
	fixture_stream(&program->out, OUTPUT_NULL, NULL);
	fixture_fail(&fix, program, SPAWN_OOM_SCORE, EACCES);
	fixture_assert_says(&fix, "'-900'");

	/* a higher one is open to all users, also below a daemon that cannot be
	 * traced, whose files in /proc are root's */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	program = fixture_make_probe(&fix);
	program->oom_score_adj = 456;
	fixture_stream(&program->out, OUTPUT_NULL, NULL);
	ck_assert_msg(fixture_start(&fix, program), "%s", fix.sentence);
	waitpid(fix.result.pid, NULL, 0);
	ck_assert_int_eq(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
	program_free(program);
}
END_TEST

START_TEST(test_oom_score_reset)
{
	struct hygiene found;
	FILE *file;

	if (!fixture_is_alone())
		return;
	file = fopen("/proc/self/oom_score_adj", "we");
	ck_assert_ptr_nonnull(file);
	fprintf(file, "500");
	ck_assert_int_eq(fclose(file), 0);
	spawner_free(fix.context.spawner);
	hygiene_look(&found);
	ck_assert_int_eq(found.oom_score_adj, 500);
	fix.context.spawner = spawner_new(&found);
	/* 0 if the score may be lowered again; else no failure */
	ck_assert_int_eq(fixture_run(&fix, fixture_make_probe(&fix)), 0);
	ck_assert(fixture_has_line_like(fixture_read(&fix, "out"), "oom "));
}
END_TEST

/* A child that would keep the daemon's low score does not run: without memory
 * it would be spared, and other processes would be killed. */
START_TEST(test_oom_score_kept)
{
	struct program *program = fixture_make_probe(&fix);
	struct hygiene found;
	int status;
	pid_t pid;

	fixture_stream(&program->out, OUTPUT_NULL, NULL);
	pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		hygiene_look(&found);
		found.oom_score_adj = -900;
		found.has_lowered = true;
		fix.context.spawner = spawner_new(&found);
#ifdef SYS_open
		fixture_deny(SYS_open, 0, ENOMEM);
#endif
		fixture_deny(SYS_openat, 0, ENOMEM);
		_exit(!fixture_start(&fix, program) &&
		    fix.result.step == SPAWN_OOM_SCORE &&
		    spawn_is_shortage(&fix.result) ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	program_free(program);
}
END_TEST

/* A child dies with the daemon, also when it has changed its user. */
START_TEST(test_death_signal)
{
	struct program *program = fixture_make_probe(&fix);

	if (geteuid() == 0) {
		program->uid = NOBODY;
		program->gid = NOBODY;
		program->set_groups = true;
	}
	fixture_assert_line(fixture_probe(&fix, program), "parent-death 9");
}
END_TEST

START_TEST(test_parent_is_dead)
{
	struct program *program = fixture_make_probe(&fix);
	int status;
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		/* the spawner has another daemon's pid: as if the daemon had
		 * died */
		bool failed = !fixture_start(&fix, program);

		_exit(failed && fix.result.step == SPAWN_DEATH_SIGNAL &&
		    fix.result.error == ESRCH ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	program_free(program);
}
END_TEST

#endif

/* Give a program a user. */
static void
run_as(struct program *program, uid_t uid, gid_t gid)
{
	program->uid = uid;
	program->gid = gid;
	program->user_name = strdup("somebody");
	program->set_groups = true;
}

START_TEST(test_credentials)
{
	struct program *program = fixture_make_probe(&fix);
	const char *text;

	if (!fixture_is_root()) {
		program_free(program);
		return;
	}
	run_as(program, 12345, 23456);
	program->groups = calloc(2, sizeof(gid_t));
	program->groups[0] = 34567;
	program->groups[1] = 23456;
	program->group_count = 2;
	text = fixture_probe(&fix, program);
	fixture_assert_line(text, "uid 12345 12345 12345");
	fixture_assert_line(text, "gid 23456 23456 23456");
	fixture_assert_line(text, "groups 23456 34567");

	/* an empty groups is no group, not those of root */
	program = fixture_make_probe(&fix);
	run_as(program, 12345, 23456);
	text = fixture_probe(&fix, program);
	fixture_assert_line(text, "groups");

	/* a group without a user */
	program = fixture_make_probe(&fix);
	program->gid = 23456;
	program->set_groups = true;
	text = fixture_probe(&fix, program);
	fixture_assert_line(text, "uid 0 0 0");
	fixture_assert_line(text, "gid 23456 23456 23456");
	fixture_assert_line(text, "groups");
}
END_TEST

/* An ordinary user may name itself as the user, and no other user. */
START_TEST(test_credentials_ordinary)
{
	struct program *program;
	gid_t own;

	if (!fixture_is_alone())
		return;
	fixture_become_nobody(&fix);
	own = getgid();
	program = fixture_program(&fix, fixture_helper("probe"), NULL);
	fixture_stream(&program->out, OUTPUT_NULL, NULL);
	run_as(program, getuid(), own);
	program->groups = calloc(1, sizeof(gid_t));
	program->groups[0] = own;
	program->group_count = 1;
	if (getgroups(0, NULL) == 1) {
		ck_assert_msg(fixture_start(&fix, program), "%s", fix.sentence);
		waitpid(fix.result.pid, NULL, 0);
	}
	program->groups[0] = own + 1;
	ck_assert(!fixture_start(&fix, program));
	ck_assert_int_eq(fix.result.step, SPAWN_GROUPS);
	ck_assert_int_eq(fix.result.error, EPERM);
	program->set_groups = false;
	program->gid = own + 1;
	ck_assert(!fixture_start(&fix, program));
	ck_assert_int_eq(fix.result.step, SPAWN_GROUP);
	program->gid = own;
	program->uid = getuid() + 1;
	ck_assert(!fixture_start(&fix, program));
	ck_assert_int_eq(fix.result.step, SPAWN_USER);
	ck_assert_int_eq(fix.result.error, EPERM);
	fixture_assert_says(&fix,
	    "becoming user 'somebody': Operation not permitted");
	program_free(program);
}
END_TEST

#if REEVE_LINUX

/* A user that could become root again is refused. */
START_TEST(test_credentials_verified)
{
	struct program *program = fixture_make_probe(&fix);

	if (!fixture_is_root() || !fixture_is_alone()) {
		program_free(program);
		return;
	}
	ck_assert_int_eq(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP), 0);
	run_as(program, 12345, 12345);
	fixture_fail(&fix, program, SPAWN_VERIFY, EPERM);
	fixture_assert_says(&fix, "'somebody'");
	ck_assert_int_eq(geteuid(), 0);
}
END_TEST

#endif

/* A directory that root may enter and the user may not. */
START_TEST(test_directory_as_user)
{
	struct program *program = fixture_make_probe(&fix);

	if (!fixture_is_root()) {
		program_free(program);
		return;
	}
	ck_assert_int_eq(mkdir(fixture_path(&fix, "private"), 0700), 0);
	program->directory = strdup(fix.path);
	program->uid = NOBODY;
	program->gid = NOBODY;
	fixture_fail(&fix, program, SPAWN_DIRECTORY, EACCES);
}
END_TEST

START_TEST(test_output_owner)
{
	struct program *program;

	if (!fixture_is_root())
		return;
	fixture_write(&fix, "theirs", 0644, "");
	ck_assert_int_eq(chown(fixture_path(&fix, "theirs"), 4711, 4711), 0);
	fixture_refuse_output(&fix, fixture_path(&fix, "theirs"), EPERM);

	/* the worker's own user may own it */
	program = fixture_puppet(&fix, "exit", "0", NULL, NULL);
	fixture_stream(&program->out, OUTPUT_FILE, fixture_path(&fix,
	    "theirs"));
	run_as(program, 4711, 4711);
	ck_assert_int_eq(fixture_run(&fix, program), 0);
}
END_TEST

UNIT_SUITE_FORKS(spawnuser)
{
	Suite *suite = suite_create("spawnuser");
	TCase *tcase = tcase_create("spawnuser");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, test_limits);
	tcase_add_test(tcase, test_limits_restored);
	tcase_add_test(tcase, test_limit_refused);
	tcase_add_test(tcase, test_nice);
	tcase_add_test(tcase, test_nice_reset);
	tcase_add_test(tcase, test_credentials);
	tcase_add_test(tcase, test_credentials_ordinary);
	tcase_add_test(tcase, test_directory_as_user);
	tcase_add_test(tcase, test_output_owner);
#if REEVE_LINUX
	tcase_add_test(tcase, test_oom_score);
	tcase_add_test(tcase, test_oom_score_reset);
	tcase_add_test(tcase, test_oom_score_kept);
	tcase_add_test(tcase, test_death_signal);
	tcase_add_test(tcase, test_parent_is_dead);
	tcase_add_test(tcase, test_credentials_verified);
#endif
	suite_add_tcase(suite, tcase);
	return suite;
}
