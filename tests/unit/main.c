/*
 * Runs the unit tests: all suites, or those whose names contain an argument;
 * or, if all arguments begin with '-', those that contain none of them.
 * CK_FORK=no runs them in this process, for debuggers. The last line has the
 * totals; the exit status is 1 if a test failed.
 */
#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "os/os.h"
#include "unit.h"

static struct unit_suite *suites;	/* all, as they entered themselves */
static struct unit_suite **last = &suites;
static int *skipped;		/* shared with the tests, which run forked */

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
	++*skipped;
}

bool
unit_is_emulated(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload && strstr(preload, "vgpreload");
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

int
main(int argc, char **argv)
{
	SRunner *runner;
	int failed, run;

	/* a limit for a test that hangs, even on a busy machine */
	setenv("CK_DEFAULT_TIMEOUT", "240", 0);
	runner = collect(argv + (argc > 0));

	/* whatever a launcher ignores */
	for (int number = 1; number < NSIG; number++)
		os_reset_signal(number);
	skipped = mmap(NULL, sizeof(*skipped), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!runner || skipped == MAP_FAILED) {
		fprintf(stderr, "unit: no suite of such a name\n");
		return 1;
	}
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	run = srunner_ntests_run(runner);
	srunner_free(runner);
	printf("unit: %d passed, %d failed, %d skipped\n",
	    run - failed - *skipped, failed, *skipped);
	return failed > 0;
}
