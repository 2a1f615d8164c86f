/* Values: what each kind takes, what it refuses, and how it is written. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "config/value.h"
#include "core/spec.h"
#include "unit.h"

#define UNITLESS	"a number without a unit: write it like 250ms, 5s, " \
			"2m, 1h or 1d"
#define NO_DURATION	"must be a duration like 250ms, 5s, 2m, 1h or 1d"
#define TOO_LONG	"too long, 10000d are allowed"

static const struct {
	const char *text;
	const char *fault;	/* NULL: none */
	int64_t ms;
	const char *shown;	/* NULL: as text */
} durations[] = {
	{"250ms", NULL, 250, NULL},
	{"5s", NULL, 5000, NULL},
	{"2m", NULL, 120000, NULL},
	{"1h", NULL, 3600000, NULL},
	{"1d", NULL, 86400000, NULL},
	{"0s", NULL, 0, NULL},
	{"0ms", NULL, 0, "0s"},
	{"1000ms", NULL, 1000, "1s"},
	{"1500ms", NULL, 1500, NULL},
	{"90s", NULL, 90000, NULL},
	{"60m", NULL, 3600000, "1h"},
	{"007s", NULL, 7000, "7s"},
	{"10000d", NULL, INT64_C(864000000000), NULL},
	{"10001d", TOO_LONG, 0, NULL},
	{"864000001s", TOO_LONG, 0, NULL},
	{"99999999999999999999999s", TOO_LONG, 0, NULL},
	{"18446744073709551616ms", TOO_LONG, 0, NULL},
	{"5", UNITLESS, 0, NULL},
	{"0", UNITLESS, 0, NULL},
	{"", NO_DURATION, 0, NULL},
	{"s", NO_DURATION, 0, NULL},
	{"-5s", NO_DURATION, 0, NULL},
	{"+5s", NO_DURATION, 0, NULL},
	{"5 s", NO_DURATION, 0, NULL},
	{"5S", NO_DURATION, 0, NULL},
	{"5sec", NO_DURATION, 0, NULL},
	{"1.5s", NO_DURATION, 0, NULL},
	{"1h30m", NO_DURATION, 0, NULL},
	{"0x5s", NO_DURATION, 0, NULL},
	{"infinity", NO_DURATION, 0, NULL},
};

/* Durations carry a unit, and are shown in the largest that fits. */
START_TEST(reads_durations)
{
	const char *shown = durations[_i].shown;
	struct strlist list = { 0 };
	int64_t ms = -7;

	ck_assert_pstr_eq(value_duration(durations[_i].text, &ms),
	    durations[_i].fault);
	if (durations[_i].fault != NULL) {
		ck_assert_int_eq(ms, -7);
		return;
	}
	ck_assert_int_eq(ms, durations[_i].ms);
	value_put_duration(&list, ms);
	strlist_end(&list);
	ck_assert_str_eq(strlist_first(&list),
	    shown != NULL ? shown : durations[_i].text);
	strlist_release(&list);
}
END_TEST

static const struct {
	const char *text;
	bool fine;
	uint64_t size;
	const char *shown;
} sizes[] = {
	{"0", true, 0, "0"},
	{"1", true, 1, "1"},
	{"4096", true, 4096, "4K"},
	{"64K", true, 65536, "64K"},
	{"10M", true, 10 << 20, "10M"},
	{"1G", true, 1 << 30, "1G"},
	{"1T", true, UINT64_C(1) << 40, "1T"},
	{"1025", true, 1025, "1025"},
	{"9223372036854775807", true, INT64_MAX, "9223372036854775807"},
	{"9223372036854775808", false, 0, NULL},
	{"8388608T", false, 0, NULL},
	{"99999999999999999999", false, 0, NULL},
	{"", false, 0, NULL},
	{"K", false, 0, NULL},
	{"1k", false, 0, NULL},
	{"1KB", false, 0, NULL},
	{"-1", false, 0, NULL},
	{"1 K", false, 0, NULL},
	{"0x10", false, 0, NULL},
};

/* Sizes are in units of 1024. */
START_TEST(reads_sizes)
{
	struct strlist list = { 0 };
	uint64_t size = 77;

	ck_assert_int_eq(value_size(sizes[_i].text, &size), sizes[_i].fine);
	if (!sizes[_i].fine) {
		ck_assert_uint_eq(size, 77);
		return;
	}
	ck_assert_uint_eq(size, sizes[_i].size);
	value_put_size(&list, size);
	strlist_end(&list);
	ck_assert_str_eq(strlist_first(&list), sizes[_i].shown);
	strlist_release(&list);
}
END_TEST

/* Numbers are decimal and between their bounds, to the last one. */
START_TEST(reads_numbers)
{
	uint64_t number = 77;
	int64_t value = 77;

	ck_assert(value_number("3", 3, 5, &number) && number == 3);
	ck_assert(value_number("5", 3, 5, &number) && number == 5);
	ck_assert(value_number("18446744073709551615", 0, UINT64_MAX,
	    &number) && number == UINT64_MAX);
	ck_assert(!value_number("18446744073709551616", 0, UINT64_MAX,
	    &number));
	ck_assert(!value_number("2", 3, 5, &number));
	ck_assert(!value_number("6", 3, 5, &number));
	ck_assert(!value_number("4x", 3, 5, &number));
	ck_assert(!value_number("", 0, 5, &number));
	ck_assert(!value_number("+4", 3, 5, &number));
	ck_assert_uint_eq(number, UINT64_MAX);

	ck_assert(value_signed("-20", -20, 19, &value) && value == -20);
	ck_assert(value_signed("19", -20, 19, &value) && value == 19);
	ck_assert(value_signed("-0", -20, 19, &value) && value == 0);
	ck_assert(!value_signed("-21", -20, 19, &value));
	ck_assert(!value_signed("20", -20, 19, &value));
	ck_assert(!value_signed("--1", -20, 19, &value));
	ck_assert(!value_signed("4294967297", -20, 19, &value));
	ck_assert_int_eq(value, 0);
}
END_TEST

/* Modes are octal, with a leading 0 or without. */
START_TEST(reads_modes)
{
	int64_t mode = 77;

	ck_assert(value_mode("022", &mode) && mode == 022);
	ck_assert(value_mode("0777", &mode) && mode == 0777);
	ck_assert(value_mode("0", &mode) && mode == 0);
	ck_assert(!value_mode("1777", &mode));
	ck_assert(!value_mode("00022", &mode));
	ck_assert(!value_mode("028", &mode));
	ck_assert(!value_mode("", &mode));
	ck_assert(!value_mode("u+x", &mode));
	ck_assert_int_eq(mode, 0);
}
END_TEST

#define NO_CODE		"must be an exit code from 0 to 255, or a range of " \
			"them like 3-5"
#define NO_SIGNAL	"neither an exit code from 0 to 255, nor a range of " \
			"them like 3-5, nor a signal like TERM"

static const struct {
	const char *list;
	const char *fault;
	const char *shown;
} exits[] = {
	{"", NULL, ""},
	{"0", NULL, "0"},
	{"0 1,2", NULL, "0-2"},
	{"3-5 TERM", NULL, "3-5 TERM"},
	{"0-255", NULL, "0-255"},
	{"255, SIGINT, hup", NULL, "255 HUP INT"},
	{"63 64 127 128 191 192", NULL, "63-64 127-128 191-192"},
	{"RTMIN RTMIN+2", NULL, "RTMIN RTMIN+2"},
	{"256", NO_CODE, NULL},
	{"5-3", NO_CODE, NULL},
	{"3-", NO_CODE, NULL},
	{"3-4-5", NO_CODE, NULL},
	{"3x", NO_CODE, NULL},
	{"-3", NO_SIGNAL, NULL},
	{"FOO", NO_SIGNAL, NULL},
	{"RTMIN+99", NO_SIGNAL, NULL},
	{"SIGKILL", "a death by KILL always counts as 'killed'", NULL},
};

/* Read a list as the keys do; the first fault. */
static const char *
read_exits(const char *list, struct exit_set *set)
{
	char item[VALUE_ITEM_SIZE];
	const char *fault = NULL;

	while (fault == NULL && value_item(&list, item))
		fault = value_exit(item, set);
	return fault;
}

/* Sets of exits: codes, ranges, signals. */
START_TEST(reads_exits)
{
	struct strlist list = { 0 };
	struct exit_set set = {{0}, 0};

	ck_assert_pstr_eq(read_exits(exits[_i].list, &set), exits[_i].fault);
	if (exits[_i].fault != NULL)
		return;
	value_put_exits(&list, &set);
	strlist_end(&list);
	ck_assert_str_eq(strlist_first(&list), exits[_i].shown);
	strlist_release(&list);
}
END_TEST

/* An item that is too long for anything is cut, and so refused. */
START_TEST(cuts_long_items)
{
	char list[300], item[VALUE_ITEM_SIZE];
	const char *at = list;

	memset(list, 'x', sizeof(list) - 1);
	list[sizeof(list) - 1] = '\0';
	list[200] = ',';
	ck_assert(value_item(&at, item));
	ck_assert_uint_eq(strlen(item), VALUE_ITEM_SIZE - 1);
	ck_assert_str_eq(item + VALUE_ITEM_SIZE - 5, "x...");
	ck_assert(value_item(&at, item));
	ck_assert_uint_eq(strlen(item), 98);
	ck_assert(!value_item(&at, item));
}
END_TEST

static const struct {
	const char *text;
	const char *meaning;	/* NULL: refused */
	const char *shown;
} texts[] = {
	{"", "", ""},
	{"a b", "a b", "a b"},
	{"a\\nb\\t", "a\nb\t", "a\\nb\\t"},
	{"\\\\n", "\\n", "\\\\n"},
	{"a \\; b", "a ; b", "a \\; b"},
	{"a\\;b;c", "a;b;c", "a;b;c"},
	{"{\"it's\": 1}", "{\"it's\": 1}", "{\"it's\": 1}"},
	{"a\\", NULL, NULL},
	{"\\x", NULL, NULL},
	{"\\\"", NULL, NULL},
};

/* The text of stdin has a few escapes and no quotes. */
START_TEST(reads_texts)
{
	struct strlist list = { 0 };
	char *text = NULL;
	const char *fault = value_text(texts[_i].text, &text);

	if (texts[_i].meaning == NULL) {
		ck_assert_str_eq(fault, "a backslash stands only in \\n, \\t, "
		    "\\; and \\\\");
		ck_assert_ptr_null(text);
		return;
	}
	ck_assert_ptr_null(fault);
	ck_assert_str_eq(text, texts[_i].meaning);
	value_put_text(&list, text);
	strlist_end(&list);
	ck_assert_str_eq(strlist_first(&list), texts[_i].shown);
	strlist_release(&list);
	free(text);
}
END_TEST

/* A string is one word, quoted or not. */
START_TEST(reads_strings)
{
	char *text = NULL;

	ck_assert_ptr_null(value_string("/a/b", &text));
	ck_assert_str_eq(text, "/a/b");
	free(text);
	ck_assert_ptr_null(value_string("'/a b'\"/$c\"", &text));
	ck_assert_str_eq(text, "/a b/$c");
	free(text);
	text = NULL;
	ck_assert_str_eq(value_string("/a b", &text),
	    "must be one word: quote it");
	ck_assert_str_eq(value_string("", &text), "must be one word: quote it");
	ck_assert_str_eq(value_string("'a", &text), "a ' that is not closed");
	ck_assert_ptr_null(text);
}
END_TEST

#define NO_LIMIT	"must be a number, SOFT:HARD of them, or infinity"
#define NO_SIZE_LIMIT	"must be a size like 64K, 10M or 1G, SOFT:HARD of " \
			"them, or infinity"
#define CROSSED		"the soft limit is above the hard one"

static const struct {
	const char *text;
	bool bytes;
	const char *fault;
	const char *shown;
} limits[] = {
	{"10", false, NULL, "10"},
	{"0", false, NULL, "0"},
	{"10:20", false, NULL, "10:20"},
	{"10:10", false, NULL, "10"},
	{"10:infinity", false, NULL, "10:infinity"},
	{"infinity", false, NULL, "infinity"},
	{"64K:1M", true, NULL, "64K:1M"},
	{"4096", true, NULL, "4K"},
	{"0", true, NULL, "0"},
	{"64K", false, NO_LIMIT, NULL},
	{"", false, NO_LIMIT, NULL},
	{":", false, NO_LIMIT, NULL},
	{"1:", false, NO_LIMIT, NULL},
	{":1", false, NO_LIMIT, NULL},
	{"1:2:3", false, NO_LIMIT, NULL},
	{"-1", false, NO_LIMIT, NULL},
	{"unlimited", true, NO_SIZE_LIMIT, NULL},
	{"00000000000000000000000000000000000000000000000000000000000000001",
	    false, NO_LIMIT, NULL},
	{"20:10", false, CROSSED, NULL},
	{"infinity:10", false, CROSSED, NULL},
	{"1M:64K", true, CROSSED, NULL},
};

/* Limits: one number for both, or soft and hard. */
START_TEST(reads_limits)
{
	struct strlist list = { 0 };
	rlim_t soft, hard;

	ck_assert_pstr_eq(value_limit(limits[_i].text, limits[_i].bytes, &soft,
	    &hard), limits[_i].fault);
	if (limits[_i].fault != NULL)
		return;
	value_put_limit(&list, limits[_i].bytes, soft, hard);
	strlist_end(&list);
	ck_assert_str_eq(strlist_first(&list), limits[_i].shown);
	strlist_release(&list);
}
END_TEST

/* Words are found by their whole name. */
START_TEST(finds_words)
{
	static const char *const words[] = {"one", "two"};

	ck_assert_int_eq(value_word("one", words, 2), 0);
	ck_assert_int_eq(value_word("two", words, 2), 1);
	ck_assert_int_eq(value_word("One", words, 2), -1);
	ck_assert_int_eq(value_word("on", words, 2), -1);
	ck_assert_int_eq(value_word("", words, 2), -1);
}
END_TEST

/* The endless duration is a word. */
START_TEST(shows_infinity)
{
	struct strlist list = { 0 };

	value_put_duration(&list, SPEC_INFINITY);
	strlist_end(&list);
	ck_assert_str_eq(strlist_first(&list), "infinity");
	strlist_release(&list);
}
END_TEST

UNIT_SUITE(value)
{
	Suite *suite = suite_create("value");
	TCase *tcase = tcase_create("value");

	tcase_add_loop_test(tcase, reads_durations, 0, LENGTH(durations));
	tcase_add_loop_test(tcase, reads_sizes, 0, LENGTH(sizes));
	tcase_add_test(tcase, reads_numbers);
	tcase_add_test(tcase, reads_modes);
	tcase_add_loop_test(tcase, reads_exits, 0, LENGTH(exits));
	tcase_add_test(tcase, cuts_long_items);
	tcase_add_loop_test(tcase, reads_texts, 0, LENGTH(texts));
	tcase_add_test(tcase, reads_strings);
	tcase_add_loop_test(tcase, reads_limits, 0, LENGTH(limits));
	tcase_add_test(tcase, finds_words);
	tcase_add_test(tcase, shows_infinity);
	suite_add_tcase(suite, tcase);
	return suite;
}
