/* A system that is short of something: nothing is counted, nothing is lost. */
#include <check.h>

#include "tree_script.h"
#include "unit.h"

/* A shortage is not the child's failure: it is waited for, longer each time,
 * and not counted. */
START_TEST(shortage_is_not_counted)
{
	static const int64_t waits[] = {
		100, 200, 400, 800, 1600, 2000, 2000, 2000,
	};
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ONE, 1);
	struct child *a, *b;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	script_start(&script, script_sup(&script, "top", &flags,
	    CHILDREN(a, b)));
	role_of(a)->start = SHORTAGE;
	script_exit(&script, a, SPEC_END_ABNORMAL);
	for (size_t i = 0; i < LENGTH(waits); i++) {
		ck_assert_int_eq(a->state, CHILD_RESTARTING);
		ck_assert_int_eq(script.until_ms - script.world.now_ms,
		    waits[i]);
		script_run(&script, waits[i]);
	}
	ck_assert_int_eq(b->state, CHILD_UP);
	role_of(a)->start = STARTS;
	script_run(&script, 2000);
	ck_assert_int_eq(a->state, CHILD_UP);
	script_forget(&script);
	role_of(a)->start = SHORTAGE;		/* a new one begins anew */
	script_exit(&script, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(script.until_ms - script.world.now_ms, 100);
	script_end(&script);
}
END_TEST

/* A request to start a child fails in a shortage, and the child stays down, but
 * of one that lets it wait: then it starts as soon as it can. */
START_TEST(shortage_of_a_request)
{
	struct child *a, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "a");
	role_of(a)->start = SHORTAGE;
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_SHORTAGE);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	script_run(&script, 10000);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	ck_assert_int_eq(script_restart_waiting(&script, top, "a"),
	    REQUEST_SHORTAGE);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	script_run(&script, 100);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	role_of(a)->start = STARTS;
	script_run(&script, 200);
	ck_assert_int_eq(a->state, CHILD_UP);
	script_end(&script);
}
END_TEST

/* A start that was asked for is no restart, however long it has to wait; the
 * next one is. */
START_TEST(shortage_makes_no_restart_of_a_request)
{
	struct child *a, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "a");
	role_of(a)->start = SHORTAGE;
	ck_assert_int_eq(script_restart_waiting(&script, top, "a"),
	    REQUEST_SHORTAGE);
	script_run(&script, 100);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	role_of(a)->start = STARTS;
	script_run(&script, 200);
	ck_assert_int_eq(a->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 0);
	script_exit(&script, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(a->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 1);
	script_end(&script);
}
END_TEST

/* Nor is a planned one, of the child and of those behind it. */
START_TEST(shortage_makes_no_restart_of_a_planned_one)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ALL, 1);
	struct child *a, *b, *c, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	top = script_sup(&script, "top", &flags, CHILDREN(a, b, c));
	script_start(&script, top);
	script_forget(&script);
	role_of(b)->start = SHORTAGE;
	ck_assert_int_eq(script_ask(&script, top, REQUEST_PLANNED_RESTART, "c"),
	    REQUEST_SHORTAGE);
	role_of(b)->start = STARTS;
	script_run(&script, 100);
	ck_assert_int_eq(b->state, CHILD_UP);
	ck_assert_int_eq(c->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 0);
	ck_assert_int_eq(b->restarts, 0);
	ck_assert_int_eq(c->restarts, 0);
	script_exit(&script, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(a->restarts, 1);
	ck_assert_int_eq(b->restarts, 1);
	ck_assert_int_eq(c->restarts, 1);
	script_end(&script);
}
END_TEST

/* A planned restart is none either if the old process will not go for long. */
START_TEST(unkillable_makes_no_restart_of_a_planned_one)
{
	struct child *a, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	role_of(a)->stop = UNKILLABLE;
	script_ask(&script, top, REQUEST_PLANNED_RESTART, "a");
	script_run(&script, 10000);
	ck_assert_int_eq(a->state, CHILD_UNKILLABLE);
	script_let_go(&script, a);
	ck_assert_int_eq(a->state, CHILD_UP);
	ck_assert_int_eq(a->restarts, 0);
	script_end(&script);
}
END_TEST

/* A restart that goes on leaves alone what was stopped in between. */
START_TEST(shortage_in_a_pass_leaves_what_was_stopped)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ALL, 1);
	struct child *a, *b, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	top = script_sup(&script, "top", &flags, CHILDREN(a, b));
	script_start(&script, top);
	role_of(b)->start = SHORTAGE;
	script_exit(&script, b, SPEC_END_ABNORMAL);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "a");
	role_of(b)->start = STARTS;
	script_run(&script, 100);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	ck_assert_int_eq(b->state, CHILD_UP);
	script_end(&script);
}
END_TEST

/* What a shortage has cut short goes on: nothing is stopped again. */
START_TEST(shortage_in_a_pass_goes_on)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ALL, 1);
	struct child *a, *b, *c;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	script_start(&script, script_sup(&script, "top", &flags,
	    CHILDREN(a, b, c)));
	script_forget(&script);
	role_of(b)->start = SHORTAGE;
	script_exit(&script, c, SPEC_END_ABNORMAL);
	script_expect(&script, "0 down c\n" "0 terminated c\n"
	    "0 term b\n" "0 down b\n" "0 term a\n" "0 down a\n"
	    "0 start a\n" "0 up a\n" "0 start b\n" "0 shortage b\n");
	role_of(b)->start = STARTS;
	script_run(&script, 100);
	script_expect(&script,
	    "100 start b\n" "100 up b\n" "100 start c\n" "100 up c\n");
	script_end(&script);
}
END_TEST

/* A first start waits for a shortage to end for 30 s, and fails then. */
START_TEST(shortage_at_the_first_start_is_bounded)
{
	struct child *a;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	role_of(a)->start = SHORTAGE;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a)));
	script_run(&script, 29999);
	ck_assert_int_eq(script.world.tree.root->self.state, CHILD_STARTING);
	script_run(&script, 2001);
	ck_assert_int_eq(script.world.tree.root->self.state, CHILD_DOWN);
	ck_assert_int_eq(script.world.tree.root->end, SUP_END_FAILED);
	script_end(&script);
}
END_TEST

/* A first start goes on when the shortage ends. */
START_TEST(shortage_at_the_first_start_ends)
{
	struct child *a, *b;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	role_of(a)->start = SHORTAGE;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a, b)));
	role_of(a)->start = STARTS;
	script_run(&script, 100);
	script_expect(&script, "0 begin top\n" "0 start a\n" "0 shortage a\n"
	    "100 start a\n" "100 up a\n" "100 start b\n" "100 up b\n"
	    "100 up top\n");
	script_end(&script);
}
END_TEST

/* A stop does not wait for a shortage to end. */
START_TEST(shortage_holds_no_stop_up)
{
	struct child *a, *b;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	role_of(b)->start = SHORTAGE;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a, b)));
	script_forget(&script);
	script_run(&script, 50);
	script_tell(&script, INPUT_STOP);
	script_expect(&script, "50 failed b\n" "50 error b\n" "50 term a\n"
	    "50 down a\n" "50 failed top\n" "50 quit\n");
	ck_assert_int_eq(script.world.tree.root->end, SUP_END_ASKED);
	script_end(&script);
}
END_TEST

/* A request to start something is told of a shortage; nothing is kept. */
START_TEST(shortage_answers_requests)
{
	struct child *a, *n, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	n = script_worker(&script, "n");
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_TERMINATE_CHILD, "a"),
	    REQUEST_OK);
	role_of(a)->start = role_of(n)->start = SHORTAGE;
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_SHORTAGE);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	ck_assert_int_eq(script_start_child(&script, top, n), REQUEST_SHORTAGE);
	ck_assert_int_eq(sup_of(top)->child_count, 1);
	ck_assert_int_eq(tree_deadline_ms(&script.world.tree), HEAP_NEVER);
	script_end(&script);
}
END_TEST

UNIT_SUITE(shortage)
{
	Suite *suite = suite_create("shortage");
	TCase *tcase = tcase_create("shortage");

	tcase_add_test(tcase, shortage_is_not_counted);
	tcase_add_test(tcase, shortage_of_a_request);
	tcase_add_test(tcase, shortage_makes_no_restart_of_a_request);
	tcase_add_test(tcase, shortage_makes_no_restart_of_a_planned_one);
	tcase_add_test(tcase, unkillable_makes_no_restart_of_a_planned_one);
	tcase_add_test(tcase, shortage_in_a_pass_goes_on);
	tcase_add_test(tcase, shortage_in_a_pass_leaves_what_was_stopped);
	tcase_add_test(tcase, shortage_at_the_first_start_is_bounded);
	tcase_add_test(tcase, shortage_at_the_first_start_ends);
	tcase_add_test(tcase, shortage_holds_no_stop_up);
	tcase_add_test(tcase, shortage_answers_requests);
	suite_add_tcase(suite, tcase);
	return suite;
}
