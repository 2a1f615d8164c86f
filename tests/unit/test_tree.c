/*
 * What the tree does that OTP does not: delays, time limits of a start, planned
 * restarts; and its table of names. See test_shortage.c for a system that is
 * short of something, test_treestop.c for how it ends; what it has from OTP is
 * tested by tests/scenario/.
 */
#include <check.h>
#include <string.h>

#include "core/steps.h"
#include "tree_script.h"
#include "unit.h"

/* Check that the delay that began now is so long, plus a quarter at most. */
static void
check_delay(const struct script *script, int64_t least_ms)
{
	int64_t delay_ms = script->until_ms - script->world.now_ms;

	ck_assert_int_ge(delay_ms, least_ms);
	ck_assert_int_le(delay_ms, least_ms + least_ms / 4);
}

/* The delay doubles up to its bound; a child up for so long begins anew. */
START_TEST(delay_doubles_and_begins_anew)
{
	static const int64_t delays[] = { 100, 200, 400, 400, 400 };
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ONE, 100);
	struct child *a;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.restart_delay_ms = 100;
	a->spec.restart_delay_max_ms = 400;
	script_start(&script, script_sup(&script, "top", &flags, CHILDREN(a)));
	for (size_t i = 0; i < LENGTH(delays); i++) {
		script_exit(&script, a, SPEC_END_ABNORMAL);
		ck_assert_int_eq(a->state, CHILD_RESTARTING);
		check_delay(&script, delays[i]);
		script_run(&script, script.until_ms - script.world.now_ms - 1);
		ck_assert_int_eq(a->state, CHILD_RESTARTING);
		script_run(&script, 1);
		ck_assert_int_eq(a->state, CHILD_UP);
	}
	script_run(&script, 399);
	script_exit(&script, a, SPEC_END_ABNORMAL);
	check_delay(&script, 400);
	script_run(&script, 500 + 400);
	script_exit(&script, a, SPEC_END_ABNORMAL);
	check_delay(&script, 100);
	ck_assert_int_eq(a->restarts, LENGTH(delays) + 1);
	script_end(&script);
}
END_TEST

/* Those that fall together do not rise together. */
START_TEST(delays_have_jitter)
{
	struct child *children[20];
	char name[] = "a";
	int64_t first_ms = 0, last_ms = 0;
	struct script script;

	script_begin(&script);
	for (size_t i = 0; i < LENGTH(children); i++, name[0]++) {
		children[i] = script_worker(&script, name);
		children[i]->spec.restart_delay_ms = 1000;
		children[i]->spec.restart_delay_max_ms = 1000;
	}
	script_start(&script, script_sup(&script, "top", NULL, children,
	    LENGTH(children)));
	for (size_t i = 0; i < LENGTH(children); i++) {
		script_exit(&script, children[i], SPEC_END_ABNORMAL);
		check_delay(&script, 1000);
		if (i == 0 || script.until_ms < first_ms)
			first_ms = script.until_ms;
		if (script.until_ms > last_ms)
			last_ms = script.until_ms;
	}
	ck_assert_int_gt(last_ms - first_ms, 100);
	script_end(&script);
}
END_TEST

/* A delayed restart counts when it is tried, and a failed one is delayed. */
START_TEST(delayed_restarts_count)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ONE, 1);
	struct child *a;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.restart_delay_ms = a->spec.restart_delay_max_ms = 1;
	script_start(&script, script_sup(&script, "top", &flags, CHILDREN(a)));
	script_forget(&script);
	role_of(a)->start = FAILS;
	script_exit(&script, a, SPEC_END_NORMAL);
	script_expect(&script,
	    "0 down a\n" "0 terminated a\n" "0 delayed a\n");
	script_run(&script, 1);
	script_expect(&script,
	    "1 start a\n" "1 failed a\n" "1 error a\n" "1 delayed a\n");
	script_run(&script, 1);
	script_expect(&script, "2 gave-up a\n" "2 down top\n" "2 quit\n");
	ck_assert_int_eq(script.world.tree.root->end, SUP_END_GAVE_UP);
	script_end(&script);
}
END_TEST

/* While a delay runs, requests and a stop are served, and can end it. */
START_TEST(delay_holds_nobody_up)
{
	struct spec_flags flags = script_flags(SPEC_REST_FOR_ONE, 3);
	struct child *a, *b, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	a->spec.restart_delay_ms = a->spec.restart_delay_max_ms = 1000;
	top = script_sup(&script, "top", &flags, CHILDREN(a, b));
	script_start(&script, top);
	script_exit(&script, a, SPEC_END_ABNORMAL);
	script_forget(&script);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_RESTARTING);
	ck_assert_int_eq(b->state, CHILD_UP);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_TERMINATE_CHILD, "a"),
	    REQUEST_OK);
	script_run(&script, 10000);
	script_expect(&script, "0 answer restarting\n" "0 answer ok\n");
	ck_assert_int_eq(a->state, CHILD_DOWN);
	script_end(&script);
}
END_TEST

/*
 * A retry that had to wait in the mailbox does not cut a later delay short:
 * while b's start hangs, c's exit comes in and then the retry of a is due; c's
 * restart tries a, in vain, and the delay of that begins anew.
 */
START_TEST(delay_is_kept_beside_an_old_retry)
{
	struct spec_flags flags = script_flags(SPEC_REST_FOR_ONE, 9);
	struct child *a, *b, *c;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	a->spec.restart_delay_ms = a->spec.restart_delay_max_ms = 100;
	script_start(&script, script_sup(&script, "top", &flags,
	    CHILDREN(c, a, b)));
	script_exit(&script, a, SPEC_END_ABNORMAL);
	role_of(b)->start = HANGS;
	script_exit(&script, b, SPEC_END_ABNORMAL);
	script_exit(&script, c, SPEC_END_ABNORMAL);
	script_run(&script, 150);
	ck_assert(list_is_linked(&a->retry.link));
	script_forget(&script);
	role_of(a)->start = FAILS;
	world_plan(&script.world, slot_of(b), INPUT_STARTED, NULL, 0);
	script_run(&script, 0);
	script_expect(&script, "150 up b\n" "150 terminated c\n" "150 term b\n"
	    "150 down b\n" "150 start c\n" "150 up c\n" "150 start a\n"
	    "150 failed a\n" "150 error a\n" "150 delayed a\n");
	check_delay(&script, 100);
	script_end(&script);
}
END_TEST

/* A first start that takes too long is killed, and has failed. */
START_TEST(start_timeout_fails_the_start)
{
	struct child *a, *b;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	b->spec.start_timeout_ms = 300;
	role_of(b)->start = HANGS;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a, b)));
	script_run(&script, 299);
	script_expect(&script,
	    "0 begin top\n" "0 start a\n" "0 up a\n" "0 start b\n");
	script_run(&script, 1);
	ck_assert(b->ending.expired);
	script_expect(&script, "300 kill b\n" "300 failed b\n" "300 error b\n"
	    "300 term a\n" "300 down a\n" "300 failed top\n" "300 quit\n");
	ck_assert_int_eq(script.world.tree.root->end, SUP_END_FAILED);
	ck_assert_ptr_eq(script.world.tree.root->failed, b);
	script_end(&script);
}
END_TEST

/* A restart that takes too long is a failed one: tried again, and counted. */
START_TEST(start_timeout_fails_a_restart)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ONE, 2);
	struct child *a;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.start_timeout_ms = 10;
	script_start(&script, script_sup(&script, "top", &flags, CHILDREN(a)));
	script_forget(&script);
	role_of(a)->start = HANGS;
	script_exit(&script, a, SPEC_END_ABNORMAL);
	script_run(&script, 100);
	script_expect(&script, "0 down a\n" "0 terminated a\n" "0 start a\n"
	    "10 kill a\n" "10 failed a\n" "10 error a\n" "10 start a\n"
	    "20 kill a\n" "20 failed a\n" "20 error a\n" "20 gave-up a\n"
	    "20 down top\n" "20 quit\n");
	script_end(&script);
}
END_TEST

/* A child that is ready in time keeps no deadline. */
START_TEST(start_timeout_ends_with_the_start)
{
	struct child *a;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.start_timeout_ms = 10;
	script_start(&script, script_sup(&script, "top", NULL, CHILDREN(a)));
	ck_assert_int_eq(tree_deadline_ms(&script.world.tree), HEAP_NEVER);
	script_end(&script);
}
END_TEST

/* A planned restart takes what the strategy names, and is not counted. */
START_TEST(planned_restart_takes_the_range)
{
	static const char *const traces[SPEC_STRATEGY_COUNT] = {
		[SPEC_ONE_FOR_ONE] = "0 term b\n" "0 down b\n"
		    "0 start b\n" "0 up b\n" "0 answer ok\n",
		[SPEC_ONE_FOR_ALL] = "0 term c\n" "0 down c\n"
		    "0 term b\n" "0 down b\n" "0 term a\n" "0 down a\n"
		    "0 start a\n" "0 up a\n" "0 start b\n" "0 up b\n"
		    "0 start c\n" "0 up c\n" "0 answer ok\n",
		[SPEC_REST_FOR_ONE] = "0 term c\n" "0 down c\n"
		    "0 term b\n" "0 down b\n" "0 start b\n" "0 up b\n"
		    "0 start c\n" "0 up c\n" "0 answer ok\n",
	};
	struct spec_flags flags = script_flags((enum spec_strategy)_i, 0);
	struct child *a, *b, *c, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	top = script_sup(&script, "top", &flags, CHILDREN(a, b, c));
	script_start(&script, top);
	script_forget(&script);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_PLANNED_RESTART, "b"),
	    REQUEST_OK);
	script_expect(&script, traces[_i]);
	ck_assert_int_eq(sup_of(top)->window.count, 0);
	script_end(&script);
}
END_TEST

/* What a planned restart refuses, and what it does when it fails. */
START_TEST(planned_restart_refuses_and_fails)
{
	struct spec_flags flags = script_flags(SPEC_ONE_FOR_ONE, 1);
	struct child *a, *t, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	t = script_worker(&script, "t");
	t->spec.restart = SPEC_TEMPORARY;
	top = script_sup(&script, "top", &flags, CHILDREN(a, t));
	script_start(&script, top);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_PLANNED_RESTART,
	    "none"),
	    REQUEST_NOT_FOUND);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_PLANNED_RESTART, "t"),
	    REQUEST_UNSUPPORTED);
	script_forget(&script);
	role_of(a)->start = FAILS;
	ck_assert_int_eq(script_ask(&script, top, REQUEST_PLANNED_RESTART, "a"),
	    REQUEST_START_FAILED);
	script_expect(&script, "0 term a\n" "0 down a\n" "0 start a\n"
	    "0 failed a\n" "0 error a\n" "0 answer start_failed\n"
	    "0 start a\n" "0 failed a\n" "0 error a\n" "0 gave-up a\n"
	    "0 term t\n" "0 down t\n" "0 down top\n" "0 quit\n");
	script_end(&script);
}
END_TEST

/* The definition of what is down can be changed, for its next start. */
START_TEST(upgrade_of_what_is_down)
{
	struct child *a, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	s = script_sup(&script, "s", NULL, CHILDREN(a));
	top = script_sup(&script, "top", NULL, CHILDREN(s));
	script_start(&script, top);
	script_ask(&script, top, REQUEST_TERMINATE_CHILD, "s");
	ck_assert_int_eq(script_ask(&script, s, REQUEST_CODE_CHANGE, ""),
	    REQUEST_NOPROC);
	ck_assert_int_eq(script_code_change(&script, s,
	    CHILDREN(script_worker(&script, "b"), script_worker(&script, "c"))),
	    REQUEST_OK);
	script_forget(&script);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "s"),
	    REQUEST_OK);
	script_expect(&script, "0 begin s\n" "0 start b\n" "0 up b\n"
	    "0 start c\n" "0 up c\n" "0 up s\n" "0 answer ok\n");
	script_end(&script);
}
END_TEST

/* Children are found by their paths, and have them. */
START_TEST(paths_name_children)
{
	struct child *a, *b, *s, *top;
	struct tree *tree;
	struct script script;
	char path[8];

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	s = script_sup(&script, "sub", NULL, CHILDREN(b));
	top = script_sup(&script, "top", NULL, CHILDREN(a, s));
	script_start(&script, top);
	tree = &script.world.tree;
	ck_assert_ptr_eq(tree_find(tree, "/"), top);
	ck_assert_ptr_eq(tree_find(tree, "a"), a);
	ck_assert_ptr_eq(tree_find(tree, "/sub"), s);
	ck_assert_ptr_eq(tree_find(tree, "sub/b"), b);
	ck_assert_ptr_null(tree_find(tree, "b"));
	ck_assert_ptr_null(tree_find(tree, "a/b"));
	ck_assert_ptr_null(tree_find(tree, "sub/b/c"));
	ck_assert_ptr_null(tree_find(tree, "top"));
	ck_assert_ptr_eq(names_find_part(tree, sup_of(top), "subtle", 3), s);
	ck_assert_ptr_null(names_find_part(tree, sup_of(top), "subtle", 4));
	ck_assert_uint_eq(tree_path(top, path, sizeof(path)), 1);
	ck_assert_str_eq(path, "/");
	ck_assert_uint_eq(tree_path(b, path, sizeof(path)), 5);
	ck_assert_str_eq(path, "sub/b");
	ck_assert_uint_eq(tree_path(b, path, 4), 5);
	ck_assert_str_eq(path, "sub");
	ck_assert_uint_eq(tree_path(b, path, 0), 5);
	script_end(&script);
}
END_TEST

/* Children of a dynamic supervisor have no places to be put back into. */
START_TEST(dynamic_supervisors_refuse)
{
	static const enum request_type types[] = {
		REQUEST_RESTART_CHILD, REQUEST_DELETE_CHILD,
		REQUEST_GET_CHILDSPEC, REQUEST_PLANNED_RESTART,
	};
	struct child *n, *pool;
	struct script script;

	script_begin(&script);
	pool = world_new_child(&script.world, "pool", SPEC_DYNAMIC);
	sup_of(pool)->flags.max_children = 1;
	ck_assert_int_eq(world_define(sup_of(pool), NULL, 0), SPEC_OK);
	script_start(&script, pool);
	script_start_child(&script, pool, script_worker(&script, "n"));
	for (size_t i = 0; i < LENGTH(types); i++)
		ck_assert_int_eq(script_ask(&script, pool, types[i], "n"),
		    REQUEST_UNSUPPORTED);
	ck_assert_int_eq(script_start_child(&script, pool,
	    script_worker(&script, "m")), REQUEST_MAX_CHILDREN);
	n = script_worker(&script, "n");
	n->spec.shutdown_ms = -2;	/* the spec is looked at first */
	ck_assert_int_eq(script_start_child(&script, pool, n),
	    REQUEST_BAD_SPEC);
	script_end(&script);
}
END_TEST

/* Of several children with one name, the latest is meant: also when the table
 * of names has grown. */
START_TEST(the_latest_of_a_name_is_found)
{
	struct child *first, *second, *pool;
	struct script script;

	script_begin(&script);
	pool = script_dynamic(&script, "pool");
	script_start(&script, pool);
	first = script_worker(&script, "n");
	second = script_worker(&script, "n");
	ck_assert_int_eq(script_start_child(&script, pool, first), REQUEST_OK);
	ck_assert_int_eq(script_start_child(&script, pool, second), REQUEST_OK);
	for (int i = 0; i < 100; i++)
		script_start_child(&script, pool, script_worker(&script, "m"));
	ck_assert_ptr_eq(tree_find(&script.world.tree, "n"), second);
	script_exit(&script, second, SPEC_END_ABNORMAL);
	ck_assert_ptr_eq(tree_find(&script.world.tree, "n"), second);
	ck_assert_int_eq(script_ask(&script, pool, REQUEST_TERMINATE_CHILD,
	    "n"),
	    REQUEST_OK);
	ck_assert_ptr_eq(tree_find(&script.world.tree, "n"), first);
	script_end(&script);
}
END_TEST

/* Of a definition with several faults the first one is told, also when one
 * child has two. */
START_TEST(the_first_fault_counts)
{
	struct child *a, *b, *twin, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	twin = script_worker(&script, "a");
	b->spec.shutdown_ms = -2;
	twin->spec.significant = true;
	top = world_new_child(&script.world, "top", SPEC_SUPERVISOR);
	ck_assert_int_eq(world_define(sup_of(top), CHILDREN(a, b, twin)),
	    SPEC_INVALID_SHUTDOWN);
	ck_assert_str_eq(sup_of(top)->fault_name, "b");
	ck_assert_uint_eq(sup_of(top)->child_count, 2);
	script_start(&script, top);
	script_expect(&script, "0 begin top\n" "0 failed top\n" "0 quit\n");
	script_end(&script);
	script_begin(&script);
	a = script_worker(&script, "a");
	twin = script_worker(&script, "a");
	twin->spec.significant = true;
	top = world_new_child(&script.world, "top", SPEC_SUPERVISOR);
	ck_assert_int_eq(world_define(sup_of(top), CHILDREN(a, twin)),
	    SPEC_BAD_COMBINATION);
	script_end(&script);
}
END_TEST

/* An unknown input is only a time that passes: what is due by then happens. */
START_TEST(a_moment_passes)
{
	struct child *a, *top;
	struct input input = { .type = INPUT_KILL + 1 };
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	a->spec.restart_delay_ms = a->spec.restart_delay_max_ms = 1000;
	top = script_sup(&script, "top", NULL, CHILDREN(a));
	script_start(&script, top);
	script_exit(&script, a, SPEC_END_ABNORMAL);
	script_forget(&script);
	input.now_ms = script.until_ms - 1;
	tree_step(&script.world.tree, &input);
	ck_assert_int_eq(a->state, CHILD_RESTARTING);
	input.now_ms = script.until_ms;
	tree_step(&script.world.tree, &input);
	ck_assert_int_eq(a->state, CHILD_STARTING);
	script_end(&script);
}
END_TEST

/* Numbers go on whatever they begin with: 0 would stay 0 for ever. */
START_TEST(chance_begins_anywhere)
{
	struct tree tree = { .random = 0 }, other = { .random = 1 };
	uint64_t first = steps_random(&tree);

	ck_assert(first != 0);
	ck_assert(first == steps_random(&other));
	ck_assert(first != steps_random(&tree));
}
END_TEST

UNIT_SUITE(tree)
{
	Suite *suite = suite_create("tree");
	TCase *tcase = tcase_create("tree");

	tcase_add_test(tcase, delay_doubles_and_begins_anew);
	tcase_add_test(tcase, delays_have_jitter);
	tcase_add_test(tcase, delayed_restarts_count);
	tcase_add_test(tcase, delay_holds_nobody_up);
	tcase_add_test(tcase, delay_is_kept_beside_an_old_retry);
	tcase_add_test(tcase, start_timeout_fails_the_start);
	tcase_add_test(tcase, start_timeout_fails_a_restart);
	tcase_add_test(tcase, start_timeout_ends_with_the_start);
	tcase_add_loop_test(tcase, planned_restart_takes_the_range, 0,
	    SPEC_STRATEGY_COUNT);
	tcase_add_test(tcase, planned_restart_refuses_and_fails);
	tcase_add_test(tcase, upgrade_of_what_is_down);
	tcase_add_test(tcase, paths_name_children);
	tcase_add_test(tcase, dynamic_supervisors_refuse);
	tcase_add_test(tcase, the_latest_of_a_name_is_found);
	tcase_add_test(tcase, the_first_fault_counts);
	tcase_add_test(tcase, a_moment_passes);
	tcase_add_test(tcase, chance_begins_anywhere);
	suite_add_tcase(suite, tcase);
	return suite;
}
