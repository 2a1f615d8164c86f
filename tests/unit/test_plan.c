/*
 * The plan of a reload: from a tree that one text describes to another text.
 * The tree is made as the daemon makes it; processes are pretended.
 */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conftext.h"
#include "engine/build.h"
#include "engine/worker.h"
#include "reload/plan.h"
#include "unit.h"

#define W(path)		"[worker:" path "]\ncommand = /" path "\n"
#define S(path)		"[supervisor:" path "]\n"
#define D(path)		"[dynamic:" path "]\ncommand = /" path "\n"
#define ROOT(key)	"[supervisor]\n" key "\n"

struct field {
	struct tree tree;
	struct plan plan;
	struct conf *conf;
};

static void
ignore_note(void *arg, const struct note *note)
{
	(void)arg;
	(void)note;
}

/* Say that every worker which is to start has started. */
static void
start_all(struct tree *tree)
{
	struct action action;

	tree_step(tree, &(struct input){ .type = INPUT_START, .now_ms = 1 });
	while (tree_next_action(tree, &action)) {
		ck_assert_int_eq(action.type, ACTION_START);
		tree_step(tree, &(struct input){
			.type = INPUT_STARTED,
			.now_ms = 1,
			.child = action.child,
		});
	}
	ck_assert_int_eq(tree->root->self.state, CHILD_UP);
}

/* Build the tree of a text and start it. */
static void
field_begin(struct field *field, const char *text)
{
	struct conf *conf = conftext_parse(text);

	*field = (struct field){ .conf = NULL };
	tree_init(&field->tree, ignore_note, NULL, 1);
	ck_assert_int_eq(build_tree(&field->tree, conf), 0);
	conf_free(conf);
	start_all(&field->tree);
}

/* Plan the way to another text. */
static void
field_plan(struct field *field, const char *text)
{
	field->conf = conftext_parse(text);
	ck_assert_int_eq(plan_make(&field->plan, &field->tree, field->conf),
	    0);
}

/* Have a worker end: the tree hears it. */
static void
field_end(struct field *field, const char *path)
{
	struct child *child = tree_find(&field->tree, path);
	struct action action;

	ck_assert_ptr_nonnull(child);
	tree_step(&field->tree, &(struct input){
		.type = INPUT_EXITED,
		.now_ms = 2,
		.child = child,
		.outcome = { .how = SPEC_HOW_EXITED, .end = SPEC_END_NORMAL,
		    .end_stopped = SPEC_END_NORMAL },
	});
	ck_assert(!tree_next_action(&field->tree, &action));
}

/* Ask the root for something about a child, and answer it with a failure if it
 * is to be started. */
static void
field_ask(struct field *field, enum request_type type, const char *name)
{
	struct request request = {
		.type = type,
		.sup = field->tree.root,
		.name = name,
	};
	struct action action;

	tree_step(&field->tree, &(struct input){
		.type = INPUT_REQUEST,
		.now_ms = 3,
		.request = &request,
	});
	while (tree_next_action(&field->tree, &action)) {
		if (action.type != ACTION_START)
			continue;
		tree_step(&field->tree, &(struct input){
			.type = INPUT_START_FAILED,
			.now_ms = 3,
			.child = action.child,
		});
	}
}

/* Start a child by a request, in vain. */
static void
field_fail(struct field *field, const char *name)
{
	field_ask(field, REQUEST_RESTART_CHILD, name);
	ck_assert_uint_eq(tree_find(&field->tree, name)->state, CHILD_DOWN);
}

/* Everything is down, as at the end of the daemon; free it. */
static void
field_free(struct field *field)
{
	plan_release(&field->plan);
	conf_free(field->conf);
	build_free(&field->tree);
}

/* Write the lines of the plan, or its steps, each ended by ";". */
static void
write_lines(const struct plan *plan, char *text, size_t size)
{
	const char *line = strlist_first(&plan->lines);

	text[0] = '\0';
	for (size_t i = 0; i < plan->lines.count; i++) {
		snprintf(text + strlen(text), size - strlen(text), "%s;",
		    line);
		line = strlist_after(line);
	}
}

/* As above. */
static void
write_steps(const struct plan *plan, char *text, size_t size)
{
	static const char marks[] = {
		[PLAN_TERMINATE] = '-',
		[PLAN_DELETE] = 'x',
		[PLAN_CODE_CHANGE] = '=',
		[PLAN_START] = '+',
		[PLAN_RESTART] = '~',
	};

	text[0] = '\0';
	for (size_t i = 0; i < plan->count; i++)
		snprintf(text + strlen(text), size - strlen(text), "%c%s;",
		    marks[plan->steps[i].type], plan->steps[i].path);
}

/* Fail unless the plan has these lines and these steps. */
static void
expect(const struct field *field, const char *lines, const char *steps)
{
	char text[2000];

	write_lines(&field->plan, text, sizeof(text));
	ck_assert_str_eq(text, lines);
	write_steps(&field->plan, text, sizeof(text));
	ck_assert_str_eq(text, steps);
}

static const struct {
	const char *old;
	const char *new;
	const char *lines;
	const char *steps;
} ways[] = {
	/* nothing */
	{W("a") S("s") W("s/b"), W("a") S("s") W("s/b"), "", ""},
	{"[supervisor]\n", "[supervisor]\n", "", ""},

	/* new and gone */
	{W("a"), W("a") W("b"), "start b;", "=/;+b;"},
	{W("b"), W("a") W("b"), "start a;", "=/;+a;"},
	{W("a") W("b"), W("b"), "stop and delete a;", "=/;-a;xa;"},
	{W("a"), W("b"), "stop and delete a;start b;", "=/;-a;xa;+b;"},
	{W("a") W("b") W("c"), ROOT(""),
	    "stop and delete c;stop and delete b;stop and delete a;",
	    "=/;-c;xc;-b;xb;-a;xa;"},
	{W("a"), W("a") S("s") W("s/x") S("s/t") W("s/t/y"), "start s;",
	    "=/;+s;"},
	{W("a") S("s") W("s/x") S("s/t") W("s/t/y"), W("a"),
	    "stop and delete s;", "=/;-s;xs;"},
	{S("s") W("s/x") W("y"), S("s") W("z"),
	    "stop and delete y;stop and delete s/x;start z;",
	    "=/;=s;-y;xy;-s/x;xs/x;+z;"},

	/* another kind of child makes way first */
	{W("a"), S("a") W("a/b"), "stop and delete a;start a;",
	    "-a;xa;=/;+a;"},
	{S("a") W("a/b"), W("a"), "stop and delete a;start a;",
	    "-a;xa;=/;+a;"},
	{D("a"), S("a"), "stop and delete a;start a;", "-a;xa;=/;+a;"},
	{W("a") "restart = temporary\n", W("a") "restart = temporary\n"
	    "umask = 077\n", "stop and delete a;start a: umask;",
	    "-a;xa;=/;+a;"},
	{W("a") "restart = temporary\n", W("a") "umask = 077\n",
	    "restart a: restart, umask;", "=/;~a;"},
	{W("a"), W("a") "restart = temporary\numask = 077\n",
	    "stop and delete a;start a: restart, umask;", "-a;xa;=/;+a;"},

	/* policy */
	{W("a"), W("a") "shutdown = 9s\n", "change a: shutdown;", "=/;"},
	{W("a"), ROOT("strategy = one_for_all") W("a"), "change /: strategy;",
	    "=/;"},
	{S("s") W("s/a"), S("s") "max_restarts = 9\n" W("s/a"),
	    "change s: max_restarts;", "=/;=s;"},
	{D("d"), D("d") "max_children = 2\numask = 077\n",
	    "change d: max_children, umask;", "=/;=d;"},

	/* order */
	{W("a") W("b") W("c"), W("c") W("a") W("b"), "reorder /;", "=/;"},
	{W("a") W("b"), W("b") W("n") W("a"), "reorder /;start n;",
	    "=/;+n;"},
	{W("a") W("b") W("c"), W("a") W("c"), "stop and delete b;",
	    "=/;-b;xb;"},

	/* what runs, by strategy */
	{W("a") W("b"), W("a") "umask = 077\n" W("b"), "restart a: umask;",
	    "=/;~a;"},
	{ROOT("strategy = rest_for_one") W("a") W("b") W("c"),
	    ROOT("strategy = rest_for_one") W("a") W("b") "umask = 077\n"
	    W("c"), "restart b: umask;restart c, along with b;", "=/;~b;"},
	{ROOT("strategy = one_for_all") W("a") W("b") W("c"),
	    ROOT("strategy = one_for_all") W("a") W("b") "umask = 077\n"
	    W("c"), "restart a, along with b;restart b: umask;"
	    "restart c, along with b;", "=/;~b;"},
	{ROOT("strategy = one_for_all") W("a") W("b") "restart = temporary\n",
	    ROOT("strategy = one_for_all") W("a") "umask = 077\n" W("b")
	    "restart = temporary\n", "restart a: umask;"
	    "stop b, along with a;", "=/;~a;"},
	/* the new strategy counts */
	{W("a") W("b"), ROOT("strategy = rest_for_one") W("a")
	    "umask = 077\n" W("b"), "change /: strategy;restart a: umask;"
	    "restart b, along with a;", "=/;~a;"},
	/* a child comes before those that need it */
	{W("b"), W("a") W("b") "umask = 077\n", "start a;restart b: umask;",
	    "=/;+a;~b;"},
	{ROOT("strategy = one_for_all") W("b"),
	    ROOT("strategy = one_for_all") W("a") W("b") "umask = 077\n",
	    "start a;restart b: umask;", "=/;~b;+a;"},
	{S("s") W("s/x") W("b"), S("s") W("s/x") "umask = 077\n" W("b")
	    "umask = 077\n", "restart s/x: umask;restart b: umask;",
	    "=/;=s;~s/x;~b;"},
};

START_TEST(finds_the_way)
{
	struct field field;

	field_begin(&field, ways[_i].old);
	field_plan(&field, ways[_i].new);
	expect(&field, ways[_i].lines, ways[_i].steps);
	field_free(&field);
}

/* A temporary child that has ended is left so; but its supervisor hears what
 * has changed of it, or that it is gone. */
START_TEST(leaves_the_ended_alone)
{
	static const struct {
		const char *new;
		const char *lines;
		const char *steps;
	} cases[] = {
		{W("a") "restart = temporary\n" W("b"), "", ""},
		{W("a") "restart = temporary\numask = 077\n" W("b"),
		    "change a: umask;", "=/;"},
		{W("b"), "", "=/;"},
		{S("a") W("a/x") W("b"), "", "=/;"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct field field;

		field_begin(&field, W("a") "restart = temporary\n" W("b"));
		field_end(&field, "a");
		field_plan(&field, cases[i].new);
		expect(&field, cases[i].lines, cases[i].steps);
		field_free(&field);
	}
}

/* What is down is changed, and not restarted. */
START_TEST(restarts_only_what_runs)
{
	struct field field;

	field_begin(&field, W("a") "restart = transient\n" W("b"));
	field_end(&field, "a");
	field_plan(&field, W("a") "restart = transient\numask = 077\n"
	    W("b"));
	expect(&field, "change a: umask;", "=/;");
	field_free(&field);
}

/* What could not be started is tried again, whether it differs or not; what
 * a request has stopped is not. */
START_TEST(tries_again_what_failed)
{
	static const struct {
		const char *new;
		const char *lines;
		const char *steps;
	} cases[] = {
		{W("a") "restart = transient\n" W("b"), "start a;", "+a;"},
		{W("a") "restart = transient\numask = 077\n" W("b"),
		    "start a: umask;", "=/;+a;"},
		{W("b"), "stop and delete a;", "=/;-a;xa;"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct field field;

		field_begin(&field, W("a") "restart = transient\n" W("b"));
		field_end(&field, "a");
		field_fail(&field, "a");
		field_plan(&field, cases[i].new);
		expect(&field, cases[i].lines, cases[i].steps);
		field_free(&field);
	}
}

/* A failed start that a request has put an end to. */
START_TEST(leaves_what_was_stopped)
{
	struct field field;
	const char *text = W("a") "restart = transient\n" W("b");

	field_begin(&field, text);
	field_end(&field, "a");
	field_fail(&field, "a");
	field_ask(&field, REQUEST_TERMINATE_CHILD, "a");
	field_plan(&field, text);
	expect(&field, "", "");
	field_free(&field);
}

/* A child of run time stays, unless the file has its name for another kind. */
START_TEST(keeps_what_came_at_run_time)
{
	static const struct {
		const char *new;
		const char *lines;
		const char *steps;
	} cases[] = {
		{W("a"), "", ""},
		{W("a") W("r"), "", ""},
		{W("r") W("a"), "reorder /;", "=/;"},
		{W("a") S("r") W("r/x"), "stop and delete r;start r;",
		    "-r;xr;=/;+r;"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct field field;

		field_begin(&field, W("a") W("r"));
		tree_find(&field.tree, "r")->defined = false;
		field_plan(&field, cases[i].new);
		expect(&field, cases[i].lines, cases[i].steps);
		field_free(&field);
	}
}

/* The marks say how each slot is to be made. */
START_TEST(marks_nodes)
{
	struct field field;

	field_begin(&field, W("a") S("s") W("s/x"));
	field_plan(&field, W("a") "umask = 077\n" S("s") W("s/x") S("n")
	    W("n/y"));
	ck_assert_uint_eq(field.plan.marks[1], PLAN_MARK_RESTARTS);
	ck_assert_uint_eq(field.plan.marks[2], 0);
	ck_assert_uint_eq(field.plan.marks[3], 0);
	ck_assert_uint_eq(field.plan.marks[4], PLAN_MARK_WHOLE |
	    PLAN_MARK_STARTS);
	field_free(&field);
}

/* Ten thousand children, in reverse: no time to speak of. */
START_TEST(takes_many)
{
	enum { COUNT = 10000 };
	size_t size = COUNT * 40;
	char *texts[2] = { malloc(size), malloc(size) };
	struct field field;
	size_t at[2] = { 0, 0 };

	for (int i = 0; i < COUNT; i++) {
		at[0] += (size_t)snprintf(texts[0] + at[0], size - at[0],
		    "[worker:w%d]\ncommand = /x\n", i);
		at[1] += (size_t)snprintf(texts[1] + at[1], size - at[1],
		    "[worker:w%d]\ncommand = /x\n", COUNT - i);
	}
	field_begin(&field, texts[0]);
	field_plan(&field, texts[1]);
	expect(&field, "reorder /;stop and delete w0;start w10000;",
	    "=/;-w0;xw0;+w10000;");
	field_free(&field);
	free(texts[0]);
	free(texts[1]);
}

UNIT_SUITE(plan)
{
	Suite *suite = suite_create("plan");
	TCase *tcase = tcase_create("plan");

	tcase_add_loop_test(tcase, finds_the_way, 0, (int)LENGTH(ways));
	tcase_add_test(tcase, leaves_the_ended_alone);
	tcase_add_test(tcase, restarts_only_what_runs);
	tcase_add_test(tcase, tries_again_what_failed);
	tcase_add_test(tcase, leaves_what_was_stopped);
	tcase_add_test(tcase, keeps_what_came_at_run_time);
	tcase_add_test(tcase, marks_nodes);
	tcase_add_test(tcase, takes_many);
	suite_add_tcase(suite, tcase);
	return suite;
}
