/* Sets of words and lists of variables, and what they cost at worst. */
#include "config.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/vars.h"
#include "unit.h"

static struct scratch scratch;
static struct vars vars;

/* Begin a test. */
static void
setup(void)
{
	vars_init(&vars, &scratch);
}

/* End a test. */
static void
teardown(void)
{
	scratch_release(&scratch);
}

/* Make a text of so many x, a number and an end. */
static char *
make_text(size_t size, unsigned number, const char *end)
{
	char *text = scratch_alloc(&scratch, size + strlen(end) + 16);

	memset(text, 'x', size);
	snprintf(text + size, strlen(end) + 16, "%u%s", number, end);
	return text;
}

/* The first place of a name is kept, and its last value. */
START_TEST(keeps_place_and_last_value)
{
	char a[] = "A=1", b[] = "B=", ab[] = "AB=2", again[] = "A=3=4";
	char none[] = "A", empty[] = "=x";

	ck_assert_ptr_null(vars_get(&vars, "A", 1));
	ck_assert_int_eq(vars_put(&vars, none), 0);
	ck_assert_uint_eq(vars.names.count, 0);
	ck_assert_int_eq(vars_put(&vars, a), 0);
	ck_assert_int_eq(vars_put(&vars, b), 0);
	ck_assert_int_eq(vars_put(&vars, ab), 0);
	ck_assert_int_eq(vars_put(&vars, again), 0);
	ck_assert_int_eq(vars_put(&vars, empty), 0);
	ck_assert_ptr_eq(vars.list[0], again);
	ck_assert_ptr_eq(vars.list[1], b);
	ck_assert_ptr_eq(vars.list[2], ab);
	ck_assert_ptr_eq(vars.list[3], empty);
	ck_assert_ptr_null(vars.list[4]);
	ck_assert_uint_eq(vars.size, 6 + 3 + 5 + 3);
	ck_assert_str_eq(vars_get(&vars, "A", 1), "3=4");
	ck_assert_str_eq(vars_get(&vars, "ABC", 2), "2");
	ck_assert_str_eq(vars_get(&vars, "B", 1), "");
	ck_assert_ptr_null(vars_get(&vars, "C", 1));
}
END_TEST

/* A name must be found by its bytes, not by comparing with all others. */
static const size_t prefixes[] = {0, 1, 200, 1000};

START_TEST(alike_names_take_few_steps)
{
	size_t prefix = prefixes[_i], count = prefix > 200 ? 2000 : VARS_MAX;

	for (int again = 0; again < 2; again++)
		for (unsigned n = 0; n < count; n++)
			ck_assert_int_eq(vars_put(&vars, make_text(prefix,
			    10000 + n, again ? "=b" : "=a")), 0);
	ck_assert_uint_eq(vars.names.count, count);
	/* few slots of other names a put; all of them would be n / 2 */
	ck_assert_uint_lt(vars.names.steps, vars.names.puts * 2);
	for (unsigned n = 0; n < count; n++) {
		char *text = make_text(prefix, 10000 + n, "=b");

		ck_assert_str_eq(vars.list[n], text);
		ck_assert_str_eq(vars_get(&vars, text, prefix + 5), "b");
	}
	ck_assert_ptr_null(vars.list[count]);
}
END_TEST

/* Names that are chosen to collide are refused before they cost much. */
START_TEST(colliding_names_are_refused)
{
	int error = 0;
	unsigned count = 0;

	for (unsigned n = 0; error == 0 && n < (1U << 26); n++) {
		char name[16];
		int size = snprintf(name, sizeof(name), "%u", n);
		uint64_t hash = hash_bytes(name, (size_t)size);

		/* one slot of 4096, and so of all smaller tables */
		if (((hash ^ hash >> 32) & 4095) != 0)
			continue;
		count++;
		error = vars_put(&vars, make_text(0, n, "="));
	}
	ck_assert_int_eq(error, EINVAL);
	ck_assert_uint_lt(count, 300);
	ck_assert_uint_lt(vars.names.steps, 20000);
	ck_assert_uint_eq(vars.names.count, count - 1);
	ck_assert_ptr_null(vars.list[count - 1]);
}
END_TEST

/* One variable too many leaves the others as they are. */
START_TEST(bounds_the_number)
{
	for (unsigned n = 0; n < VARS_MAX; n++)
		ck_assert_int_eq(vars_put(&vars, make_text(1, n, "=")), 0);
	ck_assert_int_eq(vars_put(&vars, make_text(2, 0, "=")), E2BIG);
	ck_assert_uint_eq(vars.names.count, VARS_MAX);
	ck_assert_ptr_null(vars.list[VARS_MAX]);
	ck_assert_ptr_null(vars_get(&vars, "xx0", 3));
	/* but one that is there may have another value */
	ck_assert_int_eq(vars_put(&vars, make_text(1, 7, "=new")), 0);
	ck_assert_str_eq(vars_get(&vars, "x7", 2), "new");
}
END_TEST

/* Bytes too. What makes way for another does not count. */
START_TEST(bounds_the_bytes)
{
	char *half = calloc(1, VARS_SIZE_MAX / 2 + 1);
	char *other = calloc(1, VARS_SIZE_MAX / 2 + 1);

	/* each with its NUL is half of all */
	memset(half, 'x', VARS_SIZE_MAX / 2 - 1);
	memset(other, 'x', VARS_SIZE_MAX / 2 - 1);
	memcpy(half, "A=", 2);
	memcpy(other, "B=", 2);
	ck_assert_int_eq(vars_put(&vars, half), 0);
	ck_assert_int_eq(vars_put(&vars, half), 0);
	ck_assert_int_eq(vars_put(&vars, other), 0);
	ck_assert_uint_eq(vars.size, VARS_SIZE_MAX);
	ck_assert_int_eq(vars_put(&vars, (char[]){"C="}), E2BIG);
	ck_assert_int_eq(vars_put(&vars, (char[]){"A="}), 0);
	ck_assert_int_eq(vars_put(&vars, (char[]){"C="}), 0);
	ck_assert_uint_eq(vars.names.count, 3);
	free(half);
	free(other);
}
END_TEST

/* A set may be smaller, and its words may have any bytes. */
START_TEST(words_of_any_bytes)
{
	struct wordset set = {.scratch = &scratch, .max = 3};
	size_t index = 9;

	ck_assert_uint_eq(wordset_find(&set, "", 0), WORDSET_NONE);
	ck_assert_int_eq(wordset_put(&set, "a\0b", 3, &index), 0);
	ck_assert_uint_eq(index, 0);
	ck_assert_int_eq(wordset_put(&set, "a\0c", 3, &index), 0);
	ck_assert_uint_eq(index, 1);
	ck_assert_int_eq(wordset_put(&set, "", 0, &index), 0);
	ck_assert_uint_eq(index, 2);
	ck_assert_int_eq(wordset_put(&set, "d", 1, &index), E2BIG);
	ck_assert_uint_eq(index, 2);
	ck_assert_int_eq(wordset_put(&set, "a\0b", 3, &index), 0);
	ck_assert_uint_eq(index, 0);
	ck_assert_uint_eq(wordset_find(&set, "", 0), 2);
	ck_assert_uint_eq(wordset_find(&set, "a\0c", 3), 1);
	ck_assert_uint_eq(wordset_find(&set, "a", 1), WORDSET_NONE);
}
END_TEST

UNIT_SUITE(vars)
{
	Suite *suite = suite_create("vars");
	TCase *tcase = tcase_create("vars");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, keeps_place_and_last_value);
	tcase_add_loop_test(tcase, alike_names_take_few_steps, 0,
	    LENGTH(prefixes));
	tcase_add_test(tcase, colliding_names_are_refused);
	tcase_add_test(tcase, bounds_the_number);
	tcase_add_test(tcase, bounds_the_bytes);
	tcase_add_test(tcase, words_of_any_bytes);
	suite_add_tcase(suite, tcase);
	return suite;
}
