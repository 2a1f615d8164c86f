/* Upgrades that change nothing: refused ones, and ignored ones. */
#include <check.h>
#include <string.h>

#include "tree_script.h"
#include "unit.h"

/* Ask for a code change with other flags; returns the answer. */
static enum request_error
ask_for_flags(struct script *script, struct child *sup,
    const struct spec_flags *flags, enum spec_init_answer answer)
{
	struct ask *ask = world_ask(&script->world, sup_of(sup),
	    REQUEST_CODE_CHANGE, "");

	ask->request.flags = *flags;
	ask->request.ring = world_new_ring(flags, &ask->request.ring_size);
	ask->request.definition = world_copy_children(NULL, 0);
	ask->request.init_answer = answer;
	world_send(&script->world, ask, 0);
	script_run(script, 0);
	return script->answer;
}

/* Check that the flags and the children are the ones of the beginning. */
static void
check_unchanged(struct child *top, struct child *a, int64_t *ring)
{
	struct spec_flags flags;

	spec_flags_init(&flags);
	ck_assert_int_eq(sup_of(top)->flags.max_restarts, flags.max_restarts);
	ck_assert_int_eq(sup_of(top)->flags.strategy, flags.strategy);
	ck_assert_int_eq(sup_of(top)->flags.max_seconds_ms,
	    flags.max_seconds_ms);
	ck_assert_ptr_eq(sup_of(top)->window.times_ms, ring);
	ck_assert_uint_eq(sup_of(top)->definition_count, 1);
	ck_assert_ptr_eq(sup_of(top)->definition[0], a);
	ck_assert(a->defined);
}

/* What is ignored, and what is bad in one place, changes nothing at all. */
START_TEST(some_changes_are_ignored)
{
	struct child *a, *top;
	struct spec_flags flags;
	struct script script;
	int64_t *ring;

	script_begin(&script);
	a = script_worker(&script, "a");
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	ring = sup_of(top)->window.times_ms;
	spec_flags_init(&flags);
	flags.max_restarts = 7;
	flags.strategy = SPEC_ONE_FOR_ALL;
	ck_assert_int_eq(ask_for_flags(&script, top, &flags, SPEC_INIT_IGNORE),
	    REQUEST_OK);
	check_unchanged(top, a, ring);
	flags.max_seconds_ms = 0;
	ck_assert_int_eq(ask_for_flags(&script, top, &flags, SPEC_INIT_OK),
	    REQUEST_BAD_SPEC);
	check_unchanged(top, a, ring);
	flags.max_seconds_ms = 1000;
	ck_assert_int_eq(ask_for_flags(&script, top, &flags, SPEC_INIT_OK),
	    REQUEST_OK);
	ck_assert_int_eq(sup_of(top)->flags.max_restarts, 7);
	script_end(&script);
}
END_TEST

/* While it runs, and be it only to its end, types stay as they are. */
START_TEST(types_stay_while_it_runs)
{
	struct child *a, *b, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	s = script_sup(&script, "s", NULL, CHILDREN(a, b));
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	ck_assert_int_eq(script_code_change(&script, s,
	    CHILDREN(script_sup(&script, "a", NULL, NULL, 0))),
	    REQUEST_BAD_SPEC);
	role_of(b)->start = HANGS;
	b->spec.start_timeout_ms = 100;
	script_exit(&script, b, SPEC_END_ABNORMAL);
	script_code_change(&script, s, CHILDREN(script_sup(&script, "a", NULL,
	    NULL, 0)));
	script_tell(&script, INPUT_STOP);
	ck_assert_int_eq(s->state, CHILD_STOPPING);
	script_run(&script, 100);
	ck_assert_int_eq(script.answer, REQUEST_BAD_SPEC);
	script_end(&script);
}
END_TEST

/* Nor does a type change under a process that will not go. */
START_TEST(types_stay_while_something_is_unkillable)
{
	struct child *a, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	role_of(a)->stop = UNKILLABLE;
	s = script_sup(&script, "s", NULL, CHILDREN(a));
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "s");
	script_run(&script, 10000);
	ck_assert_int_eq(a->state, CHILD_UNKILLABLE);
	ck_assert_int_eq(s->state, CHILD_DOWN);
	ck_assert_int_eq(script_code_change(&script, s,
	    CHILDREN(script_sup(&script, "a", NULL, NULL, 0))),
	    REQUEST_BAD_SPEC);
	script_let_go(&script, a);
	ck_assert_int_eq(script_code_change(&script, s,
	    CHILDREN(script_sup(&script, "a", NULL, NULL, 0))), REQUEST_OK);
	script_end(&script);
}
END_TEST

UNIT_SUITE(codechange)
{
	Suite *suite = suite_create("codechange");
	TCase *tcase = tcase_create("codechange");

	tcase_add_test(tcase, some_changes_are_ignored);
	tcase_add_test(tcase, types_stay_while_it_runs);
	tcase_add_test(tcase, types_stay_while_something_is_unkillable);
	suite_add_tcase(suite, tcase);
	return suite;
}
