/* A system that is short of something: nothing is counted, nothing is lost. */
#include <check.h>

#include "tale.h"
#include "unit.h"

/* A shortage is nobody's failure: it is waited for, ever longer, uncounted. */
START_TEST(shortage_is_not_counted)
{
	static const int64_t waits[] = {
		100, 200, 400, 800, 1600, 2000, 2000, 2000,
	};
	struct spec_flags flags = tale_flags(SPEC_ONE_FOR_ONE, 1);
	struct child *a, *b;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	tale_start(&tale, tale_sup(&tale, "top", &flags, CHILDREN(a, b)));
	role_of(a)->start = SHORT;
	tale_exit(&tale, a, SPEC_END_ABNORMAL);
	for (size_t i = 0; i < LENGTH(waits); i++) {
		ck_assert_int_eq(a->state, CHILD_RESTARTING);
		ck_assert_int_eq(tale.until_ms - tale.world.now_ms, waits[i]);
		tale_run(&tale, waits[i]);
	}
	ck_assert_int_eq(b->state, CHILD_UP);
	role_of(a)->start = STARTS;
	tale_run(&tale, 2000);
	ck_assert_int_eq(a->state, CHILD_UP);
	tale_forget(&tale);
	role_of(a)->start = SHORT;		/* a new one begins anew */
	tale_exit(&tale, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(tale.until_ms - tale.world.now_ms, 100);
	tale_end(&tale);
}
END_TEST

/* A request to start a child fails in a shortage, and the child stays down, but
 * of one that lets it wait: then it starts as soon as it can. */
START_TEST(shortage_of_a_request)
{
	struct child *a, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	top = tale_sup(&tale, "top", NULL, CHILDREN(a));
	tale_start(&tale, top);
	tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "a");
	role_of(a)->start = SHORT;
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_SHORT);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	tale_run(&tale, 10000);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	ck_assert_int_eq(tale_restart_waiting(&tale, top, "a"), REQUEST_SHORT);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	tale_run(&tale, 100);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	role_of(a)->start = STARTS;
	tale_run(&tale, 200);
	ck_assert_int_eq(a->state, CHILD_UP);
	tale_end(&tale);
}
END_TEST

/* A start that was asked for is no restart, however long it has to wait; the
 * next one is. */
START_TEST(shortage_makes_no_restart_of_a_request)
{
	struct child *a, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	top = tale_sup(&tale, "top", NULL, CHILDREN(a));
	tale_start(&tale, top);
	tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "a");
	role_of(a)->start = SHORT;
	ck_assert_int_eq(tale_restart_waiting(&tale, top, "a"), REQUEST_SHORT);
	tale_run(&tale, 100);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	role_of(a)->start = STARTS;
	tale_run(&tale, 200);
	ck_assert_int_eq(a->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 0);
	tale_exit(&tale, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(a->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 1);
	tale_end(&tale);
}
END_TEST

/* Nor is a planned one, of the child and of those behind it. */
START_TEST(shortage_makes_no_restart_of_a_recycling)
{
	struct spec_flags flags = tale_flags(SPEC_ONE_FOR_ALL, 1);
	struct child *a, *b, *c, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	c = tale_worker(&tale, "c");
	top = tale_sup(&tale, "top", &flags, CHILDREN(a, b, c));
	tale_start(&tale, top);
	tale_forget(&tale);
	role_of(b)->start = SHORT;
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_RECYCLE, "c"),
	    REQUEST_SHORT);
	role_of(b)->start = STARTS;
	tale_run(&tale, 100);
	ck_assert_int_eq(b->state, CHILD_UP);
	ck_assert_int_eq(c->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 0);
	ck_assert_int_eq(b->restarts, 0);
	ck_assert_int_eq(c->restarts, 0);
	tale_exit(&tale, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(a->restarts, 1);
	ck_assert_int_eq(b->restarts, 1);
	ck_assert_int_eq(c->restarts, 1);
	tale_end(&tale);
}
END_TEST

/* A planned restart is none either if the old process will not go for long. */
START_TEST(unkillable_makes_no_restart_of_a_recycling)
{
	struct child *a, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	top = tale_sup(&tale, "top", NULL, CHILDREN(a));
	tale_start(&tale, top);
	role_of(a)->stop = UNKILLABLE;
	tale_ask(&tale, top, REQUEST_RECYCLE, "a");
	tale_run(&tale, 10000);
	ck_assert_int_eq(a->state, CHILD_STUCK);
	tale_let_go(&tale, a);
	ck_assert_int_eq(a->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 0);
	tale_end(&tale);
}
END_TEST

/* What a shortage has cut short goes on: nothing is stopped again. */
START_TEST(shortage_in_a_pass_goes_on)
{
	struct spec_flags flags = tale_flags(SPEC_ONE_FOR_ALL, 1);
	struct child *a, *b, *c;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	c = tale_worker(&tale, "c");
	tale_start(&tale, tale_sup(&tale, "top", &flags, CHILDREN(a, b, c)));
	tale_forget(&tale);
	role_of(b)->start = SHORT;
	tale_exit(&tale, c, SPEC_END_ABNORMAL);
	tale_expect(&tale, "0 down c\n" "0 terminated c\n"
	    "0 term b\n" "0 down b\n" "0 term a\n" "0 down a\n"
	    "0 start a\n" "0 up a\n" "0 start b\n" "0 short b\n");
	role_of(b)->start = STARTS;
	tale_run(&tale, 100);
	tale_expect(&tale,
	    "100 start b\n" "100 up b\n" "100 start c\n" "100 up c\n");
	tale_end(&tale);
}
END_TEST

/* A first start waits for a shortage to end for 30 s, and fails then. */
START_TEST(shortage_at_the_first_start_is_bounded)
{
	struct child *a;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	role_of(a)->start = SHORT;
	tale_start(&tale, tale_sup(&tale, "top", NULL, CHILDREN(a)));
	tale_run(&tale, 29999);
	ck_assert_int_eq(tale.world.tree.root->self.state, CHILD_STARTING);
	tale_run(&tale, 2001);
	ck_assert_int_eq(tale.world.tree.root->self.state, CHILD_DOWN);
	ck_assert_int_eq(tale.world.tree.root->end, SUP_END_FAILED);
	tale_end(&tale);
}
END_TEST

/* A first start goes on when the shortage ends. */
START_TEST(shortage_at_the_first_start_ends)
{
	struct child *a, *b;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	role_of(a)->start = SHORT;
	tale_start(&tale, tale_sup(&tale, "top", NULL, CHILDREN(a, b)));
	role_of(a)->start = STARTS;
	tale_run(&tale, 100);
	tale_expect(&tale, "0 begin top\n" "0 start a\n" "0 short a\n"
	    "100 start a\n" "100 up a\n" "100 start b\n" "100 up b\n"
	    "100 up top\n");
	tale_end(&tale);
}
END_TEST

/* A stop does not wait for a shortage to end. */
START_TEST(shortage_holds_no_stop_up)
{
	struct child *a, *b;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	role_of(b)->start = SHORT;
	tale_start(&tale, tale_sup(&tale, "top", NULL, CHILDREN(a, b)));
	tale_forget(&tale);
	tale_run(&tale, 50);
	tale_tell(&tale, EVENT_STOP);
	tale_expect(&tale, "50 failed b\n" "50 error b\n" "50 term a\n"
	    "50 down a\n" "50 failed top\n" "50 quit\n");
	ck_assert_int_eq(tale.world.tree.root->end, SUP_END_ASKED);
	tale_end(&tale);
}
END_TEST

/* A request to start something is told of a shortage; nothing is kept. */
START_TEST(shortage_answers_requests)
{
	struct child *a, *n, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	n = tale_worker(&tale, "n");
	top = tale_sup(&tale, "top", NULL, CHILDREN(a));
	tale_start(&tale, top);
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "a"),
	    REQUEST_OK);
	role_of(a)->start = role_of(n)->start = SHORT;
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_SHORT);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	ck_assert_int_eq(tale_start_child(&tale, top, n), REQUEST_SHORT);
	ck_assert_int_eq(sup_of(top)->child_count, 1);
	ck_assert_int_eq(tree_deadline_ms(&tale.world.tree), HEAP_NEVER);
	tale_end(&tale);
}
END_TEST

UNIT_SUITE(shortage)
{
	Suite *suite = suite_create("shortage");
	TCase *tcase = tcase_create("shortage");

	tcase_add_test(tcase, shortage_is_not_counted);
	tcase_add_test(tcase, shortage_of_a_request);
	tcase_add_test(tcase, shortage_makes_no_restart_of_a_request);
	tcase_add_test(tcase, shortage_makes_no_restart_of_a_recycling);
	tcase_add_test(tcase, unkillable_makes_no_restart_of_a_recycling);
	tcase_add_test(tcase, shortage_in_a_pass_goes_on);
	tcase_add_test(tcase, shortage_at_the_first_start_is_bounded);
	tcase_add_test(tcase, shortage_at_the_first_start_ends);
	tcase_add_test(tcase, shortage_holds_no_stop_up);
	tcase_add_test(tcase, shortage_answers_requests);
	suite_add_tcase(suite, tcase);
	return suite;
}
