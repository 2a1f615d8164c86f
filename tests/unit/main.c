/*
 * Runs the unit tests: all suites, or those whose names contain an argument;
 * or, if all arguments begin with '-', those that contain none of them. The
 * last line has the totals; the exit status is 1 if a test failed.
 *
 * Each test runs in a process of its own. CK_FORK=no runs all in this process,
 * for debuggers. UNIT_FORK=suite runs each suite in a process of its own, and
 * its tests too if they need it: for tools that take longer at the end of each
 * process than a test does.
 */
#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/os.h"
#include "unit.h"

static struct unit_suite *suites;	/* all, as they entered themselves */
static struct unit_suite **last = &suites;

/* Shared with the tests and suites, which run forked. */
static struct {
	int run, failed, skipped;
} *totals;

void
unit_register(struct unit_suite *suite)
{
	*last = suite;
	last = &suite->next;
}

void
unit_skip(const char *why)
{
	printf("skipped: %s: %s\n", tcase_name(), why);
	fflush(stdout);
	totals->skipped++;
}

bool
unit_is_emulated(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
}

int
unit_rounds(int count)
{
	return unit_is_emulated() ? count / 8 : count;
}

/* Tell whether a suite is asked for: the first filter that fits decides. */
static bool
is_wanted(const char *name, char **filters)
{
	bool excluding = true;

	for (; *filters; filters++) {
		excluding = **filters == '-';
		if (strstr(name, *filters + excluding))
			return !excluding;
	}
	return excluding;
}

/* Collect the suites that are asked for; NULL if there is none. */
static SRunner *
collect(char **filters)
{
	SRunner *runner = NULL;

	for (struct unit_suite *suite = suites; suite; suite = suite->next) {
		if (!is_wanted(suite->name, filters))
			continue;
		if (runner)
			srunner_add_suite(runner, suite->make());
		else
			runner = srunner_create(suite->make());
	}
	return runner;
}

/* Run some suites, and count. */
static void
run(SRunner *runner)
{
	srunner_run_all(runner, CK_ENV);
	totals->failed += srunner_ntests_failed(runner);
	totals->run += srunner_ntests_run(runner);
	srunner_free(runner);
}

/* Run a suite in a process of its own. Returns false in that process. */
static bool
run_apart(const struct unit_suite *suite)
{
	int status, failed = totals->failed;
	pid_t pid;

	printf("%s\n", suite->name);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		setenv("CK_FORK", suite->forks ? "yes" : "no", 1);
		run(srunner_create(suite->make()));
		return false;
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid || status != 0) {
		printf("unit: the process of suite %s failed\n", suite->name);
		if (totals->failed == failed) {
			totals->run++;
			totals->failed++;
		}
	}
	return true;
}

/* Run each suite that is asked for in a process of its own. Returns false in
 * such a process. */
static bool
run_each_apart(char **filters)
{
	for (struct unit_suite *suite = suites; suite; suite = suite->next)
		if (is_wanted(suite->name, filters) && !run_apart(suite))
			return false;
	return true;
}

int
main(int argc, char **argv)
{
	const char *forks = getenv("UNIT_FORK");
	char **filters = argv + (argc > 0);
	SRunner *runner;

	/* a limit for a test that hangs, even on a busy machine */
	setenv("CK_DEFAULT_TIMEOUT", "240", 0);
	/* whatever a launcher ignores */
	for (int number = 1; number < NSIG; number++)
		os_reset_signal(number);
	totals = mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (totals == MAP_FAILED)
		return 1;
	if (forks && strcmp(forks, "suite") == 0) {
		if (!run_each_apart(filters))
			return 0;
	} else {
		runner = collect(filters);
		if (runner)
			run(runner);
	}
	if (totals->run == 0) {
		fprintf(stderr, "unit: no suite of such a name\n");
		return 1;
	}
	printf("unit: %d passed, %d failed, %d skipped\n", totals->run -
	    totals->failed - totals->skipped, totals->failed, totals->skipped);
	return totals->failed > 0;
}
