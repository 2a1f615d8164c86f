/* A tree that is built while its processes run already: INPUT_ADOPTED. */
#include <check.h>

#include "tree_script.h"
#include "unit.h"

/* Make a supervisor the root, without a start. */
static struct child *
root_of(struct script *script, struct child *sup)
{
	world_set_root(&script->world, sup_of(sup));
	return sup;
}

/* What is adopted is up, nothing is done or said, and then it is as any. */
START_TEST(adopted_tree_goes_on)
{
	struct child *a, *b, *c, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	s = script_sup(&script, "s", NULL, CHILDREN(b, c));
	top = root_of(&script, script_sup(&script, "top", NULL,
	    CHILDREN(a, s)));
	world_adopt(&script.world, b);
	world_adopt(&script.world, c);
	world_adopt(&script.world, s);
	world_adopt(&script.world, a);
	world_adopt(&script.world, top);
	script_expect(&script, "");
	ck_assert_int_eq(b->state, CHILD_UP);
	ck_assert_int_eq(s->state, CHILD_UP);
	ck_assert_int_eq(top->state, CHILD_UP);
	ck_assert_uint_eq(b->restarts, 0);
	script_exit(&script, b, SPEC_END_ABNORMAL);
	script_expect(&script, "0 down b\n" "0 terminated b\n"
	    "0 start b\n" "0 up b\n");
	script_tell(&script, INPUT_STOP);
	script_expect(&script, "0 term s\n" "0 term c\n" "0 down c\n"
	    "0 term b\n" "0 down b\n" "0 down s\n" "0 term a\n" "0 down a\n"
	    "0 down top\n" "0 quit\n");
	script_end(&script);
}
END_TEST

/* What was stopped stays stopped; what ended and is temporary has gone. */
START_TEST(adopted_supervisor_has_what_it_had)
{
	struct child *a, *b, *t, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	t = script_worker(&script, "t");
	t->spec.restart = SPEC_TEMPORARY;
	top = root_of(&script, script_sup(&script, "top", NULL,
	    CHILDREN(a, t, b)));
	world_adopt(&script.world, b);
	world_adopt(&script.world, top);
	ck_assert_int_eq(a->state, CHILD_DOWN);
	ck_assert_uint_eq(sup_of(top)->child_count, 2);
	script_expect(&script, "");
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "a"),
	    REQUEST_OK);
	script_expect(&script, "0 start a\n" "0 up a\n" "0 answer ok\n");
	script_end(&script);
}
END_TEST

/* Children of run time come back; one may have the name of a deleted one. */
START_TEST(adopted_children_of_run_time)
{
	struct child *a, *d, *n, *other, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	other = script_worker(&script, "a");
	n = script_worker(&script, "n");
	d = script_dynamic(&script, "d");
	top = root_of(&script, script_sup(&script, "top", NULL,
	    CHILDREN(a, d)));
	sup_add(sup_of(d), n);
	sup_add(sup_of(top), other);
	world_adopt(&script.world, n);
	world_adopt(&script.world, d);
	world_adopt(&script.world, other);
	world_adopt(&script.world, top);
	ck_assert_ptr_eq(tree_find(&script.world.tree, "/a"), other);
	ck_assert_ptr_eq(tree_find(&script.world.tree, "/d/n"), n);
	script_ask(&script, d, REQUEST_TERMINATE_CHILD, "n");
	script_expect(&script, "0 term n\n" "0 down n\n" "0 answer ok\n"
	    "0 release n\n");
	script_end(&script);
}
END_TEST

/* A start that was cut goes on: with the rest, in order. */
START_TEST(cut_start_goes_on)
{
	struct child *a, *b, *c, *s;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	c = script_worker(&script, "c");
	s = script_sup(&script, "s", NULL, CHILDREN(a, b));
	root_of(&script, script_sup(&script, "top", NULL, CHILDREN(s, c)));
	world_adopt(&script.world, a);
	script_expect(&script, "");
	script_tell(&script, INPUT_START);
	script_expect(&script, "0 begin top\n" "0 begin s\n" "0 start b\n"
	    "0 up b\n" "0 up s\n" "0 start c\n" "0 up c\n" "0 up top\n");
	script_end(&script);
}
END_TEST

/* What ends before its supervisor has started again is heard of then, and so
 * is what is asked of the supervisor. */
START_TEST(cut_start_hears_later)
{
	struct child *a, *b, *s;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	s = script_sup(&script, "s", NULL, CHILDREN(a, b));
	root_of(&script, s);
	world_adopt(&script.world, a);
	script_exit(&script, a, SPEC_END_ABNORMAL);
	ck_assert_int_eq(script_ask(&script, s, REQUEST_COUNT_CHILDREN, ""),
	    REQUEST_ERROR_COUNT);
	script_expect(&script, "0 down a\n");
	script_tell(&script, INPUT_START);
	script_expect(&script, "0 begin s\n" "0 start b\n" "0 up b\n"
	    "0 up s\n" "0 terminated a\n" "0 start a\n" "0 up a\n"
	    "0 answer ok\n");
	script_end(&script);
}
END_TEST

/* Nothing that was adopted is left behind when the tree is stopped or killed
 * in the place of its start, or the start fails before it comes there. */
START_TEST(cut_start_is_undone)
{
	struct child *a, *b, *s;
	struct script script;

	for (int way = 0; way < 3; way++) {
		script_begin(&script);
		a = script_worker(&script, "a");
		b = script_worker(&script, "b");
		s = script_sup(&script, "s", NULL, CHILDREN(b));
		root_of(&script, script_sup(&script, "top", NULL,
		    CHILDREN(a, s)));
		world_adopt(&script.world, b);
		role_of(a)->start = FAILS;
		script_tell(&script, way == 0 ? INPUT_START :
		    way == 1 ? INPUT_STOP : INPUT_KILL);
		ck_assert_int_eq(b->state, CHILD_DOWN);
		ck_assert_int_eq(slot_of(b)->proc, PROC_NONE);
		ck_assert_int_eq(s->state, CHILD_DOWN);
		script_end(&script);
	}
}
END_TEST

/* A supervisor whose start was cut, in one that is up: its start is asked for;
 * it cannot be deleted. */
START_TEST(cut_start_below_what_is_up)
{
	struct child *a, *b, *s, *top;
	struct script script;

	script_begin(&script);
	a = script_worker(&script, "a");
	b = script_worker(&script, "b");
	s = script_sup(&script, "s", NULL, CHILDREN(a, b));
	s->spec.restart = SPEC_TEMPORARY;
	top = root_of(&script, script_sup(&script, "top", NULL, CHILDREN(s)));
	world_adopt(&script.world, a);
	world_adopt(&script.world, top);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_DELETE_CHILD, "s"),
	    REQUEST_RUNNING);
	script_forget(&script);
	ck_assert_int_eq(script_ask(&script, top, REQUEST_RESTART_CHILD, "s"),
	    REQUEST_OK);
	script_expect(&script, "0 begin s\n" "0 start b\n" "0 up b\n"
	    "0 up s\n" "0 answer ok\n");
	script_end(&script);
}
END_TEST

UNIT_SUITE(treeadopt)
{
	Suite *suite = suite_create("treeadopt");
	TCase *tcase = tcase_create("treeadopt");

	tcase_add_test(tcase, adopted_tree_goes_on);
	tcase_add_test(tcase, adopted_supervisor_has_what_it_had);
	tcase_add_test(tcase, adopted_children_of_run_time);
	tcase_add_test(tcase, cut_start_goes_on);
	tcase_add_test(tcase, cut_start_hears_later);
	tcase_add_test(tcase, cut_start_is_undone);
	tcase_add_test(tcase, cut_start_below_what_is_up);
	suite_add_tcase(suite, tcase);
	return suite;
}
