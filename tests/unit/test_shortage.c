/* A system that is short of something: nothing is counted, nothing is lost. */
#include <check.h>

#include "tree_script.h"
#include "unit.h"

/* A shortage is nobody's failure: it is waited for, ever longer, uncounted. */
START_TEST(shortage_is_not_counted)
{
	static const int64_t waits[] = {
		100, 200, 400, 800, 1600, 2000, 2000, 2000,
	};
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ONE, 1);
	struct child *a, *b;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	b = script_worker(&tale, "b");
	script_start(&tale, script_sup(&tale, "top", &flags, CHILDREN(a, b)));
	role_of(a)->start = SHORT;
	script_exit(&tale, a, SPEC_END_ABNORMAL);
	for (size_t i = 0; i < LENGTH(waits); i++) {
		ck_assert_int_eq(a->state, CHILD_RESTARTING);
		ck_assert_int_eq(tale.until_ms - tale.world.now_ms, waits[i]);
		script_run(&tale, waits[i]);
	}
	ck_assert_int_eq(b->state, CHILD_UP);
	role_of(a)->start = STARTS;
	script_run(&tale, 2000);
	ck_assert_int_eq(a->state, CHILD_UP);
	script_forget(&tale);
	role_of(a)->start = SHORT;		/* a new one begins anew */
	script_exit(&tale, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(tale.until_ms - tale.world.now_ms, 100);
	script_end(&tale);
}
END_TEST

/* A request to start a child fails in a shortage, and the child stays down, but
 * of one that lets it wait: then it starts as soon as it can. */
START_TEST(shortage_of_a_request)
{
	struct child *a, *top;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	top = script_sup(&tale, "top", NULL, CHILDREN(a));
	script_start(&tale, top);
	script_ask(&tale, top, REQUEST_TERMINATE_CHILD, "a");
	role_of(a)->start = SHORT;
	ck_assert_int_eq(script_ask(&tale, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_SHORTAGE);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	script_run(&tale, 10000);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	ck_assert_int_eq(script_restart_waiting(&tale, top, "a"),
	    REQUEST_SHORTAGE);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	script_run(&tale, 100);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	role_of(a)->start = STARTS;
	script_run(&tale, 200);
	ck_assert_int_eq(a->state, CHILD_UP);
	script_end(&tale);
}
END_TEST

/* A start that was asked for is no restart, however long it has to wait; the
 * next one is. */
START_TEST(shortage_makes_no_restart_of_a_request)
{
	struct child *a, *top;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	top = script_sup(&tale, "top", NULL, CHILDREN(a));
	script_start(&tale, top);
	script_ask(&tale, top, REQUEST_TERMINATE_CHILD, "a");
	role_of(a)->start = SHORT;
	ck_assert_int_eq(script_restart_waiting(&tale, top, "a"),
	    REQUEST_SHORTAGE);
	script_run(&tale, 100);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	role_of(a)->start = STARTS;
	script_run(&tale, 200);
	ck_assert_int_eq(a->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 0);
	script_exit(&tale, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(a->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 1);
	script_end(&tale);
}
END_TEST

/* Nor is a planned one, of the child and of those behind it. */
START_TEST(shortage_makes_no_restart_of_a_recycling)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ALL, 1);
	struct child *a, *b, *c, *top;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	b = script_worker(&tale, "b");
	c = script_worker(&tale, "c");
	top = script_sup(&tale, "top", &flags, CHILDREN(a, b, c));
	script_start(&tale, top);
	script_forget(&tale);
	role_of(b)->start = SHORT;
	ck_assert_int_eq(script_ask(&tale, top, REQUEST_PLANNED_RESTART, "c"),
	    REQUEST_SHORTAGE);
	role_of(b)->start = STARTS;
	script_run(&tale, 100);
	ck_assert_int_eq(b->state, CHILD_UP);
	ck_assert_int_eq(c->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 0);
	ck_assert_int_eq(b->restarts, 0);
	ck_assert_int_eq(c->restarts, 0);
	script_exit(&tale, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(a->restarts, 1);
	ck_assert_int_eq(b->restarts, 1);
	ck_assert_int_eq(c->restarts, 1);
	script_end(&tale);
}
END_TEST

/* A planned restart is none either if the old process will not go for long. */
START_TEST(unkillable_makes_no_restart_of_a_recycling)
{
	struct child *a, *top;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	top = script_sup(&tale, "top", NULL, CHILDREN(a));
	script_start(&tale, top);
	role_of(a)->stop = UNKILLABLE;
	script_ask(&tale, top, REQUEST_PLANNED_RESTART, "a");
	script_run(&tale, 10000);
	ck_assert_int_eq(a->state, CHILD_UNKILLABLE);
	script_let_go(&tale, a);
	ck_assert_int_eq(a->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 0);
	script_end(&tale);
}
END_TEST

/* What a shortage has cut short goes on: nothing is stopped again. */
START_TEST(shortage_in_a_pass_goes_on)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ALL, 1);
	struct child *a, *b, *c;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	b = script_worker(&tale, "b");
	c = script_worker(&tale, "c");
	script_start(&tale, script_sup(&tale, "top", &flags,
	    CHILDREN(a, b, c)));
	script_forget(&tale);
	role_of(b)->start = SHORT;
	script_exit(&tale, c, SPEC_END_ABNORMAL);
	script_expect(&tale, "0 down c\n" "0 terminated c\n"
	    "0 term b\n" "0 down b\n" "0 term a\n" "0 down a\n"
	    "0 start a\n" "0 up a\n" "0 start b\n" "0 short b\n");
	role_of(b)->start = STARTS;
	script_run(&tale, 100);
	script_expect(&tale,
	    "100 start b\n" "100 up b\n" "100 start c\n" "100 up c\n");
	script_end(&tale);
}
END_TEST

/* A first start waits for a shortage to end for 30 s, and fails then. */
START_TEST(shortage_at_the_first_start_is_bounded)
{
	struct child *a;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	role_of(a)->start = SHORT;
	script_start(&tale, script_sup(&tale, "top", NULL, CHILDREN(a)));
	script_run(&tale, 29999);
	ck_assert_int_eq(tale.world.tree.root->self.state, CHILD_STARTING);
	script_run(&tale, 2001);
	ck_assert_int_eq(tale.world.tree.root->self.state, CHILD_DOWN);
	ck_assert_int_eq(tale.world.tree.root->end, SUP_END_FAILED);
	script_end(&tale);
}
END_TEST

/* A first start goes on when the shortage ends. */
START_TEST(shortage_at_the_first_start_ends)
{
	struct child *a, *b;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	b = script_worker(&tale, "b");
	role_of(a)->start = SHORT;
	script_start(&tale, script_sup(&tale, "top", NULL, CHILDREN(a, b)));
	role_of(a)->start = STARTS;
	script_run(&tale, 100);
	script_expect(&tale, "0 begin top\n" "0 start a\n" "0 short a\n"
	    "100 start a\n" "100 up a\n" "100 start b\n" "100 up b\n"
	    "100 up top\n");
	script_end(&tale);
}
END_TEST

/* A stop does not wait for a shortage to end. */
START_TEST(shortage_holds_no_stop_up)
{
	struct child *a, *b;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	b = script_worker(&tale, "b");
	role_of(b)->start = SHORT;
	script_start(&tale, script_sup(&tale, "top", NULL, CHILDREN(a, b)));
	script_forget(&tale);
	script_run(&tale, 50);
	script_tell(&tale, INPUT_STOP);
	script_expect(&tale, "50 failed b\n" "50 error b\n" "50 term a\n"
	    "50 down a\n" "50 failed top\n" "50 quit\n");
	ck_assert_int_eq(tale.world.tree.root->end, SUP_END_ASKED);
	script_end(&tale);
}
END_TEST

/* A request to start something is told of a shortage; nothing is kept. */
START_TEST(shortage_answers_requests)
{
	struct child *a, *n, *top;
	struct script tale;

	script_begin(&tale);
	a = script_worker(&tale, "a");
	n = script_worker(&tale, "n");
	top = script_sup(&tale, "top", NULL, CHILDREN(a));
	script_start(&tale, top);
	ck_assert_int_eq(script_ask(&tale, top, REQUEST_TERMINATE_CHILD, "a"),
	    REQUEST_OK);
	role_of(a)->start = role_of(n)->start = SHORT;
	ck_assert_int_eq(script_ask(&tale, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_SHORTAGE);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	ck_assert_int_eq(script_start_child(&tale, top, n), REQUEST_SHORTAGE);
	ck_assert_int_eq(sup_of(top)->child_count, 1);
	ck_assert_int_eq(tree_deadline_ms(&tale.world.tree), HEAP_NEVER);
	script_end(&tale);
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
