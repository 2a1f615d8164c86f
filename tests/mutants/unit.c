/* Runs the unit tests of the core alone, up to the totals of Check. */
#include <check.h>
#include <stdlib.h>

#include "unit/suites.h"

int
main(void)
{
	SRunner *runner = srunner_create(spec_suite());
	int failed;

	srunner_add_suite(runner, window_suite());
	srunner_add_suite(runner, heap_suite());
	srunner_add_suite(runner, tree_suite());
	srunner_add_suite(runner, shortage_suite());
	srunner_add_suite(runner, treestop_suite());
	srunner_add_suite(runner, treelate_suite());
	srunner_add_suite(runner, treeask_suite());
	srunner_add_suite(runner, upgrade_suite());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
