/* Starts of absurd size: they have bounds, and a sentence for each. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strlist.h"
#include "base/vars.h"
#include "fixture.h"
#include "unit.h"

static struct fixture fix;

/* Begin a test. */
static void
setup(void)
{
	fixture_open(&fix);
}

/* End a test. */
static void
teardown(void)
{
	fixture_close(&fix);
}

/* Give a program a list, and end it. */
static void
give(char ***to, struct strlist *list)
{
	free(*to);
	*to = strlist_pack(list);
	ck_assert_ptr_nonnull(*to);
	strlist_release(list);
}

/* Start a program, which must fail at this step with this sentence; the check
 * before a start says the same. Frees it. */
static void
refuse(struct program *program, enum spawn_step step, int error,
    const char *sentence)
{
	fixture_fail(&fix, program, step, error);
	ck_assert_str_eq(fix.sentence, sentence);
	ck_assert(!fix.checked);
	ck_assert_str_eq(fix.check, sentence);
}

/* Make a file of variables: so many x and a number are the name. */
static void
write_vars(const char *name, int prefix, int from, int count)
{
	FILE *file = fopen(fixture_path(&fix, name), "w");
	char *alike = malloc((size_t)prefix + 1);

	ck_assert_ptr_nonnull(file);
	memset(alike, 'x', (size_t)prefix);
	alike[prefix] = '\0';
	for (int n = from; n < from + count; n++)
		fprintf(file, "%s%d=\n", alike, n);
	fclose(file);
	free(alike);
}

/* As many names as a file may have, as alike as its bytes allow. */
START_TEST(alike_names_of_a_file)
{
	struct program *program = fixture_puppet(&fix, "exit", "3", NULL, NULL);
	struct strlist files = { 0 };

	write_vars("vars", 240, 100000, 4096);
	strlist_add(&files, fixture_path(&fix, "vars"));
	give(&program->env_files, &files);
	ck_assert_int_eq(fixture_run(&fix, program), 3);
}
END_TEST

/* Files are bounded each, and all of them together as well. */
START_TEST(too_many_variables)
{
	struct program *program = fixture_make_probe(&fix);
	struct strlist files = { 0 };

	for (int i = 0; i < 3; i++) {
		char name[8];

		snprintf(name, sizeof(name), "vars%d", i);
		write_vars(name, 1, i * 4096, 4096);
		strlist_add(&files, fixture_path(&fix, name));
	}
	give(&program->env_files, &files);
	/* beside these the daemon has put three in */
	refuse(program, SPAWN_ENVIRONMENT, E2BIG, "adding to the environment "
	    "'x8189': Argument list too long (it may have 8192 variables and "
	    "2097152 bytes)");
}
END_TEST

/* Bytes have a bound as well, and no value is said. */
START_TEST(too_many_bytes)
{
	struct program *program = fixture_make_probe(&fix);
	char *value = calloc(1, 100002);
	struct strlist vars = { 0 };
	char name[16];

	memset(value, 'v', 100000);
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "V%02d=", i);
		strlist_put_bytes(&vars, name, strlen(name));
		strlist_add(&vars, value);
	}
	free(value);
	give(&program->env, &vars);
	refuse(program, SPAWN_ENVIRONMENT, E2BIG, "adding to the environment "
	    "'V20': Argument list too long (it may have 8192 variables and "
	    "2097152 bytes)");
}
END_TEST

/* What the daemon gives of its own comes in the order of the list; of a name
 * that is set twice, the first counts. */
START_TEST(inherits_in_order)
{
	char *names[] = {(char[]){"IN_B"}, (char[]){"IN_NONE"},
	    (char[]){"IN_A"}, (char[]){"IN_B"}, NULL};
	char *own[] = {(char[]){"IN_A=1"}, (char[]){"IN_AB=2"},
	    (char[]){"IN_B=3"}, (char[]){"IN_A=4"}, (char[]){"IN_NONE"}, NULL};
	char **saved = environ;
	const char *text;

	environ = own;
	fix.context.inherit = names;
	text = fixture_probe(&fix, fixture_make_probe(&fix));
	environ = saved;
	ck_assert_ptr_nonnull(strstr(text,
	    "env IN_B=3\nenv IN_A=1\nenv REEVE_PATH="));
	fixture_assert_no_line_like(text, "env IN_AB");
	fixture_assert_no_line_like(text, "env IN_NONE");
}
END_TEST

/* Give a program a PATH: a directory that is not there, so often, numbered or
 * not, and a last one. */
static void
give_path(struct program *program, const char *dir, bool numbered, int count,
    const char *last)
{
	struct strlist env = { 0 };

	strlist_put_bytes(&env, "PATH=", 5);
	for (int i = 0; i < count; i++) {
		char number[16] = "";

		if (numbered)
			snprintf(number, sizeof(number), "%d", i);
		strlist_put_bytes(&env, dir, strlen(dir));
		strlist_put_bytes(&env, number, strlen(number));
		strlist_put(&env, ':');
	}
	strlist_add(&env, last);
	give(&program->env, &env);
}

START_TEST(too_long_path)
{
	struct program *program;

	ck_assert_int_eq(symlink("/bin/true", fixture_path(&fix, "here")), 0);
	program = fixture_program(&fix, "here", NULL);
	give_path(program, "/no/", true, 1023, fix.dir);
	ck_assert_int_eq(fixture_run(&fix, program), 0);

	program = fixture_program(&fix, "here", NULL);
	give_path(program, "/no/", true, 1024, fix.dir);
	refuse(program, SPAWN_PATH, E2BIG, "searching PATH for 'here': "
	    "Argument list too long (PATH may have 1024 directories)");

	/* a path is not looked for */
	program = fixture_program(&fix, fixture_path(&fix, "here"), NULL);
	give_path(program, "/no/", true, 1024, fix.dir);
	ck_assert_int_eq(fixture_run(&fix, program), 0);
}
END_TEST

/* Equal directories count once, empty ones are where it runs. */
START_TEST(equal_directories)
{
	struct program *program;

	ck_assert_int_eq(symlink("/bin/true", fixture_path(&fix, "here")), 0);
	program = fixture_program(&fix, "here", NULL);
	give_path(program, "/no/same", false, 10000, fix.dir);
	ck_assert_int_eq(fixture_run(&fix, program), 0);

	program = fixture_program(&fix, "here", NULL);
	program->directory = strdup(fix.dir);
	give_path(program, "", false, 10000, "/no");
	ck_assert_int_eq(fixture_run(&fix, program), 0);

	/* the last one may be the empty one */
	program = fixture_program(&fix, "here", NULL);
	program->directory = strdup(fix.dir);
	give_path(program, "/no/", true, 2, "");
	ck_assert_int_eq(fixture_run(&fix, program), 0);
}
END_TEST

/* A name beyond all names is not written once for each directory. */
START_TEST(too_long_name)
{
	char *name = calloc(1, 100001);
	struct program *program;

	memset(name, 'n', 100000);
	program = fixture_program(&fix, name, NULL);
	give_path(program, "/no/", true, 1000, "/no");
	fixture_fail(&fix, program, SPAWN_EXEC, ENAMETOOLONG);
	free(name);
}
END_TEST

START_TEST(too_long_command)
{
	struct program *program;
	struct strlist argv = { 0 };
	char *var = calloc(1, 100003);

	program = fixture_program(&fix, "/bin/true", NULL);
	strlist_add(&argv, "/bin/true");
	for (int i = 0; i < 13000; i++)
		strlist_put_bytes(&argv, "${X}", 4);
	strlist_end(&argv);
	give(&program->argv, &argv);
	program->expands = true;
	memset(var, 'x', 100002);
	memcpy(var, "X=", 2);
	fixture_env(program, var);
	free(var);
	refuse(program, SPAWN_EXPAND, E2BIG, "expanding the command: Argument "
	    "list too long (it may have 2097152 bytes)");
}
END_TEST

/* What the system itself refuses. */
START_TEST(too_much_for_the_system)
{
	struct program *program;
	char *var;

	if (unit_is_emulated()) {
		unit_skip("here a process cannot survive an exec that fails");
		return;
	}
	program = fixture_program(&fix, "/bin/true", NULL);
	var = calloc(1, VARS_SIZE_MAX / 2);
	memset(var, 'x', VARS_SIZE_MAX / 2 - 1);
	memcpy(var, "X=", 2);
	fixture_env(program, var);
	free(var);
	fixture_fail(&fix, program, SPAWN_EXEC, E2BIG);
	ck_assert_str_eq(fix.sentence, "executing '/bin/true': Argument list "
	    "too long (its arguments and its environment are more than the "
	    "system takes)");
}
END_TEST

UNIT_SUITE(startsize)
{
	Suite *suite = suite_create("startsize");
	TCase *tcase = tcase_create("startsize");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, alike_names_of_a_file);
	tcase_add_test(tcase, too_many_variables);
	tcase_add_test(tcase, too_many_bytes);
	tcase_add_test(tcase, inherits_in_order);
	tcase_add_test(tcase, too_long_path);
	tcase_add_test(tcase, equal_directories);
	tcase_add_test(tcase, too_long_name);
	tcase_add_test(tcase, too_long_command);
	tcase_add_test(tcase, too_much_for_the_system);
	suite_add_tcase(suite, tcase);
	return suite;
}
