/* Upgrades that change nothing: refused ones, and ignored ones. */
#include <check.h>
#include <string.h>

#include "tale.h"
#include "unit.h"

/* Ask for an upgrade with other flags; returns the answer. */
static enum request_error
ask_for_flags(struct tale *tale, struct child *sup,
    const struct spec_flags *flags, enum sup_init_answer answer)
{
	struct ask *ask = world_ask(&tale->world, sup_of(sup),
	    REQUEST_UPGRADE, "");

	ask->request.flags = *flags;
	ask->request.ring = world_new_ring(flags, &ask->request.ring_size);
	ask->request.definition = world_copy_children(NULL, 0);
	ask->request.init_answer = answer;
	world_send(&tale->world, ask, 0);
	tale_run(tale, 0);
	return tale->answer;
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
START_TEST(some_upgrades_change_nothing)
{
	struct child *a, *top;
	struct spec_flags flags;
	struct tale tale;
	int64_t *ring;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	top = tale_sup(&tale, "top", NULL, CHILDREN(a));
	tale_start(&tale, top);
	ring = sup_of(top)->window.times_ms;
	spec_flags_init(&flags);
	flags.max_restarts = 7;
	flags.strategy = SPEC_ONE_FOR_ALL;
	ck_assert_int_eq(ask_for_flags(&tale, top, &flags, SUP_INIT_IGNORE),
	    REQUEST_OK);
	check_unchanged(top, a, ring);
	flags.max_seconds_ms = 0;
	ck_assert_int_eq(ask_for_flags(&tale, top, &flags, SUP_INIT_OK),
	    REQUEST_BAD_SPEC);
	check_unchanged(top, a, ring);
	flags.max_seconds_ms = 1000;
	ck_assert_int_eq(ask_for_flags(&tale, top, &flags, SUP_INIT_OK),
	    REQUEST_OK);
	ck_assert_int_eq(sup_of(top)->flags.max_restarts, 7);
	tale_end(&tale);
}
END_TEST

/* While it runs, and be it only to its end, types stay as they are. */
START_TEST(types_stay_while_it_runs)
{
	struct child *a, *b, *s, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	s = tale_sup(&tale, "s", NULL, CHILDREN(a, b));
	top = tale_sup(&tale, "top", NULL, CHILDREN(s));
	tale_start(&tale, top);
	ck_assert_int_eq(tale_upgrade(&tale, s,
	    CHILDREN(tale_sup(&tale, "a", NULL, NULL, 0))), REQUEST_BAD_SPEC);
	role_of(b)->start = HANGS;
	b->spec.start_timeout_ms = 100;
	tale_exit(&tale, b, SPEC_END_ABNORMAL);
	tale_upgrade(&tale, s, CHILDREN(tale_sup(&tale, "a", NULL, NULL, 0)));
	tale_tell(&tale, EVENT_STOP);
	ck_assert_int_eq(s->state, CHILD_STOPPING);
	tale_run(&tale, 100);
	ck_assert_int_eq(tale.answer, REQUEST_BAD_SPEC);
	tale_end(&tale);
}
END_TEST

/* Nor does a type change under a process that will not go. */
START_TEST(types_stay_while_it_is_stuck)
{
	struct child *a, *s, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	role_of(a)->stop = UNKILLABLE;
	s = tale_sup(&tale, "s", NULL, CHILDREN(a));
	top = tale_sup(&tale, "top", NULL, CHILDREN(s));
	tale_start(&tale, top);
	tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "s");
	tale_run(&tale, 10000);
	ck_assert_int_eq(a->state, CHILD_STUCK);
	ck_assert_int_eq(s->state, CHILD_DOWN);
	ck_assert_int_eq(tale_upgrade(&tale, s,
	    CHILDREN(tale_sup(&tale, "a", NULL, NULL, 0))), REQUEST_BAD_SPEC);
	tale_let_go(&tale, a);
	ck_assert_int_eq(tale_upgrade(&tale, s,
	    CHILDREN(tale_sup(&tale, "a", NULL, NULL, 0))), REQUEST_OK);
	tale_end(&tale);
}
END_TEST

UNIT_SUITE(upgrade)
{
	Suite *suite = suite_create("upgrade");
	TCase *tcase = tcase_create("upgrade");

	tcase_add_test(tcase, some_upgrades_change_nothing);
	tcase_add_test(tcase, types_stay_while_it_runs);
	tcase_add_test(tcase, types_stay_while_it_is_stuck);
	suite_add_tcase(suite, tcase);
	return suite;
}
