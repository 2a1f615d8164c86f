/*
 * What comes at the wrong moment: news of a start that is not waited for any
 * more, a second stop, a kill on top of a stop, and a stop before the tree is
 * up of what waits for something else.
 */
#include <check.h>

#include "tree_script.h"
#include "unit.h"

/* Begin a script of a worker "a", up, whose restart then hangs and can neither
 * come out nor be killed: it is unkillable. */
static struct child *
begin_unkillable_start(struct script *script)
{
	struct child *a;

	script_begin(script);
	a = script_worker(script, "a");
	a->spec.start_timeout_ms = 100;
	script_start(script, script_sup(script, "top", NULL, CHILDREN(a)));
	role_of(a)->start = HANGS;
	role_of(a)->stop = UNKILLABLE;
	script_exit(script, a, SPEC_END_ABNORMAL);
	script_run(script, 6000);
	ck_assert_int_eq(a->state, CHILD_UNKILLABLE);
	role_of(a)->start = STARTS;
	script_forget(script);
	return a;
}

/* A start that was given up is not up when it says so: it was killed, and is
 * started again when it has gone. */
START_TEST(late_start_of_an_unkillable_child_is_none)
{
	struct script script;
	struct child *a = begin_unkillable_start(&script);

	script_come_out(&script, a, INPUT_STARTED);
	ck_assert_int_eq(a->state, CHILD_UNKILLABLE);
	script_expect(&script, "");
	script_come_out(&script, a, INPUT_EXITED);
	script_expect(&script, "6000 down a\n" "6000 start a\n" "6000 up a\n");
	script_end(&script);
}
END_TEST

/* However else such a start comes out, its process is gone. */
START_TEST(late_answer_of_an_unkillable_child_is_its_end)
{
	static const enum input_type types[] = {
		INPUT_START_IGNORED, INPUT_START_SHORTAGE, INPUT_START_FAILED,
	};
	struct script script;
	struct child *a = begin_unkillable_start(&script);

	script_come_out(&script, a, types[_i]);
	script_expect(&script, "6000 down a\n" "6000 start a\n" "6000 up a\n");
	script_end(&script);
}
END_TEST

/* A child that says that it is up when it is being killed, or told to stop,
 * for the sake of its start is not: its end is still waited for. */
START_TEST(late_start_does_not_save)
{
	struct child *a;
	struct script script;
	bool told = _i == 1;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.start_timeout_ms = told ? SPEC_INFINITY : 100;
	role_of(a)->start = HANGS;
	role_of(a)->stop = UNKILLABLE;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a)));
	if (told)
		script_tell(&script, INPUT_STOP);
	script_run(&script, 100);
	script_expect(&script, told ? "0 begin top\n" "0 start a\n"
	    "0 term a\n" :
	    "0 begin top\n" "0 start a\n" "100 kill a\n");
	script_come_out(&script, a, INPUT_STARTED);
	ck_assert_int_eq(a->state, CHILD_STARTING);
	script_come_out(&script, a, INPUT_EXITED);
	script_expect(&script, "100 failed a\n" "100 error a\n"
	    "100 failed top\n" "100 quit\n");
	script_end(&script);
}
END_TEST

/* Nor is a start ignored that was told to stop: it has failed, and so the
 * tree has not come up. */
START_TEST(ignored_start_that_was_told_to_stop_has_failed)
{
	struct child *a, *b;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	role_of(a)->start = HANGS;
	role_of(a)->stop = DEAF;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a, b)));
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_come_out(&script, a, INPUT_START_IGNORED);
	script_expect(&script, "0 term a\n" "0 failed a\n" "0 error a\n"
	    "0 failed top\n" "0 quit\n");
	script_end(&script);
}
END_TEST

/* A worker that waits to be ready is told to stop once, be the tree told
 * twice. */
START_TEST(stop_of_a_start_is_told_once)
{
	struct child *a;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	role_of(a)->start = HANGS;
	role_of(a)->stop = DEAF;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a)));
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_run(&script, 3000);
	script_tell(&script, INPUT_STOP);
	script_run(&script, 3000);
	script_expect(&script, "0 term a\n" "5000 kill a\n" "5000 failed a\n"
	    "5000 error a\n" "5000 failed top\n" "5000 quit\n");
	script_end(&script);
}
END_TEST

/* Its time to stop is the one that it has when it is up, or what is left of
 * its time to start, if that is less. */
START_TEST(stop_of_a_start_has_its_time)
{
	struct child *a;
	struct script script;
	bool brutal = _i == 1;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.start_timeout_ms = 1000;
	a->spec.shutdown_ms = brutal ? SPEC_BRUTAL_KILL : 5000;
	role_of(a)->start = HANGS;
	role_of(a)->stop = DEAF;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a)));
	script_run(&script, 400);
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_run(&script, 1000);
	script_expect(&script, brutal ?
	    "400 term a\n" "400 kill a\n" "400 failed a\n"
	    "400 error a\n" "400 failed top\n" "400 quit\n" :
	    "400 term a\n" "1000 kill a\n" "1000 failed a\n"
	    "1000 error a\n" "1000 failed top\n" "1000 quit\n");
	script_end(&script);
}
END_TEST

/* A tree that does not come up, and was not told to stop, waits for a restart
 * below it, as OTP does. */
START_TEST(failed_first_start_waits_for_a_restart)
{
	struct child *a, *c, *s;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	c = script_worker(&script, "c");
	role_of(c)->start = HANGS;
	s = script_sup(&script, "s", NULL, CHILDREN(a));
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(s, c)));
	role_of(a)->start = HANGS;
	script_exit(&script, a, SPEC_END_ABNORMAL);
	script_forget(&script);
	script_come_out(&script, c, INPUT_START_FAILED);
	script_run(&script, 60000);
	script_expect(&script, "0 failed c\n" "0 error c\n" "0 term s\n");
	script_come_out(&script, a, INPUT_STARTED);
	script_expect(&script, "60000 up a\n" "60000 term a\n" "60000 down a\n"
	    "60000 down s\n" "60000 failed top\n" "60000 quit\n");
	script_end(&script);
}
END_TEST

/* A supervisor that is told to stop when it has just begun a restart, and not
 * started anything yet, goes through with it first. */
START_TEST(stop_comes_after_a_restart_that_has_begun)
{
	struct spec_flags none = script_flags(SPEC_ONE_FOR_ONE, 0);
	struct child *p, *s, *w, *x, *y;
	struct script script;

	script_begin(&script);
	w = script_worker(&script, "w");
	x = script_worker(&script, "x");
	y = script_worker(&script, "y");
	role_of(y)->start = HANGS;
	s = script_sup(&script, "s", &none, CHILDREN(x));
	p = script_sup(&script, "p", NULL, CHILDREN(s, y));
	script_start(&script, script_sup(&script, "top", &none,
	    CHILDREN(w, p)));
	script_exit(&script, x, SPEC_END_ABNORMAL);	/* p is to restart s, */
	script_exit(&script, w, SPEC_END_ABNORMAL);	/* and top to give up */
	script_forget(&script);
	script_come_out(&script, y, INPUT_STARTED);
	script_expect(&script, "0 up y\n" "0 up p\n" "0 terminated s\n"
	    "0 begin s\n" "0 up top\n" "0 terminated w\n" "0 gave-up w\n"
	    "0 term p\n" "0 start x\n" "0 up x\n" "0 up s\n"
	    "0 term y\n" "0 down y\n" "0 term s\n" "0 term x\n"
	    "0 down x\n" "0 down s\n" "0 down p\n" "0 down top\n" "0 quit\n");
	script_end(&script);
}
END_TEST

/* What a failed first start has to undo has its time to stop. */
START_TEST(failed_first_start_kills_who_is_deaf)
{
	struct child *a, *b;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	role_of(a)->stop = DEAF;
	role_of(b)->start = FAILS;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a, b)));
	script_forget(&script);
	script_run(&script, 5000);
	script_expect(&script, "5000 kill a\n" "5000 down a\n"
	    "5000 unexpected a\n"
	    "5000 failed top\n" "5000 quit\n");
	script_end(&script);
}
END_TEST

/* A tree that gives up is not stopped once more: it has its own reason. */
START_TEST(stop_of_a_tree_that_gives_up)
{
	struct spec_flags none = script_flags(SPEC_ONE_FOR_ONE, 0);
	struct child *a, *b;
	struct script script;
	uint64_t cause;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	role_of(a)->stop = DEAF;
	script_start(&script, script_sup(&script, "top", &none,
	    CHILDREN(a, b)));
	script_exit(&script, b, SPEC_END_ABNORMAL);
	cause = script.world.tree.root->self.cause;
	script_forget(&script);
	world_say(&script.world, "stop", "", "", 0);
	tree_step(&script.world.tree, &(struct input){
		.type = INPUT_STOP,
		.cause = tree_take_number(&script.world.tree),
	});
	ck_assert_uint_eq(script.world.tree.root->self.cause, cause);
	script_run(&script, 5000);
	script_expect(&script, "5000 kill a\n" "5000 down a\n"
	    "5000 unexpected a\n"
	    "5000 down top\n" "5000 quit\n");
	ck_assert_int_eq(script.world.tree.root->end, SUP_END_GAVE_UP);
	script_end(&script);
}
END_TEST

/* A tree is killed without a stop before, all of it at once. */
START_TEST(killed_tree_need_not_be_told)
{
	struct child *a, *b, *c, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	top = script_sup(&script, "top", NULL, CHILDREN(a, b, c));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "b");
	script_forget(&script);
	script_tell(&script, INPUT_KILL);
	script_expect(&script, "0 kill c\n" "0 kill a\n" "0 down c\n"
	    "0 down a\n" "0 down top\n" "0 quit\n");
	ck_assert_int_eq(b->state, CHILD_DOWN);
	script_end(&script);
}
END_TEST

/* One with no process ends in the same moment. */
START_TEST(killed_tree_of_nothing_ends_at_once)
{
	struct child *a, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	role_of(a)->start = IGNORED;
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	script_forget(&script);
	script_tell(&script, INPUT_KILL);
	script_expect(&script, "0 down top\n" "0 quit\n");
	ck_assert_int_eq(tree_deadline_ms(&script.world.tree), HEAP_NEVER);
	script_end(&script);
}
END_TEST

/* A child that was killed is not killed again; its time begins anew, for the
 * kill is one of all. */
START_TEST(killed_tree_kills_once)
{
	struct child *a, *b, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	b->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(b)->stop = UNKILLABLE;
	top = script_sup(&script, "top", NULL, CHILDREN(a, b));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "b");
	script_run(&script, 1000);
	script_forget(&script);
	script_tell(&script, INPUT_KILL);
	script_run(&script, 10000);
	script_expect(&script, "1000 answer shutdown\n" "1000 kill a\n"
	    "1000 down a\n" "6000 unkillable b\n" "6000 down top\n"
	    "6000 quit\n");
	script_end(&script);
}
END_TEST

/* A start that cannot even be killed holds up no tree that is killed. */
START_TEST(killed_tree_gives_a_start_up)
{
	struct child *a, *b;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	role_of(b)->start = HANGS;
	role_of(b)->stop = UNKILLABLE;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a, b)));
	script_forget(&script);
	script_tell(&script, INPUT_KILL);
	script_run(&script, 5000);
	script_expect(&script, "0 kill b\n" "0 kill a\n" "0 down a\n"
	    "5000 unkillable b\n" "5000 failed top\n" "5000 quit\n");
	script_end(&script);
}
END_TEST

/* Each request is answered when the tree is killed: of what
 * is done just then, and of what waits for its turn. */
START_TEST(killed_tree_answers_everybody)
{
	struct child *a, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "a");
	role_of(a)->start = HANGS;
	script_ask(&script, top, REQUEST_RESTART_CHILD, "a");
	script_ask(&script, top, REQUEST_COUNT_CHILDREN, "");
	script_forget(&script);
	script_tell(&script, INPUT_KILL);
	script_expect(&script, "0 answer shutdown\n" "0 kill a\n" "0 failed a\n"
	    "0 answer shutdown\n" "0 down top\n" "0 quit\n");
	script_end(&script);
}
END_TEST

UNIT_SUITE(treelate)
{
	Suite *suite = suite_create("treelate");
	TCase *tcase = tcase_create("treelate");

	tcase_add_test(tcase, late_start_of_an_unkillable_child_is_none);
	tcase_add_loop_test(tcase,
	    late_answer_of_an_unkillable_child_is_its_end,
	    0, 3);
	tcase_add_loop_test(tcase, late_start_does_not_save, 0, 2);
	tcase_add_test(tcase, ignored_start_that_was_told_to_stop_has_failed);
	tcase_add_test(tcase, stop_of_a_start_is_told_once);
	tcase_add_loop_test(tcase, stop_of_a_start_has_its_time, 0, 2);
	tcase_add_test(tcase, failed_first_start_waits_for_a_restart);
	tcase_add_test(tcase, stop_comes_after_a_restart_that_has_begun);
	tcase_add_test(tcase, failed_first_start_kills_who_is_deaf);
	tcase_add_test(tcase, stop_of_a_tree_that_gives_up);
	tcase_add_test(tcase, killed_tree_need_not_be_told);
	tcase_add_test(tcase, killed_tree_of_nothing_ends_at_once);
	tcase_add_test(tcase, killed_tree_kills_once);
	tcase_add_test(tcase, killed_tree_gives_a_start_up);
	tcase_add_test(tcase, killed_tree_answers_everybody);
	suite_add_tcase(suite, tcase);
	return suite;
}
