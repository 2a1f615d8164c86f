/* Waiting for processes, and signals to what a worker has started. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "process/contain.h"
#include "process/reap.h"
#include "unit.h"

#define NAP_US	1000		/* between two looks */

/* Start a process in a group of its own: it ends with a code, or waits. */
static pid_t
start_process(int code)
{
	pid_t pid = fork();

	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		setpgid(0, 0);
		if (code == -1)
			for (;;)
				pause();
		_exit(code);
	}
	setpgid(pid, pid);
	return pid;
}

/* Wait until a process has ended, without reaping it. */
static void
await_end(pid_t pid)
{
	while (!reap_has_ended(pid))
		usleep(NAP_US);
}

START_TEST(test_look_then_reap)
{
	struct spec_outcome outcome = { .how = SPEC_HOW_NONE };
	pid_t pid = start_process(7);

	await_end(pid);
	await_end(pid);			/* a look changes nothing */
	ck_assert_int_eq(reap_find_any(), pid);
	ck_assert_int_eq(kill(pid, 0), 0);
	ck_assert_int_eq(reap_take(pid, &outcome), REAP_DONE);
	ck_assert_int_eq(outcome.how, SPEC_HOW_EXITED);
	ck_assert_int_eq(outcome.number, 7);
	ck_assert_int_eq(reap_find_any(), 0);
}
END_TEST

START_TEST(test_lives)
{
	struct spec_outcome outcome = { .how = SPEC_HOW_NONE };
	pid_t pid = start_process(-1);

	ck_assert(!reap_has_ended(pid));
	ck_assert_int_eq(reap_find_any(), 0);
	ck_assert_int_eq(reap_take(pid, &outcome), REAP_NOT_YET);
	ck_assert_int_eq(contain_signal_one(pid, SIGUSR1), 0);
	await_end(pid);
	ck_assert_int_eq(reap_take(pid, &outcome), REAP_DONE);
	ck_assert_int_eq(outcome.how, SPEC_HOW_SIGNALLED);
	ck_assert_int_eq(outcome.number, SIGUSR1);
}
END_TEST

/* Of a process that is no child nothing can be learned. */
START_TEST(test_lost)
{
	struct spec_outcome outcome = { .how = SPEC_HOW_NONE };

	ck_assert(reap_has_ended(getppid()));
	ck_assert_int_eq(reap_take(getppid(), &outcome), REAP_LOST);
	ck_assert_int_eq(outcome.how, SPEC_HOW_NONE);
}
END_TEST

/* The number of a process is free once it is reaped. */
START_TEST(test_number)
{
	struct spec_outcome outcome;
	pid_t pid = start_process(0);

	await_end(pid);
	ck_assert_int_eq(reap_take(pid, &outcome), REAP_DONE);
	ck_assert_int_eq(kill(pid, 0), -1);
}
END_TEST

/* A group is there as long as there is a zombie in it. */
START_TEST(test_group)
{
	struct spec_outcome outcome;
	pid_t pid = start_process(-1);

	ck_assert(!contain_is_empty(pid));
	ck_assert_int_eq(contain_signal(pid, SIGKILL), 0);
	await_end(pid);
	ck_assert(!contain_is_empty(pid));
	ck_assert_int_eq(reap_take(pid, &outcome), REAP_DONE);
	ck_assert(contain_is_empty(pid));
	ck_assert_int_eq(contain_signal(pid, SIGKILL), -1);
	ck_assert_int_eq(errno, ESRCH);
}
END_TEST

UNIT_SUITE(reap)
{
	Suite *suite = suite_create("reap");
	TCase *tcase = tcase_create("reap");

	tcase_add_test(tcase, test_look_then_reap);
	tcase_add_test(tcase, test_lives);
	tcase_add_test(tcase, test_lost);
	tcase_add_test(tcase, test_number);
	tcase_add_test(tcase, test_group);
	suite_add_tcase(suite, tcase);
	return suite;
}
