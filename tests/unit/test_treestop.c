/*
 * How the tree ends what OTP would leave to itself, or does not know: what is
 * unkillable, concurrent stops, killed supervisors, a killed tree, and a stop
 * before the tree is up.
 */
#include <check.h>

#include "tree_script.h"
#include "unit.h"

/* Flags that allow many restarts. */
static struct spec_flags
flags_of(enum spec_strategy strategy, enum spec_shutdown_order order)
{
	struct spec_flags flags = script_flags(strategy, 9);

	flags.shutdown_order = order;
	return flags;
}

/* 5 s after a kill a process is given up, and the stop goes on. */
START_TEST(unkillable_holds_no_stop_up)
{
	struct child *a, *b;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	b->spec.shutdown_ms = 1000;
	role_of(b)->stop = UNKILLABLE;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a, b)));
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_run(&script, 5999);
	script_expect(&script, "0 term b\n" "1000 kill b\n");
	script_run(&script, 1);
	script_expect(&script, "6000 unkillable b\n" "6000 term a\n"
	    "6000 down a\n"
	    "6000 down top\n" "6000 quit\n");
	script_let_go(&script, b);
	script_expect(&script, "6000 down b\n");
	script_end(&script);
}
END_TEST

/* No second process beside one that is unkillable; it starts when that has
 * gone, and that is no restart of its own. */
START_TEST(unkillable_is_started_when_it_is_gone)
{
	struct spec_flags flags = flags_of(SPEC_ONE_FOR_ALL, SPEC_SEQUENTIAL);
	struct child *a, *b, *c;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	b->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(b)->stop = UNKILLABLE;
	flags.max_restarts = 1;
	script_start(&script, script_sup(&script, "top", &flags,
	    CHILDREN(a, b, c)));
	script_forget(&script);
	script_exit(&script, c, SPEC_END_ABNORMAL);
	script_run(&script, 60000);
	script_expect(&script, "0 down c\n" "0 terminated c\n" "0 kill b\n"
	    "5000 unkillable b\n" "5000 term a\n" "5000 down a\n"
	    "5000 start a\n" "5000 up a\n" "5000 start c\n" "5000 up c\n");
	ck_assert_int_eq(b->state, CHILD_UNKILLABLE);
	script_let_go(&script, b);
	script_expect(&script, "60000 down b\n" "60000 start b\n"
	    "60000 up b\n");
	ck_assert_int_eq(a->state, CHILD_UP);
	script_end(&script);
}
END_TEST

/* What was terminated and is unkillable is not started again by itself. */
START_TEST(unkillable_and_terminated_stays_down)
{
	struct child *a, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.shutdown_ms = 0;
	role_of(a)->stop = UNKILLABLE;
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	script_forget(&script);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "a");
	script_run(&script, 5000);
	script_expect(&script,
	    "0 term a\n" "0 kill a\n" "5000 unkillable a\n" "5000 answer ok\n");
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_UNKILLABLE);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_DELETE_CHILD, "a"),
	    REQUEST_UNKILLABLE);
	script_forget(&script);
	script_let_go(&script, a);
	script_expect(&script, "5000 down a\n");
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_OK);
	script_end(&script);
}
END_TEST

/* A temporary child that is unkillable keeps its name until it is gone. */
START_TEST(unkillable_temporary_keeps_its_name)
{
	struct child *n, *top;
	struct script script;

	script_begin(&script);
	top = script_sup(&script, "top", NULL, NULL, 0);
	script_start(&script, top);
	n = script_worker(&script, "n");
	n->spec.restart = SPEC_TEMPORARY;
	n->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(n)->stop = UNKILLABLE;
	ck_assert_int_eq(script_start_child(&script, top, n), REQUEST_OK);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "n");
	script_run(&script, 5000);
	ck_assert_int_eq(script_start_child(&script, top,
	    script_worker(&script, "n")), REQUEST_UNKILLABLE);
	script_forget(&script);
	script_let_go(&script, n);
	script_expect(&script, "5000 down n\n" "5000 release n\n");
	ck_assert_int_eq(script_start_child(&script, top,
	    script_worker(&script, "n")), REQUEST_OK);
	script_end(&script);
}
END_TEST

/* A supervisor with something unkillable below it is not released before. */
START_TEST(unkillable_keeps_its_supervisor)
{
	struct child *a, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(a)->stop = UNKILLABLE;
	s = script_sup(&script, "s", NULL, CHILDREN(a));
	s->spec.restart = SPEC_TEMPORARY;
	top = script_sup(&script, "top", NULL, NULL, 0);
	script_start(&script, top);
	ck_assert_int_eq(script_start_child(&script, top, s), REQUEST_OK);
	script_forget(&script);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "s");
	script_run(&script, 5000);
	script_expect(&script, "0 term s\n" "0 kill a\n" "5000 unkillable a\n"
	    "5000 down s\n" "5000 answer ok\n");
	script_let_go(&script, a);
	script_expect(&script, "5000 down a\n" "5000 release s\n"
	    "5000 release a\n");
	script_end(&script);
}
END_TEST

/* Nor can it be deleted before. */
START_TEST(unkillable_below_cannot_be_deleted)
{
	struct child *a, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(a)->stop = UNKILLABLE;
	s = script_sup(&script, "s", NULL, CHILDREN(a));
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "s");
	script_run(&script, 5000);
	ck_assert_int_eq(s->state, CHILD_DOWN);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_DELETE_CHILD, "s"),
	    REQUEST_UNKILLABLE);
	script_let_go(&script, a);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_DELETE_CHILD, "s"),
	    REQUEST_OK);
	script_end(&script);
}
END_TEST

/* A code change that names what waits to be forgotten keeps it. */
START_TEST(unkillable_is_kept_by_an_upgrade)
{
	struct child *n, *top;
	struct script script;

	script_begin(&script);
	top = script_sup(&script, "top", NULL, NULL, 0);
	script_start(&script, top);
	n = script_worker(&script, "n");
	n->spec.restart = SPEC_TEMPORARY;
	n->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(n)->stop = UNKILLABLE;
	script_start_child(&script, top, n);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "n");
	script_run(&script, 5000);
	ck_assert(n->forgotten);
	ck_assert_int_eq(script_code_change(&script, top,
	    CHILDREN(script_worker(&script, "n"))), REQUEST_OK);
	script_forget(&script);
	script_let_go(&script, n);
	script_expect(&script, "5000 down n\n");
	ck_assert_ptr_eq(tree_find(&script.world.tree, "n"), n);
	script_end(&script);
}
END_TEST

/* A start that can be neither finished nor killed has failed. */
START_TEST(unkillable_start_has_failed)
{
	struct spec_flags flags = flags_of(SPEC_ONE_FOR_ONE, SPEC_SEQUENTIAL);
	struct child *a;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.start_timeout_ms = 100;
	flags.max_seconds_ms = 60000;
	script_start(&script, script_sup(&script, "top", &flags, CHILDREN(a)));
	script_forget(&script);
	role_of(a)->start = HANGS;
	role_of(a)->stop = UNKILLABLE;
	script_exit(&script, a, SPEC_END_ABNORMAL);
	script_run(&script, 6000);
	script_expect(&script, "0 down a\n" "0 terminated a\n" "0 start a\n"
	    "100 kill a\n" "5100 unkillable a\n" "5100 error a\n");
	role_of(a)->start = STARTS;
	script_let_go(&script, a);
	script_expect(&script, "6000 down a\n" "6000 start a\n" "6000 up a\n");
	ck_assert_int_eq(script.world.tree.root->window.count, 2);
	script_end(&script);
}
END_TEST

/* All are told at once; each has its own time. */
START_TEST(concurrent_stop_tells_all_at_once)
{
	struct spec_flags flags = flags_of(SPEC_ONE_FOR_ONE, SPEC_CONCURRENT);
	struct child *a, *b, *c, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	a->spec.shutdown_ms = 300;
	b->spec.shutdown_ms = 100;
	c->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(a)->stop = role_of(b)->stop = DEAF;
	s = script_sup(&script, "s", &flags, CHILDREN(a, b, c));
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_run(&script, 1000);
	script_expect(&script, "0 term s\n" "0 kill c\n" "0 term b\n"
	    "0 term a\n"
	    "0 down c\n" "100 kill b\n" "100 down b\n" "100 unexpected b\n"
	    "300 kill a\n" "300 down a\n" "300 unexpected a\n"
	    "300 down s\n" "300 down top\n" "300 quit\n");
	script_end(&script);
}
END_TEST

/* So does a restart of all; they start one by one, as ever. */
START_TEST(concurrent_stop_is_for_restarts_too)
{
	struct spec_flags flags = flags_of(SPEC_ONE_FOR_ALL, SPEC_CONCURRENT);
	struct child *a, *b, *c;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	script_start(&script, script_sup(&script, "top", &flags,
	    CHILDREN(a, b, c)));
	script_forget(&script);
	script_exit(&script, a, SPEC_END_ABNORMAL);
	script_expect(&script, "0 down a\n" "0 terminated a\n"
	    "0 term c\n" "0 term b\n" "0 down c\n" "0 down b\n"
	    "0 start a\n" "0 up a\n" "0 start b\n" "0 up b\n"
	    "0 start c\n" "0 up c\n");
	script_end(&script);
}
END_TEST

/* A supervisor whose time is over is killed with all below it, and awaited. */
START_TEST(late_supervisor_is_killed_whole)
{
	struct child *a, *b, *c, *s, *sub, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	c->spec.shutdown_ms = SPEC_INFINITY;
	role_of(c)->stop = DEAF;
	sub = script_sup(&script, "sub", NULL, CHILDREN(b, c));
	s = script_sup(&script, "s", NULL, CHILDREN(a, sub));
	s->spec.shutdown_ms = 700;
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	script_forget(&script);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_TERMINATE_CHILD, "s"),
	    REQUEST_ERROR_COUNT);
	script_run(&script, 699);
	script_expect(&script, "0 term s\n" "0 term sub\n" "0 term c\n");
	script_run(&script, 1);
	script_expect(&script, "700 kill c\n" "700 kill b\n" "700 kill a\n"
	    "700 down c\n" "700 down b\n" "700 down sub\n" "700 down a\n"
	    "700 down s\n" "700 unexpected s\n" "700 answer ok\n");
	ck_assert_int_eq(sup_of(s)->end, SUP_END_ASKED);
	ck_assert_int_eq(s->last.end, SPEC_END_KILLED);
	script_end(&script);
}
END_TEST

/* brutal_kill of a supervisor is the same, at once and as expected. */
START_TEST(brutally_killed_supervisor_takes_all_along)
{
	struct child *a, *b, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	s = script_sup(&script, "s", NULL, CHILDREN(a, b));
	s->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_expect(&script, "0 kill b\n" "0 kill a\n" "0 down b\n"
	    "0 down a\n" "0 down s\n" "0 down top\n" "0 quit\n");
	script_end(&script);
}
END_TEST

/* A child that is being started when its supervisor is killed is the tree's,
 * and is killed with the others. */
START_TEST(killed_supervisor_ends_a_start)
{
	struct child *a, *n, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	s = script_sup(&script, "s", NULL, CHILDREN(a));
	s->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	n = script_worker(&script, "n");
	role_of(n)->start = HANGS;
	ck_assert_int_eq(script_start_child(&script, s, n),
	    REQUEST_ERROR_COUNT);
	script_forget(&script);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "s");
	script_expect(&script, "0 answer shutdown\n" "0 kill n\n" "0 kill a\n"
	    "0 failed n\n" "0 down a\n" "0 down s\n" "0 answer ok\n"
	    "0 release n\n");
	script_end(&script);
}
END_TEST

/* INPUT_KILL turns every wait into a kill; a second one changes nothing. */
START_TEST(killed_tree_waits_for_nothing_but_the_end)
{
	struct child *a, *b, *c, *s;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	c->spec.shutdown_ms = SPEC_INFINITY;
	role_of(c)->stop = DEAF;
	role_of(a)->stop = UNKILLABLE;
	s = script_sup(&script, "s", NULL, CHILDREN(b, c));
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a, s)));
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_run(&script, 60000);
	script_expect(&script, "0 term s\n" "0 term c\n");
	script_tell(&script, INPUT_KILL);
	script_tell(&script, INPUT_KILL);
	script_expect(&script, "60000 kill c\n" "60000 kill b\n"
	    "60000 kill a\n"
	    "60000 down c\n" "60000 down b\n" "60000 down s\n");
	script_run(&script, 5000);
	script_expect(&script, "65000 unkillable a\n" "65000 down top\n"
	    "65000 quit\n");
	ck_assert_int_eq(script.world.tree.root->end, SUP_END_ASKED);
	script_end(&script);
}
END_TEST

/* INPUT_KILL without a stop before it, while the tree starts. */
START_TEST(killed_tree_need_not_be_up)
{
	struct child *a, *b;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	role_of(b)->start = HANGS;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a, b)));
	script_forget(&script);
	script_tell(&script, INPUT_KILL);
	script_expect(&script, "0 kill b\n" "0 kill a\n" "0 failed b\n"
	    "0 down a\n" "0 failed top\n" "0 quit\n");
	ck_assert_int_eq(script.world.tree.root->end, SUP_END_KILLED);
	script_end(&script);
}
END_TEST

/* A stop before the tree is up tells the worker that it waits for. */
START_TEST(stop_ends_the_first_start)
{
	struct child *a, *b, *c, *s;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	role_of(b)->start = HANGS;
	role_of(b)->stop = DEAF;
	s = script_sup(&script, "s", NULL, CHILDREN(b));
	script_start(&script, script_sup(&script, "top", NULL,
	    CHILDREN(a, s, c)));
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_run(&script, 5000);
	script_expect(&script, "0 term b\n" "5000 kill b\n" "5000 failed b\n"
	    "5000 error b\n" "5000 failed s\n" "5000 error s\n"
	    "5000 term a\n" "5000 down a\n" "5000 failed top\n"
	    "5000 quit\n");
	ck_assert_int_eq(script.world.tree.root->end, SUP_END_ASKED);
	script_end(&script);
}
END_TEST

/* Nor does a shortage that such a worker meets hold the stop up. */
START_TEST(stop_ends_a_first_start_that_is_short)
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
	world_plan(&script.world, slot_of(a), INPUT_START_SHORTAGE, NULL, 0);
	script_run(&script, 0);
	script_expect(&script, "0 term a\n" "0 failed a\n" "0 error a\n"
	    "0 failed top\n" "0 quit\n");
	script_end(&script);
}
END_TEST

/* A worker that is being killed for its start_timeout is not told as well. */
START_TEST(stop_tells_nobody_who_is_killed)
{
	struct child *a;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.start_timeout_ms = 100;
	role_of(a)->start = HANGS;
	role_of(a)->stop = UNKILLABLE;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a)));
	script_run(&script, 200);
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_expect(&script, "");
	script_run(&script, 4900);
	script_expect(&script, "5100 unkillable a\n" "5100 error a\n"
	    "5100 failed top\n" "5100 quit\n");
	script_end(&script);
}
END_TEST

/* Before the start and after the end there is nothing to stop or to kill. */
START_TEST(stop_of_nothing_does_nothing)
{
	struct child *a;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	world_set_root(&script.world,
	    sup_of(script_sup(&script, "top", NULL, CHILDREN(a))));
	script_tell(&script, INPUT_STOP);
	script_tell(&script, INPUT_KILL);
	script_expect(&script, "");
	script_start(&script, &script.world.tree.root->self);
	script_tell(&script, INPUT_STOP);
	script_forget(&script);
	script_tell(&script, INPUT_STOP);
	script_tell(&script, INPUT_KILL);
	script_expect(&script, "");
	script_end(&script);
}
END_TEST

/* A stop that finds the tree up waits for its turn, and is heard once. */
START_TEST(stop_waits_for_its_turn)
{
	struct child *a, *b, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	top = script_sup(&script, "top", NULL, CHILDREN(a, b));
	script_start(&script, top);
	role_of(a)->start = HANGS;
	a->spec.start_timeout_ms = 400;
	script_exit(&script, a, SPEC_END_ABNORMAL);
	script_forget(&script);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_COUNT_CHILDREN, ""),
	    REQUEST_ERROR_COUNT);
	script_tell(&script, INPUT_STOP);
	script_tell(&script, INPUT_STOP);
	script_run(&script, 400);
	script_expect(&script, "400 kill a\n" "400 failed a\n" "400 error a\n"
	    "400 answer ok\n" "400 term b\n" "400 down b\n"
	    "400 down top\n" "400 quit\n");
	script_end(&script);
}
END_TEST

UNIT_SUITE(treestop)
{
	Suite *suite = suite_create("treestop");
	TCase *tcase = tcase_create("treestop");

	tcase_add_test(tcase, unkillable_holds_no_stop_up);
	tcase_add_test(tcase, unkillable_is_started_when_it_is_gone);
	tcase_add_test(tcase, unkillable_and_terminated_stays_down);
	tcase_add_test(tcase, unkillable_temporary_keeps_its_name);
	tcase_add_test(tcase, unkillable_keeps_its_supervisor);
	tcase_add_test(tcase, unkillable_below_cannot_be_deleted);
	tcase_add_test(tcase, unkillable_is_kept_by_an_upgrade);
	tcase_add_test(tcase, unkillable_start_has_failed);
	tcase_add_test(tcase, concurrent_stop_tells_all_at_once);
	tcase_add_test(tcase, concurrent_stop_is_for_restarts_too);
	tcase_add_test(tcase, late_supervisor_is_killed_whole);
	tcase_add_test(tcase, brutally_killed_supervisor_takes_all_along);
	tcase_add_test(tcase, killed_supervisor_ends_a_start);
	tcase_add_test(tcase, killed_tree_waits_for_nothing_but_the_end);
	tcase_add_test(tcase, killed_tree_need_not_be_up);
	tcase_add_test(tcase, stop_ends_the_first_start);
	tcase_add_test(tcase, stop_ends_a_first_start_that_is_short);
	tcase_add_test(tcase, stop_tells_nobody_who_is_killed);
	tcase_add_test(tcase, stop_of_nothing_does_nothing);
	tcase_add_test(tcase, stop_waits_for_its_turn);
	suite_add_tcase(suite, tcase);
	return suite;
}
