/* Command lines: words as a shell would split them, and errors. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "unit.h"

/* Write the words of a text, each in <>, or what is wrong with it after "!". */
static char *
split_to_text(const char *text, bool plain)
{
	struct strlist words = { 0 }, shown = { 0 };
	const char *fault = plain ? command_split_plain(text, &words) :
	    command_split(text, &words);
	const char *word = strlist_first(&words);
	char *result;

	if (fault != NULL) {
		strlist_put(&shown, '!');
		strlist_put_bytes(&shown, fault, strlen(fault));
	}
	for (size_t i = 0; fault == NULL && i < words.count; i++) {
		strlist_put(&shown, '<');
		strlist_put_bytes(&shown, word, strlen(word));
		strlist_put(&shown, '>');
		word = strlist_after(word);
	}
	strlist_end(&shown);
	result = strdup(strlist_first(&shown));
	strlist_release(&words);
	strlist_release(&shown);
	return result;
}

static const struct split_case {
	const char *text;
	const char *words;	/* as split_to_text() writes them */
} splits[] = {
	{"", ""},
	{" \t ", ""},
	{"a", "<a>"},
	{"  a\t b  c ", "<a><b><c>"},
	{"a'b c'd", "<ab cd>"},
	{"a\"b c\"d", "<ab cd>"},
	{"''", "<>"},
	{"\"\" ''", "<><>"},
	{"a''b", "<ab>"},
	{"a\\ b", "<a b>"},
	{"\\a", "<a>"},
	{"'\\a'", "<\\a>"},
	{"\"\\a\"", "<\\a>"},
	{"\"\\\"\\\\\\`\"", "<\"\\`>"},
	{"'\"' \"'\"", "<\"><'>"},
	{"--x=\"y z\"", "<--x=y z>"},
	{"*.c ~/x [a] {b,c} #d", "<*.c><~/x><[a]><{b,c}><#d>"},
	{"http://x/?a=1&b=2", "<http://x/?a=1&b=2>"},
	{"a;b x|y 10>", "<a;b><x|y><10>>"},
	{"'>' \\| \"&&\"", "<>><|><&&>"},
	{"caf\xc3\xa9 \xff", "<caf\xc3\xa9><\xff>"},
	/* dollars */
	{"$$", "<$$>"},
	{"a$$b", "<a$$b>"},
	{"${HOME}/x", "<${HOME}/x>"},
	{"\"${A_1} b\"", "<${A_1} b>"},
	{"'$HOME'", "<$$HOME>"},
	{"'${HOME}'", "<$${HOME}>"},
	{"\\${HOME}", "<$${HOME}>"},
	{"\"\\$x\"", "<$$x>"},
	{"$$$$", "<$$$$>"},
	/* faults */
	{"'a", "!a ' that is not closed"},
	{"a 'b'c'", "!a ' that is not closed"},
	{"\"a", "!a \" that is not closed"},
	{"\"a\\\"", "!a \" that is not closed"},
	{"\"a\\", "!a \" that is not closed"},
	{"a\\", "!a backslash at the end"},
	{"$", "!a '$' alone: '${NAME}' is a variable, '$$' a dollar"},
	{"$HOME", "!a '$' alone: '${NAME}' is a variable, '$$' a dollar"},
	{"${}", "!a '$' alone: '${NAME}' is a variable, '$$' a dollar"},
	{"${1}", "!a '$' alone: '${NAME}' is a variable, '$$' a dollar"},
	{"${a", "!a '$' alone: '${NAME}' is a variable, '$$' a dollar"},
	{"${a-b}", "!a '$' alone: '${NAME}' is a variable, '$$' a dollar"},
	{"\"$x\"", "!a '$' alone: '${NAME}' is a variable, '$$' a dollar"},
	{"$(x)", "!a '$' alone: '${NAME}' is a variable, '$$' a dollar"},
	{"a | b", "!a word that starts like a shell's operator, but no shell "
	    "runs: quote it, or write /bin/sh -c '...'"},
	{"a && b", "!a word that starts like a shell's operator, but no shell "
	    "runs: quote it, or write /bin/sh -c '...'"},
	{"a >x", "!a word that starts like a shell's operator, but no shell "
	    "runs: quote it, or write /bin/sh -c '...'"},
	{"a 2>&1", "!a word that starts like a shell's operator, but no shell "
	    "runs: quote it, or write /bin/sh -c '...'"},
	{"a ;", "!a word that starts like a shell's operator, but no shell "
	    "runs: quote it, or write /bin/sh -c '...'"},
};

/* Commands: words, quotes, dollars, operators. */
START_TEST(splits_commands)
{
	char *words = split_to_text(splits[_i].text, false);

	ck_assert_str_eq(words, splits[_i].words);
	free(words);
}
END_TEST

static const struct split_case plain_splits[] = {
	{"A=1 'B=x y'", "<A=1><B=x y>"},
	{"A=$x ${ $$ > |", "<A=$x><${><$$><>><|>"},
	{"'$' \"$\" \\$", "<$><$><$>"},
	{"'a", "!a ' that is not closed"},
};

/* Other values: the same quotes, and nothing else. */
START_TEST(splits_plain_values)
{
	char *words = split_to_text(plain_splits[_i].text, true);

	ck_assert_str_eq(words, plain_splits[_i].words);
	free(words);
}
END_TEST

/* Whatever splits without a fault is quoted so that it splits the same. */
START_TEST(quotes_what_it_splits)
{
	struct strlist words = { 0 }, text = { 0 };
	char *first, *second;
	const char *word;

	if (splits[_i].words[0] == '!')
		return;
	ck_assert_ptr_null(command_split(splits[_i].text, &words));
	word = strlist_first(&words);
	for (size_t i = 0; i < words.count; i++) {
		strlist_put(&text, ' ');
		command_quote(&text, word);
		word = strlist_after(word);
	}
	strlist_end(&text);
	first = split_to_text(splits[_i].text, false);
	second = split_to_text(strlist_first(&text), false);
	ck_assert_str_eq(second, first);
	free(first);
	free(second);
	strlist_release(&words);
	strlist_release(&text);
}
END_TEST

/* Any word at all survives, in a value that is not a command. */
START_TEST(quotes_any_word)
{
	static const char bytes[] = " \t'\"\\$`;ab";
	uint64_t seed = (uint64_t)_i + 1;
	struct strlist words = { 0 }, text = { 0 };
	char word[12] = "";
	size_t len = unit_random(&seed, sizeof(word));

	for (size_t i = 0; i < len; i++)
		word[i] = bytes[unit_random(&seed, sizeof(bytes) - 1)];
	command_quote(&text, word);
	strlist_end(&text);
	ck_assert_ptr_null(command_split_plain(strlist_first(&text), &words));
	ck_assert_uint_eq(words.count, 1);
	ck_assert_str_eq(strlist_first(&words), word);
	strlist_release(&words);
	strlist_release(&text);
}
END_TEST

/* Only a dollar makes a command need expansion. */
START_TEST(knows_what_expands)
{
	char *plain[] = {(char[]){"a"}, (char[]){"b{c}"}, NULL};
	char *dollar[] = {(char[]){"a"}, (char[]){"b$$"}, NULL};

	ck_assert(!command_expands(plain));
	ck_assert(command_expands(dollar));
}
END_TEST

static const struct {
	const char *text;
	const char *argv;	/* each in <>; or "!" and the unknown name */
} expansions[] = {
	{"a b", "<a><b>"},
	{"${A} x${B}y", "<1><xtwo wordsy>"},
	{"${A}${A}", "<11>"},
	{"$$ $$$$ a$$b", "<$><$$><a$b>"},
	{"'${A}' \\$A", "<${A}><$A>"},
	{"$${A}", "<${A}>"},
	{"${EMPTY}", "<>"},
	{"${TWICE}", "<last>"},
	{"${DOLLAR} ${QUOTE}", "<${A}><'\">"},
	{"${AA}", "!AA"},
	{"x ${NOSUCH} ${A}", "!NOSUCH"},
	{"${LIKE}", "!LIKE"},
};

/* Put a list of variables in. */
static void
fill(struct vars *vars, struct scratch *scratch, char *const *env)
{
	vars_init(vars, scratch);
	for (; *env; env++)
		ck_assert_int_eq(vars_put(vars, *env), 0);
}

/* Write an expanded command as above. */
static char *
expand_to_text(char *const *words, const struct vars *vars)
{
	struct strlist shown = { 0 };
	char **argv = NULL, *name = NULL, *result;
	int error = command_expand(words, vars, &argv, &name);

	ck_assert(error == 0 || error == ENOENT);
	if (error == ENOENT)
		strlist_put(&shown, '!');
	if (error == ENOENT)
		strlist_put_bytes(&shown, name, strlen(name));
	for (size_t i = 0; error == 0 && argv[i] != NULL; i++) {
		strlist_put(&shown, '<');
		strlist_put_bytes(&shown, argv[i], strlen(argv[i]));
		strlist_put(&shown, '>');
	}
	strlist_end(&shown);
	result = strdup(strlist_first(&shown));
	strlist_release(&shown);
	free(argv);
	free(name);
	return result;
}

/* Variables come from the worker's environment, once, and are never split. */
START_TEST(expands)
{
	char *env[] = {
		(char[]){"A=1"}, (char[]){"B=two words"}, (char[]){"EMPTY="},
		(char[]){"TWICE=first"}, (char[]){"TWICE=last"},
		(char[]){"DOLLAR=${A}"}, (char[]){"QUOTE='\""},
		(char[]){"LIKELY=x"}, NULL,
	};
	struct strlist list = { 0 };
	struct scratch scratch = { 0 };
	struct vars vars;
	char **words, *text;

	ck_assert_ptr_null(command_split(expansions[_i].text, &list));
	words = strlist_pack(&list);
	ck_assert_ptr_nonnull(words);
	fill(&vars, &scratch, env);
	text = expand_to_text(words, &vars);
	ck_assert_str_eq(text, expansions[_i].argv);
	free(text);
	free(words);
	strlist_release(&list);
	scratch_release(&scratch);
}
END_TEST

/* Expand one word of so many ${A}, each of so many bytes. */
static int
expand_often(int count, size_t size)
{
	struct strlist list = { 0 };
	struct scratch scratch = { 0 };
	struct vars vars;
	char *value = malloc(size + 3), *env[2] = {value, NULL};
	char **words, **argv = NULL, *name = NULL;
	int error;

	memcpy(value, "A=", 2);
	memset(value + 2, 'x', size);
	value[size + 2] = '\0';
	fill(&vars, &scratch, env);
	for (int i = 0; i < count; i++)
		strlist_put_bytes(&list, "${A}", 4);
	strlist_end(&list);
	words = strlist_pack(&list);
	error = command_expand(words, &vars, &argv, &name);
	ck_assert_ptr_null(name);
	ck_assert_int_eq(error == 0, argv != NULL);
	if (error == 0)
		ck_assert_uint_eq(strlen(argv[0]), (size_t)count * size);
	free(argv);
	free(words);
	free(value);
	strlist_release(&list);
	scratch_release(&scratch);
	return error;
}

/* A value that is used often enough does not fill the memory. */
START_TEST(bounds_what_it_expands)
{
	ck_assert_int_eq(expand_often(1000, 10000), E2BIG);
	ck_assert_int_eq(expand_often(13000, 100 << 10), E2BIG);
	/* the last byte of the bound is the end of the word */
	ck_assert_int_eq(expand_often(2, COMMAND_SIZE_MAX / 2), E2BIG);
	ck_assert_int_eq(expand_often(1, COMMAND_SIZE_MAX - 3), 0);
}
END_TEST

/* Without an environment there is no variable. */
START_TEST(expands_without_environment)
{
	char *words[] = {(char[]){"${A}"}, NULL};
	char **argv = NULL, *name = NULL;

	ck_assert_int_eq(command_expand(words, NULL, &argv, &name), ENOENT);
	ck_assert_str_eq(name, "A");
	free(name);
}
END_TEST

/* Names of variables, as POSIX has them. */
START_TEST(knows_names)
{
	ck_assert(command_is_name("A", 1));
	ck_assert(command_is_name("_a9Z", 4));
	ck_assert(!command_is_name("", 0));
	ck_assert(!command_is_name("9a", 2));
	ck_assert(!command_is_name("a-b", 3));
	ck_assert(!command_is_name("\xc3\xa9", 2));
}
END_TEST

UNIT_SUITE(command)
{
	Suite *suite = suite_create("command");
	TCase *tcase = tcase_create("command");

	tcase_add_loop_test(tcase, splits_commands, 0, LENGTH(splits));
	tcase_add_loop_test(tcase, splits_plain_values, 0,
	    LENGTH(plain_splits));
	tcase_add_loop_test(tcase, quotes_what_it_splits, 0, LENGTH(splits));
	tcase_add_loop_test(tcase, quotes_any_word, 0, 200);
	tcase_add_test(tcase, knows_what_expands);
	tcase_add_loop_test(tcase, expands, 0, LENGTH(expansions));
	tcase_add_test(tcase, bounds_what_it_expands);
	tcase_add_test(tcase, expands_without_environment);
	tcase_add_test(tcase, knows_names);
	suite_add_tcase(suite, tcase);
	return suite;
}
