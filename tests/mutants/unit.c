/* Runs the unit tests of the core alone, up to the totals of Check. */
#include "unit/unit.h"

#include <check.h>
#include <stdlib.h>

static struct unit_suite *suites;

void
unit_register(struct unit_suite *suite)
{
	suite->next = suites;
	suites = suite;
}

int
main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	for (; suites; suites = suites->next)
		srunner_add_suite(runner, suites->make());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
