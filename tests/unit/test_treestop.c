/*
 * How the tree ends what OTP would leave to itself, or does not know: what is
 * unkillable, concurrent stops, killed supervisors, a killed tree, and a stop
 * before the tree is up.
 */
#include <check.h>

#include "tale.h"
#include "unit.h"

/* Flags that allow many restarts. */
static struct spec_flags
flags_of(enum spec_strategy strategy, enum spec_shutdown_order order)
{
	struct spec_flags flags = tale_flags(strategy, 9);

	flags.shutdown_order = order;
	return flags;
}

/* 5 s after a kill a process is given up, and the stop goes on. */
START_TEST(unkillable_holds_no_stop_up)
{
	struct child *a, *b;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	b->spec.shutdown_ms = 1000;
	role_of(b)->stop = UNKILLABLE;
	tale_start(&tale, tale_sup(&tale, "top", NULL, CHILDREN(a, b)));
	tale_forget(&tale);
	tale_tell(&tale, EVENT_STOP);
	tale_run(&tale, 5999);
	tale_expect(&tale, "0 term b\n" "1000 kill b\n");
	tale_run(&tale, 1);
	tale_expect(&tale, "6000 stuck b\n" "6000 term a\n" "6000 down a\n"
	    "6000 down top\n" "6000 quit\n");
	tale_let_go(&tale, b);
	tale_expect(&tale, "6000 down b\n");
	tale_end(&tale);
}
END_TEST

/* No second process beside one that is unkillable; it starts when that has
 * gone, and that is no restart of its own. */
START_TEST(unkillable_is_started_when_it_is_gone)
{
	struct spec_flags flags = flags_of(SPEC_ONE_FOR_ALL, SPEC_SEQUENTIAL);
	struct child *a, *b, *c;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	c = tale_worker(&tale, "c");
	b->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(b)->stop = UNKILLABLE;
	flags.max_restarts = 1;
	tale_start(&tale, tale_sup(&tale, "top", &flags, CHILDREN(a, b, c)));
	tale_forget(&tale);
	tale_exit(&tale, c, SPEC_END_ABNORMAL);
	tale_run(&tale, 60000);
	tale_expect(&tale, "0 down c\n" "0 terminated c\n" "0 kill b\n"
	    "5000 stuck b\n" "5000 term a\n" "5000 down a\n"
	    "5000 start a\n" "5000 up a\n" "5000 start c\n" "5000 up c\n");
	ck_assert_int_eq(b->state, CHILD_STUCK);
	tale_let_go(&tale, b);
	tale_expect(&tale, "60000 down b\n" "60000 start b\n" "60000 up b\n");
	ck_assert_int_eq(a->state, CHILD_UP);
	tale_end(&tale);
}
END_TEST

/* What was terminated and is stuck is not started again by itself. */
START_TEST(unkillable_and_terminated_stays_down)
{
	struct child *a, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	a->spec.shutdown_ms = 0;
	role_of(a)->stop = UNKILLABLE;
	top = tale_sup(&tale, "top", NULL, CHILDREN(a));
	tale_start(&tale, top);
	tale_forget(&tale);
	tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "a");
	tale_run(&tale, 5000);
	tale_expect(&tale,
	    "0 term a\n" "0 kill a\n" "5000 stuck a\n" "5000 answer ok\n");
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_UNKILLABLE);
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_DELETE_CHILD, "a"),
	    REQUEST_UNKILLABLE);
	tale_forget(&tale);
	tale_let_go(&tale, a);
	tale_expect(&tale, "5000 down a\n");
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_OK);
	tale_end(&tale);
}
END_TEST

/* A temporary child that is stuck keeps its name until it is gone. */
START_TEST(unkillable_temporary_keeps_its_name)
{
	struct child *n, *top;
	struct tale tale;

	tale_begin(&tale);
	top = tale_sup(&tale, "top", NULL, NULL, 0);
	tale_start(&tale, top);
	n = tale_worker(&tale, "n");
	n->spec.restart = SPEC_TEMPORARY;
	n->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(n)->stop = UNKILLABLE;
	ck_assert_int_eq(tale_start_child(&tale, top, n), REQUEST_OK);
	tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "n");
	tale_run(&tale, 5000);
	ck_assert_int_eq(tale_start_child(&tale, top,
	    tale_worker(&tale, "n")), REQUEST_UNKILLABLE);
	tale_forget(&tale);
	tale_let_go(&tale, n);
	tale_expect(&tale, "5000 down n\n" "5000 release n\n");
	ck_assert_int_eq(tale_start_child(&tale, top,
	    tale_worker(&tale, "n")), REQUEST_OK);
	tale_end(&tale);
}
END_TEST

/* A supervisor with something unkillable below it is not released before. */
START_TEST(unkillable_keeps_its_supervisor)
{
	struct child *a, *s, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	a->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(a)->stop = UNKILLABLE;
	s = tale_sup(&tale, "s", NULL, CHILDREN(a));
	s->spec.restart = SPEC_TEMPORARY;
	top = tale_sup(&tale, "top", NULL, NULL, 0);
	tale_start(&tale, top);
	ck_assert_int_eq(tale_start_child(&tale, top, s), REQUEST_OK);
	tale_forget(&tale);
	tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "s");
	tale_run(&tale, 5000);
	tale_expect(&tale, "0 term s\n" "0 kill a\n" "5000 stuck a\n"
	    "5000 down s\n" "5000 answer ok\n");
	tale_let_go(&tale, a);
	tale_expect(&tale, "5000 down a\n" "5000 release s\n"
	    "5000 release a\n");
	tale_end(&tale);
}
END_TEST

/* Nor can it be deleted before. */
START_TEST(unkillable_below_cannot_be_deleted)
{
	struct child *a, *s, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	a->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(a)->stop = UNKILLABLE;
	s = tale_sup(&tale, "s", NULL, CHILDREN(a));
	top = tale_sup(&tale, "top", NULL, CHILDREN(s));
	tale_start(&tale, top);
	tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "s");
	tale_run(&tale, 5000);
	ck_assert_int_eq(s->state, CHILD_DOWN);
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_DELETE_CHILD, "s"),
	    REQUEST_UNKILLABLE);
	tale_let_go(&tale, a);
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_DELETE_CHILD, "s"),
	    REQUEST_OK);
	tale_end(&tale);
}
END_TEST

/* An upgrade that names what waits to be forgotten keeps it. */
START_TEST(unkillable_is_kept_by_an_upgrade)
{
	struct child *n, *top;
	struct tale tale;

	tale_begin(&tale);
	top = tale_sup(&tale, "top", NULL, NULL, 0);
	tale_start(&tale, top);
	n = tale_worker(&tale, "n");
	n->spec.restart = SPEC_TEMPORARY;
	n->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(n)->stop = UNKILLABLE;
	tale_start_child(&tale, top, n);
	tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "n");
	tale_run(&tale, 5000);
	ck_assert(n->forgotten);
	ck_assert_int_eq(tale_upgrade(&tale, top,
	    CHILDREN(tale_worker(&tale, "n"))), REQUEST_OK);
	tale_forget(&tale);
	tale_let_go(&tale, n);
	tale_expect(&tale, "5000 down n\n");
	ck_assert_ptr_eq(tree_find(&tale.world.tree, "n"), n);
	tale_end(&tale);
}
END_TEST

/* A start that can be neither finished nor killed has failed. */
START_TEST(unkillable_start_has_failed)
{
	struct spec_flags flags = flags_of(SPEC_ONE_FOR_ONE, SPEC_SEQUENTIAL);
	struct child *a;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	a->spec.start_timeout_ms = 100;
	flags.max_seconds_ms = 60000;
	tale_start(&tale, tale_sup(&tale, "top", &flags, CHILDREN(a)));
	tale_forget(&tale);
	role_of(a)->start = HANGS;
	role_of(a)->stop = UNKILLABLE;
	tale_exit(&tale, a, SPEC_END_ABNORMAL);
	tale_run(&tale, 6000);
	tale_expect(&tale, "0 down a\n" "0 terminated a\n" "0 start a\n"
	    "100 kill a\n" "5100 stuck a\n" "5100 error a\n");
	role_of(a)->start = STARTS;
	tale_let_go(&tale, a);
	tale_expect(&tale, "6000 down a\n" "6000 start a\n" "6000 up a\n");
	ck_assert_int_eq(tale.world.tree.root->window.count, 2);
	tale_end(&tale);
}
END_TEST

/* All are told at once; each has its own time. */
START_TEST(concurrent_stop_tells_all_at_once)
{
	struct spec_flags flags = flags_of(SPEC_ONE_FOR_ONE, SPEC_CONCURRENT);
	struct child *a, *b, *c, *s, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	c = tale_worker(&tale, "c");
	a->spec.shutdown_ms = 300;
	b->spec.shutdown_ms = 100;
	c->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(a)->stop = role_of(b)->stop = DEAF;
	s = tale_sup(&tale, "s", &flags, CHILDREN(a, b, c));
	top = tale_sup(&tale, "top", NULL, CHILDREN(s));
	tale_start(&tale, top);
	tale_forget(&tale);
	tale_tell(&tale, EVENT_STOP);
	tale_run(&tale, 1000);
	tale_expect(&tale, "0 term s\n" "0 kill c\n" "0 term b\n" "0 term a\n"
	    "0 down c\n" "100 kill b\n" "100 down b\n" "100 unexpected b\n"
	    "300 kill a\n" "300 down a\n" "300 unexpected a\n"
	    "300 down s\n" "300 down top\n" "300 quit\n");
	tale_end(&tale);
}
END_TEST

/* So does a restart of all; they start one by one, as ever. */
START_TEST(concurrent_stop_is_for_restarts_too)
{
	struct spec_flags flags = flags_of(SPEC_ONE_FOR_ALL, SPEC_CONCURRENT);
	struct child *a, *b, *c;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	c = tale_worker(&tale, "c");
	tale_start(&tale, tale_sup(&tale, "top", &flags, CHILDREN(a, b, c)));
	tale_forget(&tale);
	tale_exit(&tale, a, SPEC_END_ABNORMAL);
	tale_expect(&tale, "0 down a\n" "0 terminated a\n"
	    "0 term c\n" "0 term b\n" "0 down c\n" "0 down b\n"
	    "0 start a\n" "0 up a\n" "0 start b\n" "0 up b\n"
	    "0 start c\n" "0 up c\n");
	tale_end(&tale);
}
END_TEST

/* A supervisor whose time is over is killed with all below it, and awaited. */
START_TEST(late_supervisor_is_killed_whole)
{
	struct child *a, *b, *c, *s, *sub, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	c = tale_worker(&tale, "c");
	c->spec.shutdown_ms = SPEC_INFINITY;
	role_of(c)->stop = DEAF;
	sub = tale_sup(&tale, "sub", NULL, CHILDREN(b, c));
	s = tale_sup(&tale, "s", NULL, CHILDREN(a, sub));
	s->spec.shutdown_ms = 700;
	top = tale_sup(&tale, "top", NULL, CHILDREN(s));
	tale_start(&tale, top);
	tale_forget(&tale);
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "s"),
	    REQUEST_ERROR_COUNT);
	tale_run(&tale, 699);
	tale_expect(&tale, "0 term s\n" "0 term sub\n" "0 term c\n");
	tale_run(&tale, 1);
	tale_expect(&tale, "700 kill c\n" "700 kill b\n" "700 kill a\n"
	    "700 down c\n" "700 down b\n" "700 down sub\n" "700 down a\n"
	    "700 down s\n" "700 unexpected s\n" "700 answer ok\n");
	ck_assert_int_eq(sup_of(s)->end, SUP_END_ASKED);
	ck_assert_int_eq(s->last.end, SPEC_END_KILLED);
	tale_end(&tale);
}
END_TEST

/* brutal_kill of a supervisor is the same, at once and as expected. */
START_TEST(brutally_killed_supervisor_takes_all_along)
{
	struct child *a, *b, *s, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	s = tale_sup(&tale, "s", NULL, CHILDREN(a, b));
	s->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	top = tale_sup(&tale, "top", NULL, CHILDREN(s));
	tale_start(&tale, top);
	tale_forget(&tale);
	tale_tell(&tale, EVENT_STOP);
	tale_expect(&tale, "0 kill b\n" "0 kill a\n" "0 down b\n"
	    "0 down a\n" "0 down s\n" "0 down top\n" "0 quit\n");
	tale_end(&tale);
}
END_TEST

/* A child that is being started when its supervisor is killed is the tree's,
 * and is killed with the others. */
START_TEST(killed_supervisor_ends_a_start)
{
	struct child *a, *n, *s, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	s = tale_sup(&tale, "s", NULL, CHILDREN(a));
	s->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	top = tale_sup(&tale, "top", NULL, CHILDREN(s));
	tale_start(&tale, top);
	n = tale_worker(&tale, "n");
	role_of(n)->start = HANGS;
	ck_assert_int_eq(tale_start_child(&tale, s, n), REQUEST_ERROR_COUNT);
	tale_forget(&tale);
	tale_ask(&tale, top, REQUEST_TERMINATE_CHILD, "s");
	tale_expect(&tale, "0 answer shutdown\n" "0 kill n\n" "0 kill a\n"
	    "0 failed n\n" "0 down a\n" "0 down s\n" "0 answer ok\n"
	    "0 release n\n");
	tale_end(&tale);
}
END_TEST

/* EVENT_KILL turns every wait into a kill; a second one changes nothing. */
START_TEST(killed_tree_waits_for_nothing_but_the_end)
{
	struct child *a, *b, *c, *s;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	c = tale_worker(&tale, "c");
	c->spec.shutdown_ms = SPEC_INFINITY;
	role_of(c)->stop = DEAF;
	role_of(a)->stop = UNKILLABLE;
	s = tale_sup(&tale, "s", NULL, CHILDREN(b, c));
	tale_start(&tale, tale_sup(&tale, "top", NULL, CHILDREN(a, s)));
	tale_forget(&tale);
	tale_tell(&tale, EVENT_STOP);
	tale_run(&tale, 60000);
	tale_expect(&tale, "0 term s\n" "0 term c\n");
	tale_tell(&tale, EVENT_KILL);
	tale_tell(&tale, EVENT_KILL);
	tale_expect(&tale, "60000 kill c\n" "60000 kill b\n" "60000 kill a\n"
	    "60000 down c\n" "60000 down b\n" "60000 down s\n");
	tale_run(&tale, 5000);
	tale_expect(&tale, "65000 stuck a\n" "65000 down top\n"
	    "65000 quit\n");
	ck_assert_int_eq(tale.world.tree.root->end, SUP_END_ASKED);
	tale_end(&tale);
}
END_TEST

/* EVENT_KILL without a stop before it, while the tree starts. */
START_TEST(killed_tree_need_not_be_up)
{
	struct child *a, *b;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	role_of(b)->start = HANGS;
	tale_start(&tale, tale_sup(&tale, "top", NULL, CHILDREN(a, b)));
	tale_forget(&tale);
	tale_tell(&tale, EVENT_KILL);
	tale_expect(&tale, "0 kill b\n" "0 kill a\n" "0 failed b\n"
	    "0 down a\n" "0 failed top\n" "0 quit\n");
	ck_assert_int_eq(tale.world.tree.root->end, SUP_END_KILLED);
	tale_end(&tale);
}
END_TEST

/* A stop before the tree is up tells the worker that it waits for. */
START_TEST(stop_ends_the_first_start)
{
	struct child *a, *b, *c, *s;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	c = tale_worker(&tale, "c");
	role_of(b)->start = HANGS;
	role_of(b)->stop = DEAF;
	s = tale_sup(&tale, "s", NULL, CHILDREN(b));
	tale_start(&tale, tale_sup(&tale, "top", NULL, CHILDREN(a, s, c)));
	tale_forget(&tale);
	tale_tell(&tale, EVENT_STOP);
	tale_run(&tale, 5000);
	tale_expect(&tale, "0 term b\n" "5000 kill b\n" "5000 failed b\n"
	    "5000 error b\n" "5000 failed s\n" "5000 error s\n"
	    "5000 term a\n" "5000 down a\n" "5000 failed top\n"
	    "5000 quit\n");
	ck_assert_int_eq(tale.world.tree.root->end, SUP_END_ASKED);
	tale_end(&tale);
}
END_TEST

/* Nor does a shortage that such a worker meets hold the stop up. */
START_TEST(stop_ends_a_first_start_that_is_short)
{
	struct child *a;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	role_of(a)->start = HANGS;
	role_of(a)->stop = DEAF;
	tale_start(&tale, tale_sup(&tale, "top", NULL, CHILDREN(a)));
	tale_forget(&tale);
	tale_tell(&tale, EVENT_STOP);
	world_plan(&tale.world, slot_of(a), EVENT_START_SHORT, NULL, 0);
	tale_run(&tale, 0);
	tale_expect(&tale, "0 term a\n" "0 failed a\n" "0 error a\n"
	    "0 failed top\n" "0 quit\n");
	tale_end(&tale);
}
END_TEST

/* A worker that is being killed for its start_timeout is not told as well. */
START_TEST(stop_tells_nobody_who_is_killed)
{
	struct child *a;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	a->spec.start_timeout_ms = 100;
	role_of(a)->start = HANGS;
	role_of(a)->stop = UNKILLABLE;
	tale_start(&tale, tale_sup(&tale, "top", NULL, CHILDREN(a)));
	tale_run(&tale, 200);
	tale_forget(&tale);
	tale_tell(&tale, EVENT_STOP);
	tale_expect(&tale, "");
	tale_run(&tale, 4900);
	tale_expect(&tale, "5100 stuck a\n" "5100 error a\n"
	    "5100 failed top\n" "5100 quit\n");
	tale_end(&tale);
}
END_TEST

/* Before the start and after the end there is nothing to stop or to kill. */
START_TEST(stop_of_nothing_does_nothing)
{
	struct child *a;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	world_set_root(&tale.world,
	    sup_of(tale_sup(&tale, "top", NULL, CHILDREN(a))));
	tale_tell(&tale, EVENT_STOP);
	tale_tell(&tale, EVENT_KILL);
	tale_expect(&tale, "");
	tale_start(&tale, &tale.world.tree.root->self);
	tale_tell(&tale, EVENT_STOP);
	tale_forget(&tale);
	tale_tell(&tale, EVENT_STOP);
	tale_tell(&tale, EVENT_KILL);
	tale_expect(&tale, "");
	tale_end(&tale);
}
END_TEST

/* A stop that finds the tree up waits for its turn, and is heard once. */
START_TEST(stop_waits_for_its_turn)
{
	struct child *a, *b, *top;
	struct tale tale;

	tale_begin(&tale);
	a = tale_worker(&tale, "a");
	b = tale_worker(&tale, "b");
	top = tale_sup(&tale, "top", NULL, CHILDREN(a, b));
	tale_start(&tale, top);
	role_of(a)->start = HANGS;
	a->spec.start_timeout_ms = 400;
	tale_exit(&tale, a, SPEC_END_ABNORMAL);
	tale_forget(&tale);
	ck_assert_int_eq(tale_ask(&tale, top, REQUEST_COUNT_CHILDREN, ""),
	    REQUEST_ERROR_COUNT);
	tale_tell(&tale, EVENT_STOP);
	tale_tell(&tale, EVENT_STOP);
	tale_run(&tale, 400);
	tale_expect(&tale, "400 kill a\n" "400 failed a\n" "400 error a\n"
	    "400 answer ok\n" "400 term b\n" "400 down b\n"
	    "400 down top\n" "400 quit\n");
	tale_end(&tale);
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
