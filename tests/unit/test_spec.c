/* Specs and flags: the words, the defaults, and every fault in OTP's order. */
#include <check.h>
#include <string.h>

#include "core/spec.h"
#include "unit.h"

/* Check that a table of words is whole and has no word twice. */
static void
check_names(const char *const *names, int count)
{
	for (int i = 0; i < count; i++) {
		ck_assert_ptr_nonnull(names[i]);
		ck_assert_uint_gt(strlen(names[i]), 0);
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(names[i], names[j]);
	}
}

START_TEST(every_value_has_a_word)
{
	check_names(spec_type_names, SPEC_TYPE_COUNT);
	check_names(spec_restart_names, SPEC_RESTART_COUNT);
	check_names(spec_strategy_names, SPEC_STRATEGY_COUNT);
	check_names(spec_auto_shutdown_names, SPEC_AUTO_SHUTDOWN_COUNT);
	check_names(spec_shutdown_order_names, SPEC_SHUTDOWN_ORDER_COUNT);
	check_names(spec_error_names, SPEC_ERROR_COUNT);
}
END_TEST

/* The words that files are written in. */
START_TEST(words_are_those_of_otp)
{
	ck_assert_str_eq(spec_type_names[SPEC_WORKER], "worker");
	ck_assert_str_eq(spec_type_names[SPEC_SUPERVISOR], "supervisor");
	ck_assert_str_eq(spec_restart_names[SPEC_TRANSIENT], "transient");
	ck_assert_str_eq(spec_strategy_names[SPEC_REST_FOR_ONE],
	    "rest_for_one");
	ck_assert_str_eq(spec_auto_shutdown_names[SPEC_ANY_SIGNIFICANT],
	    "any_significant");
	ck_assert_str_eq(spec_shutdown_order_names[SPEC_CONCURRENT],
	    "concurrent");
	ck_assert_str_eq(spec_error_names[SPEC_BAD_COMBINATION],
	    "bad_combination");
}
END_TEST

START_TEST(worker_has_five_seconds)
{
	struct spec spec;

	spec_init(&spec, SPEC_WORKER);
	ck_assert_int_eq(spec.type, SPEC_WORKER);
	ck_assert_int_eq(spec.shutdown_ms, 5000);
	ck_assert_int_eq(spec.restart, SPEC_PERMANENT);
	ck_assert_int_eq(spec.start_timeout_ms, SPEC_INFINITY);
	ck_assert_int_eq(spec.restart_delay_ms, 0);
	ck_assert(!spec.significant);
}
END_TEST

START_TEST(supervisor_has_for_ever)
{
	struct spec spec;

	spec_init(&spec, SPEC_SUPERVISOR);
	ck_assert_int_eq(spec.shutdown_ms, SPEC_INFINITY);
	spec_init(&spec, SPEC_DYNAMIC);
	ck_assert_int_eq(spec.shutdown_ms, SPEC_INFINITY);
	ck_assert_int_eq(spec.type, SPEC_DYNAMIC);
}
END_TEST

START_TEST(flags_are_those_of_elixir)
{
	struct spec_flags flags;

	spec_flags_init(&flags);
	ck_assert_int_eq(flags.strategy, SPEC_ONE_FOR_ONE);
	ck_assert_int_eq(flags.max_restarts, 3);
	ck_assert_int_eq(flags.max_seconds_ms, 5000);
	ck_assert_int_eq(flags.max_children, SPEC_INFINITY);
	ck_assert_int_eq(flags.auto_shutdown, SPEC_NEVER);
	ck_assert_int_eq(flags.shutdown_order, SPEC_SEQUENTIAL);
}
END_TEST

START_TEST(defaults_are_legal)
{
	struct spec_flags flags;
	struct spec spec;

	spec_flags_init(&flags);
	for (int type = 0; type < SPEC_TYPE_COUNT; type++) {
		spec_init(&spec, (enum spec_type)type);
		ck_assert_int_eq(spec_check(&spec, &flags), SPEC_OK);
		ck_assert_int_eq(spec_flags_check(&flags,
		    (enum spec_type)type), SPEC_OK);
	}
}
END_TEST

struct spec_case {
	int restart;
	bool significant;
	int64_t shutdown_ms;
	enum spec_auto_shutdown auto_shutdown;
	enum spec_error error;
};

static const struct spec_case spec_cases[] = {
	{ SPEC_PERMANENT, false, 0, SPEC_NEVER, SPEC_OK },
	{ SPEC_TEMPORARY, false, SPEC_BRUTAL_KILL, SPEC_NEVER, SPEC_OK },
	{ SPEC_TRANSIENT, false, SPEC_INFINITY, SPEC_ANY_SIGNIFICANT, SPEC_OK },
	{ SPEC_TRANSIENT, true, 1, SPEC_ANY_SIGNIFICANT, SPEC_OK },
	{ SPEC_TEMPORARY, true, 1, SPEC_ALL_SIGNIFICANT, SPEC_OK },
	{ SPEC_RESTART_COUNT, false, 1, SPEC_NEVER, SPEC_INVALID_RESTART_TYPE },
	{ -1, false, 1, SPEC_NEVER, SPEC_INVALID_RESTART_TYPE },
	{ SPEC_PERMANENT, false, -2, SPEC_NEVER, SPEC_INVALID_SHUTDOWN },
	{ SPEC_PERMANENT, false, INT64_MIN, SPEC_NEVER, SPEC_INVALID_SHUTDOWN },
	{ SPEC_TRANSIENT, true, 1, SPEC_NEVER, SPEC_BAD_COMBINATION },
	{ SPEC_TEMPORARY, true, 1, SPEC_NEVER, SPEC_BAD_COMBINATION },
	{ SPEC_PERMANENT, true, 1, SPEC_ANY_SIGNIFICANT, SPEC_BAD_COMBINATION },
	{ SPEC_PERMANENT, true, 1, SPEC_ALL_SIGNIFICANT, SPEC_BAD_COMBINATION },
	/* Two faults: the first in OTP's order is named. */
	{ -1, true, -2, SPEC_NEVER, SPEC_INVALID_RESTART_TYPE },
};

START_TEST(checks_specs)
{
	const struct spec_case *want = &spec_cases[_i];
	struct spec_flags flags;
	struct spec spec;

	spec_flags_init(&flags);
	flags.auto_shutdown = want->auto_shutdown;
	spec_init(&spec, SPEC_WORKER);
	spec.restart = (enum spec_restart)want->restart;
	spec.significant = want->significant;
	spec.shutdown_ms = want->shutdown_ms;
	ck_assert_str_eq(spec_error_names[spec_check(&spec, &flags)],
	    spec_error_names[want->error]);
}
END_TEST

/* One thing changed in flags that are else the defaults. */
struct flags_case {
	enum { STRATEGY, RESTARTS, SECONDS, CHILDREN, AUTO } field;
	int64_t value;
	enum spec_error error;		/* of a supervisor */
	enum spec_error error_dynamic;	/* of a dynamic one */
};

static const struct flags_case flags_cases[] = {
	{ STRATEGY, SPEC_ONE_FOR_ALL, SPEC_OK, SPEC_INVALID_STRATEGY },
	{ STRATEGY, SPEC_REST_FOR_ONE, SPEC_OK, SPEC_INVALID_STRATEGY },
	{ STRATEGY, SPEC_STRATEGY_COUNT, SPEC_INVALID_STRATEGY,
	    SPEC_INVALID_STRATEGY },
	{ STRATEGY, -1, SPEC_INVALID_STRATEGY, SPEC_INVALID_STRATEGY },
	{ RESTARTS, 0, SPEC_OK, SPEC_OK },
	{ RESTARTS, -1, SPEC_INVALID_INTENSITY, SPEC_INVALID_INTENSITY },
	{ RESTARTS, SPEC_INFINITY, SPEC_INVALID_INTENSITY,
	    SPEC_INVALID_INTENSITY },
	{ SECONDS, 1, SPEC_OK, SPEC_OK },
	{ SECONDS, 0, SPEC_INVALID_PERIOD, SPEC_INVALID_PERIOD },
	{ SECONDS, -1, SPEC_INVALID_PERIOD, SPEC_INVALID_PERIOD },
	{ SECONDS, SPEC_INFINITY, SPEC_INVALID_PERIOD, SPEC_INVALID_PERIOD },
	{ CHILDREN, 0, SPEC_OK, SPEC_OK },
	{ CHILDREN, -1, SPEC_OK, SPEC_INVALID_MAX_CHILDREN },
	{ AUTO, SPEC_ANY_SIGNIFICANT, SPEC_OK, SPEC_INVALID_AUTO_SHUTDOWN },
	{ AUTO, SPEC_ALL_SIGNIFICANT, SPEC_OK, SPEC_INVALID_AUTO_SHUTDOWN },
	{ AUTO, SPEC_AUTO_SHUTDOWN_COUNT, SPEC_INVALID_AUTO_SHUTDOWN,
	    SPEC_INVALID_AUTO_SHUTDOWN },
	{ AUTO, -1, SPEC_INVALID_AUTO_SHUTDOWN, SPEC_INVALID_AUTO_SHUTDOWN },
};

/* Give one field of the flags a value that need not be legal. */
static void
set_field(struct spec_flags *flags, const struct flags_case *set)
{
	switch (set->field) {
	case STRATEGY:
		flags->strategy = (enum spec_strategy)set->value;
		break;
	case RESTARTS:
		flags->max_restarts = set->value;
		break;
	case SECONDS:
		flags->max_seconds_ms = set->value;
		break;
	case CHILDREN:
		flags->max_children = set->value;
		break;
	case AUTO:
		flags->auto_shutdown = (enum spec_auto_shutdown)set->value;
		break;
	}
}

START_TEST(checks_flags)
{
	const struct flags_case *want = &flags_cases[_i];
	struct spec_flags flags;

	spec_flags_init(&flags);
	set_field(&flags, want);
	ck_assert_int_eq(spec_flags_check(&flags, SPEC_SUPERVISOR),
	    want->error);
	ck_assert_int_eq(spec_flags_check(&flags, SPEC_DYNAMIC),
	    want->error_dynamic);
}
END_TEST

/* All at fault: they are named in OTP's order as each is put right. */
START_TEST(names_the_first_fault)
{
	struct spec_flags flags = {
		.strategy = SPEC_STRATEGY_COUNT,
		.max_restarts = -1,
		.max_seconds_ms = 0,
		.max_children = -1,
		.auto_shutdown = SPEC_AUTO_SHUTDOWN_COUNT,
	};

	ck_assert_int_eq(spec_flags_check(&flags, SPEC_DYNAMIC),
	    SPEC_INVALID_STRATEGY);
	flags.strategy = SPEC_ONE_FOR_ONE;
	ck_assert_int_eq(spec_flags_check(&flags, SPEC_DYNAMIC),
	    SPEC_INVALID_INTENSITY);
	flags.max_restarts = 1;
	ck_assert_int_eq(spec_flags_check(&flags, SPEC_DYNAMIC),
	    SPEC_INVALID_PERIOD);
	flags.max_seconds_ms = 1;
	ck_assert_int_eq(spec_flags_check(&flags, SPEC_DYNAMIC),
	    SPEC_INVALID_MAX_CHILDREN);
	flags.max_children = 0;
	ck_assert_int_eq(spec_flags_check(&flags, SPEC_DYNAMIC),
	    SPEC_INVALID_AUTO_SHUTDOWN);
	flags.auto_shutdown = SPEC_NEVER;
	ck_assert_int_eq(spec_flags_check(&flags, SPEC_DYNAMIC), SPEC_OK);
}
END_TEST

/* normal, shutdown and {shutdown, Term} are clean; nothing else is. */
START_TEST(three_ends_are_clean)
{
	ck_assert(spec_end_is_clean(SPEC_END_NORMAL));
	ck_assert(spec_end_is_clean(SPEC_END_SHUTDOWN));
	ck_assert(spec_end_is_clean(SPEC_END_SHUTDOWN_TERM));
	ck_assert(!spec_end_is_clean(SPEC_END_ABNORMAL));
	ck_assert(!spec_end_is_clean(SPEC_END_KILLED));
}
END_TEST

UNIT_SUITE(spec)
{
	Suite *suite = suite_create("spec");
	TCase *tcase = tcase_create("spec");

	tcase_add_test(tcase, every_value_has_a_word);
	tcase_add_test(tcase, words_are_those_of_otp);
	tcase_add_test(tcase, worker_has_five_seconds);
	tcase_add_test(tcase, supervisor_has_for_ever);
	tcase_add_test(tcase, flags_are_those_of_elixir);
	tcase_add_test(tcase, defaults_are_legal);
	tcase_add_loop_test(tcase, checks_specs, 0, LENGTH(spec_cases));
	tcase_add_loop_test(tcase, checks_flags, 0, LENGTH(flags_cases));
	tcase_add_test(tcase, names_the_first_fault);
	tcase_add_test(tcase, three_ends_are_clean);
	suite_add_tcase(suite, tcase);
	return suite;
}
