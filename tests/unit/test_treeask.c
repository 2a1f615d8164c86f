/*
 * Requests to supervisors whose children are not simply up or down: they are
 * unkillable, stop, wait for a shortage to end, or came with a code change.
 */
#include <check.h>
#include <stdio.h>

#include "tree_script.h"
#include "unit.h"

/* How many children of a supervisor are active, as OTP counts. */
static uint32_t
active(struct child *sup)
{
	struct request_counts counts;

	sup_count_children(sup_of(sup), &counts);
	return counts.active;
}

/* A child that stops, or does not stop, has a process, and its name is taken.
 * It is active until it is gone. */
START_TEST(who_stops_has_a_process)
{
	struct child *a, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	role_of(a)->stop = UNKILLABLE;
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	ck_assert(!child_has_process(a));
	script_start(&script, top);
	ck_assert(child_has_process(a));
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "a");
	ck_assert_int_eq(a->state, CHILD_STOPPING);
	ck_assert(child_has_process(a));
	ck_assert_uint_eq(active(top), 1);
	script_run(&script, 10000);
	ck_assert_int_eq(a->state, CHILD_UNKILLABLE);
	ck_assert(child_has_process(a));
	ck_assert_uint_eq(active(top), 0);
	ck_assert_int_eq(script_start_child(&script, top,
	    script_worker(&script, "a")), REQUEST_ALREADY_STARTED);
	script_let_go(&script, a);
	ck_assert_int_eq(script_start_child(&script, top,
	    script_worker(&script, "a")), REQUEST_ALREADY_PRESENT);
	script_end(&script);
}
END_TEST

/* An end that its supervisor has not heard of yet: supervisor.erl asks whether
 * the process lives, DynamicSupervisor counts those that it knows. */
START_TEST(who_has_ended_unheard_is_active_below_dynamic_ones)
{
	struct child *m, *n, *sup;
	struct script script;
	bool dynamic = _i == 1;

	script_begin(&script);
	sup = dynamic ? script_dynamic(&script, "sup") :
	    script_sup(&script, "sup", NULL, NULL, 0);
	script_start(&script, sup);
	m = script_worker(&script, "m");
	n = script_worker(&script, "n");
	ck_assert_int_eq(script_start_child(&script, sup, m), REQUEST_OK);
	role_of(n)->start = HANGS;
	ck_assert_int_eq(script_start_child(&script, sup, n),
	    REQUEST_ERROR_COUNT);
	ck_assert_uint_eq(active(sup), 1);
	script_exit(&script, m, SPEC_END_ABNORMAL);
	ck_assert_int_eq(m->state, CHILD_ENDED);
	ck_assert_uint_eq(active(sup), dynamic);
	script_end(&script);
}
END_TEST

/* Names that begin with each other are different names. */
START_TEST(names_are_whole)
{
	enum { COUNT = 40 };
	struct child *children[COUNT], *top;
	char name[COUNT + 2];
	struct script script;

	script_begin(&script);
	for (int i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "%0*d", i + 1, 0);
		children[i] = script_worker(&script, name);
	}
	top = script_sup(&script, "top", NULL, children, COUNT);
	script_start(&script, top);
	for (int i = 0; i < COUNT; i++)
		ck_assert_ptr_eq(tree_find(&script.world.tree,
		    children[i]->name), children[i]);
	snprintf(name, sizeof(name), "%0*d", COUNT + 1, 0);
	ck_assert_ptr_null(tree_find(&script.world.tree, name));
	script_end(&script);
}
END_TEST

/* A supervisor that is forgotten, and kept for what is unkillable below it, is
 * left out of a restart, and goes when the last of that has gone. */
START_TEST(forgotten_is_not_restarted)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ALL, 3);
	struct child *a, *s, *x, *y;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	x = script_worker(&script, "x");
	y = script_worker(&script, "y");
	x->spec.shutdown_ms = y->spec.shutdown_ms = SPEC_BRUTAL_KILL;
	role_of(x)->stop = role_of(y)->stop = UNKILLABLE;
	s = script_sup(&script, "s", NULL, CHILDREN(x, y));
	s->spec.restart = SPEC_TEMPORARY;
	script_start(&script, script_sup(&script, "top", &flags,
	    CHILDREN(a, s)));
	script_forget(&script);
	script_exit(&script, a, SPEC_END_ABNORMAL);
	script_run(&script, 10000);
	script_expect(&script, "0 down a\n" "0 terminated a\n" "0 term s\n"
	    "0 kill y\n" "5000 unkillable y\n" "5000 kill x\n"
	    "10000 unkillable x\n" "10000 down s\n"
	    "10000 start a\n" "10000 up a\n");
	ck_assert_ptr_eq(tree_find(&script.world.tree, "s"), s);
	script_let_go(&script, x);
	ck_assert_ptr_eq(tree_find(&script.world.tree, "s"), s);
	script_let_go(&script, y);
	ck_assert_ptr_null(tree_find(&script.world.tree, "s"));
	script_end(&script);
}
END_TEST

/* A new child that can be neither started nor killed is the tree's until it
 * has gone, and no request can do anything with it. */
START_TEST(new_child_may_be_unkillable)
{
	static const enum request_type types[] = {
		REQUEST_RESTART_CHILD, REQUEST_DELETE_CHILD,
		    REQUEST_PLANNED_RESTART,
	};
	struct child *n, *top;
	struct script script;

	script_begin(&script);
	top = script_sup(&script, "top", NULL, NULL, 0);
	script_start(&script, top);
	n = script_worker(&script, "n");
	n->spec.start_timeout_ms = 100;
	role_of(n)->start = HANGS;
	role_of(n)->stop = UNKILLABLE;
	script_forget(&script);
	script_start_child(&script, top, n);
	script_run(&script, 6000);
	script_expect(&script, "0 start n\n" "100 kill n\n"
	    "5100 unkillable n\n"
	    "5100 answer unkillable\n");
	for (size_t i = 0; i < LENGTH(types); i++)
		ck_assert_int_eq(script_ask(&script, top, types[i], "n"),
		    REQUEST_UNKILLABLE);
	script_forget(&script);
	script_let_go(&script, n);
	script_expect(&script, "6000 down n\n" "6000 release n\n");
	script_end(&script);
}
END_TEST

/* Whatever its restart type: one that a dynamic supervisor has stopped is
 * forgotten, if only when it has gone. */
START_TEST(unkillable_dynamic_child_is_forgotten)
{
	struct child *n, *pool;
	struct script script;

	script_begin(&script);
	pool = script_dynamic(&script, "pool");
	script_start(&script, pool);
	n = script_worker(&script, "n");
	n->spec.shutdown_ms = 0;
	role_of(n)->stop = UNKILLABLE;
	script_start_child(&script, pool, n);
	script_forget(&script);
	script_ask(&script, pool, REQUEST_TERMINATE_CHILD, "n");
	script_run(&script, 5000);
	script_expect(&script, "0 term n\n" "0 kill n\n" "5000 unkillable n\n"
	    "5000 answer ok\n");
	script_let_go(&script, n);
	script_expect(&script, "5000 down n\n" "5000 release n\n");
	script_end(&script);
}
END_TEST

/* A restart that goes on after a shortage takes its siblings as they are: what
 * has been started meanwhile, and has ended since, is restarted for that. */
START_TEST(resumed_restart_passes_by_who_has_ended)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ALL, 3);
	struct child *a, *b, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	top = script_sup(&script, "top", &flags, CHILDREN(a, b));
	script_start(&script, top);
	role_of(a)->start = SHORTAGE;
	script_exit(&script, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "b"),
	    REQUEST_OK);
	role_of(a)->start = HANGS;
	script_run(&script, 100);
	ck_assert_int_eq(a->state, CHILD_STARTING);
	script_exit(&script, b, SPEC_END_ABNORMAL);
	script_forget(&script);
	role_of(a)->start = STARTS;
	script_come_out(&script, a, INPUT_STARTED);
	script_expect(&script, "100 up a\n" "100 terminated b\n" "100 term a\n"
	    "100 down a\n" "100 start a\n" "100 up a\n" "100 start b\n"
	    "100 up b\n");
	ck_assert_uint_eq(sup_of(top)->window.count, 2);
	script_end(&script);
}
END_TEST

/* Of what a code change has added meanwhile, it starts what is to run, and not
 * a temporary child: that start was not asked for. */
START_TEST(resumed_restart_starts_nothing_temporary)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ALL, 3);
	struct child *a, *b, *t, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	t = script_worker(&script, "t");
	t->spec.restart = SPEC_TEMPORARY;
	top = script_sup(&script, "top", &flags, CHILDREN(a));
	script_start(&script, top);
	role_of(a)->start = SHORTAGE;
	script_exit(&script, a, SPEC_END_ABNORMAL);
	role_of(a)->start = STARTS;
	ck_assert_int_eq(script_code_change(&script, top,
	    CHILDREN(script_worker(&script, "a"), t, b)), REQUEST_OK);
	script_forget(&script);
	script_run(&script, 100);
	script_expect(&script, "100 start a\n" "100 up a\n" "100 start b\n"
	    "100 up b\n");
	ck_assert_int_eq(t->state, CHILD_DOWN);
	script_end(&script);
}
END_TEST

/* A planned restart stops all of its range first, and so forgets what is
 * temporary there, also what has never run. */
START_TEST(planned_restart_forgets_what_is_temporary)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ALL, 3);
	struct child *a, *t, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	t = script_worker(&script, "t");
	t->spec.restart = SPEC_TEMPORARY;
	top = script_sup(&script, "top", &flags, CHILDREN(a));
	script_start(&script, top);
	script_code_change(&script, top, CHILDREN(script_worker(&script, "a"),
	    t));
	ck_assert_ptr_eq(tree_find(&script.world.tree, "t"), t);
	script_forget(&script);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_PLANNED_RESTART, "a"),
	    REQUEST_OK);
	script_expect(&script, "0 term a\n" "0 down a\n" "0 start a\n"
	    "0 up a\n"
	    "0 answer ok\n");
	ck_assert_ptr_null(tree_find(&script.world.tree, "t"));
	script_end(&script);
}
END_TEST

/* A temporary child whose restart was asked for, and ignored, keeps its place:
 * supervisor.erl, restart_child, sets its pid to undefined. */
START_TEST(ignored_restart_keeps_its_place)
{
	struct child *t, *top;
	struct script script;

	script_begin(&script);
	top = script_sup(&script, "top", NULL, NULL, 0);
	script_start(&script, top);
	t = script_worker(&script, "t");
	t->spec.restart = SPEC_TEMPORARY;
	role_of(t)->start = IGNORED;
	ck_assert_int_eq(script_code_change(&script, top, CHILDREN(t)),
	    REQUEST_OK);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "t"),
	    REQUEST_UNDEFINED);
	ck_assert_ptr_eq(tree_find(&script.world.tree, "t"), t);
	role_of(t)->start = STARTS;
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "t"),
	    REQUEST_OK);
	script_end(&script);
}
END_TEST

/* A shortage is bounded for a tree that comes up, and for no other start. */
START_TEST(shortage_of_a_later_start_has_no_bound)
{
	struct child *a, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	s = script_sup(&script, "s", NULL, CHILDREN(a));
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "s");
	role_of(a)->start = SHORTAGE;
	script_ask(&script, top, REQUEST_RESTART_CHILD, "s");
	script_run(&script, 600000);
	ck_assert_int_eq(s->state, CHILD_STARTING);
	role_of(a)->start = STARTS;
	script_forget(&script);
	script_run(&script, 2000);
	ck_assert_int_eq(s->state, CHILD_UP);
	ck_assert_int_eq(script.answer, REQUEST_OK);
	script_end(&script);
}
END_TEST

/* A supervisor that starts or stops has a mailbox; one that is down has none,
 * and only a code change is answered. */
START_TEST(requests_wait_while_it_starts_or_stops)
{
	struct child *a, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	role_of(a)->stop = DEAF;
	s = script_sup(&script, "s", NULL, CHILDREN(a));
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "s");
	ck_assert_int_eq(script_ask(&script, s, REQUEST_COUNT_CHILDREN, ""),
	    REQUEST_ERROR_COUNT);
	script_forget(&script);
	script_run(&script, 5000);
	script_expect(&script, "5000 kill a\n" "5000 down a\n"
	    "5000 unexpected a\n" "5000 answer shutdown\n" "5000 down s\n"
	    "5000 answer ok\n");
	ck_assert_int_eq(script_ask(&script, s, REQUEST_COUNT_CHILDREN, ""),
	    REQUEST_NOPROC);
	role_of(a)->start = HANGS;
	script_ask(&script, top, REQUEST_RESTART_CHILD, "s");
	ck_assert_int_eq(script_ask(&script, s, REQUEST_COUNT_CHILDREN, ""),
	    REQUEST_ERROR_COUNT);
	script_forget(&script);
	script_come_out(&script, a, INPUT_STARTED);
	script_expect(&script, "5000 up a\n" "5000 up s\n" "5000 answer ok\n"
	    "5000 answer ok\n");
	script_end(&script);
}
END_TEST

/* A code change that names two children alike changes nothing. */
START_TEST(upgrade_with_a_name_twice_is_refused)
{
	struct child *a, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	ck_assert_int_eq(script_code_change(&script, top,
	    CHILDREN(script_worker(&script, "b"), script_worker(&script, "c"),
	    script_worker(&script, "b"))), REQUEST_BAD_SPEC);
	ck_assert_uint_eq(sup_of(top)->child_count, 1);
	ck_assert_ptr_null(tree_find(&script.world.tree, "b"));
	ck_assert_ptr_null(tree_find(&script.world.tree, "c"));
	ck_assert_int_eq(script_code_change(&script, top,
	    CHILDREN(script_worker(&script, "b"), script_worker(&script, "c"))),
	    REQUEST_OK);
	script_end(&script);
}
END_TEST

/* The spec of a new child is checked before its name (supervisor.erl). */
START_TEST(bad_spec_is_told_before_a_known_name)
{
	struct child *a, *n, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	n = script_worker(&script, "a");
	n->spec.shutdown_ms = -7;
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	ck_assert_int_eq(script_start_child(&script, top, n), REQUEST_BAD_SPEC);
	script_end(&script);
}
END_TEST

/* A request waits while its supervisor waits for a child, also one that only
 * counts. */
START_TEST(requests_wait_for_an_operation)
{
	struct child *a, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	role_of(a)->start = HANGS;
	script_start(&script, top);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_COUNT_CHILDREN, ""),
	    REQUEST_ERROR_COUNT);
	script_come_out(&script, a, INPUT_STARTED);
	ck_assert_int_eq(script.answer, REQUEST_OK);
	script_end(&script);
}
END_TEST

UNIT_SUITE(treeask)
{
	Suite *suite = suite_create("treeask");
	TCase *tcase = tcase_create("treeask");

	tcase_add_test(tcase, who_stops_has_a_process);
	tcase_add_loop_test(tcase,
	    who_has_ended_unheard_is_active_below_dynamic_ones, 0, 2);
	tcase_add_test(tcase, names_are_whole);
	tcase_add_test(tcase, forgotten_is_not_restarted);
	tcase_add_test(tcase, new_child_may_be_unkillable);
	tcase_add_test(tcase,
	    unkillable_dynamic_child_is_forgotten);
	tcase_add_test(tcase, resumed_restart_passes_by_who_has_ended);
	tcase_add_test(tcase, resumed_restart_starts_nothing_temporary);
	tcase_add_test(tcase, planned_restart_forgets_what_is_temporary);
	tcase_add_test(tcase, ignored_restart_keeps_its_place);
	tcase_add_test(tcase, shortage_of_a_later_start_has_no_bound);
	tcase_add_test(tcase, requests_wait_while_it_starts_or_stops);
	tcase_add_test(tcase, upgrade_with_a_name_twice_is_refused);
	tcase_add_test(tcase, bad_spec_is_told_before_a_known_name);
	tcase_add_test(tcase, requests_wait_for_an_operation);
	suite_add_tcase(suite, tcase);
	return suite;
}
