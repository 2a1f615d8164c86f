/* Small things of base: times, hashes, arrays, lists of strings, names of
 * signals, suggestions. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/signame.h"
#include "base/strlist.h"
#include "base/suggest.h"
#include "unit.h"

/* Times and durations as text. */
START_TEST(tells_times)
{
	static const struct {
		int64_t ms;
		const char *text;
	} durations[] = {
		{ 0, "0s" }, { 1, "1ms" }, { 250, "250ms" }, { 5000, "5s" },
		{ 5001, "5001ms" }, { 90000, "90s" }, { 120000, "2m" },
		{ 3600000, "1h" }, { 5400000, "90m" }, { 86400000, "1d" },
		{ 864000000000, "10000d" },
	};
	char text[CLOCK_TEXT_SIZE];

	ck_assert_str_eq(clock_text(INT64_C(1700000000007), text),
	    "2023-11-14T22:13:20.007Z");
	ck_assert_str_eq(clock_text(0, text), "1970-01-01T00:00:00.000Z");
	ck_assert_str_eq(clock_text(INT64_C(253402300799999), text),
	    "9999-12-31T23:59:59.999Z");
	for (size_t i = 0; i < LENGTH(durations); i++)
		ck_assert_str_eq(clock_duration(durations[i].ms, text,
		    sizeof(text)), durations[i].text);
}
END_TEST

/* The values of FNV-1a, as its authors publish them. */
START_TEST(hashes)
{
	ck_assert(hash_bytes("", 0) == 0xcbf29ce484222325);
	ck_assert(hash_bytes("a", 1) == 0xaf63dc4c8601ec8c);
	ck_assert(hash_text("foobar") == 0x85944171f73967e8);
}
END_TEST

/* An array keeps its elements while it grows; a size that no machine has is
 * refused, and nothing changes. */
START_TEST(grows_arrays)
{
	struct pair { int64_t a, b; } *pairs = NULL, *before;
	size_t room = 0;

	for (size_t i = 0; i < 100; i++) {
		ck_assert_int_eq(ARRAY_RESERVE(pairs, room, i + 1), 0);
		ck_assert_uint_ge(room, i + 1);
		pairs[i] = (struct pair){ (int64_t)i, -(int64_t)i };
	}
	for (size_t i = 0; i < 100; i++)
		ck_assert(pairs[i].a == (int64_t)i &&
		    pairs[i].b == -pairs[i].a);
	ck_assert_uint_eq(room, 128);
	before = pairs;
	errno = 0;
	ck_assert_int_eq(ARRAY_RESERVE(pairs, room, SIZE_MAX / 16 + 2), -1);
	ck_assert_int_eq(errno, ENOMEM);
	ck_assert(pairs == before && room == 128);
	free(pairs);
}
END_TEST

/* A list is packed into one allocation, and starts again when cleared. */
START_TEST(packs_lists)
{
	struct strlist list = { 0 };
	char **array = strlist_pack(&list);

	ck_assert_ptr_null(array[0]);
	free(array);
	strlist_add(&list, "one");
	strlist_put(&list, 't');
	strlist_put_bytes(&list, "wo", 2);
	strlist_put_bytes(&list, "", 0);
	strlist_end(&list);
	strlist_end(&list);
	ck_assert_uint_eq(list.count, 3);
	array = strlist_pack(&list);
	ck_assert_str_eq(array[0], "one");
	ck_assert_str_eq(array[1], "two");
	ck_assert_str_eq(array[2], "");
	ck_assert_ptr_null(array[3]);
	strlist_clear(&list);
	strlist_add_all(&list, array + 1);
	strlist_add_all(&list, NULL);
	ck_assert_str_eq(strlist_first(&list), "two");
	ck_assert_str_eq(strlist_after(strlist_first(&list)), "");
	free(array);
	strlist_release(&list);
	ck_assert_ptr_null(list.bytes);
}
END_TEST

/* Lists grow past their first room. */
START_TEST(grows_lists)
{
	struct strlist list = { 0 };
	char **array, **copy;

	for (int i = 0; i < 1000; i++)
		strlist_add(&list, "0123456789");
	array = strlist_pack(&list);
	copy = strlist_copy(array);
	free(array);
	for (int i = 0; i < 1000; i++)
		ck_assert_str_eq(copy[i], "0123456789");
	ck_assert_ptr_null(copy[1000]);
	free(copy);
	strlist_release(&list);
}
END_TEST

/* What memory was short for once is never packed. */
START_TEST(remembers_shortage)
{
	struct strlist list = { 0 };

	strlist_add(&list, "x");
	strlist_put_bytes(&list, "x", SIZE_MAX / 2);
	ck_assert(list.failed);
	strlist_add(&list, "y");
	ck_assert_uint_eq(list.count, 1);
	ck_assert_ptr_null(strlist_pack(&list));
	strlist_release(&list);
}
END_TEST

/* Signals: with SIG or without, in any case; numbers are no names. */
START_TEST(names_signals)
{
	char name[SIGNAME_SIZE];

	ck_assert_int_eq(signame_number("TERM"), SIGTERM);
	ck_assert_int_eq(signame_number("SIGTERM"), SIGTERM);
	ck_assert_int_eq(signame_number("sigHup"), SIGHUP);
	ck_assert_int_eq(signame_number("15"), 0);
	ck_assert_int_eq(signame_number(""), 0);
	ck_assert_int_eq(signame_number("SIG"), 0);
	ck_assert_int_eq(signame_number("TERMINATE"), 0);
	ck_assert_str_eq(signame_of(SIGTERM, name, sizeof(name)), "TERM");
	ck_assert_str_eq(signame_of(0, name, sizeof(name)), "0");
	ck_assert_str_eq(signame_of(200, name, sizeof(name)), "200");
#ifdef SIGRTMIN
	ck_assert_int_eq(signame_number("RTMIN"), SIGRTMIN);
	ck_assert_int_eq(signame_number("SIGRTMIN+3"), SIGRTMIN + 3);
	ck_assert_int_eq(signame_number("RTMIN+x"), 0);
	ck_assert_int_eq(signame_number("RTMIN+"), 0);
	ck_assert_int_eq(signame_number("RTMIN-1"), 0);
	ck_assert_int_eq(signame_number("RTMIN+99999999999999999999"), 0);
	ck_assert_str_eq(signame_of(SIGRTMAX, name, 4), "RTM");
#endif
}
END_TEST

/* Every number that has a name has one that leads back to it. */
START_TEST(signal_names_lead_back)
{
	char name[SIGNAME_SIZE];

	for (int number = 1; number <= 64; number++) {
		int back = signame_number(signame_of(number, name,
		    sizeof(name)));

		ck_assert(back == number || name[0] < 'A');
	}
}
END_TEST

static const struct {
	const char *word;
	const char *best;	/* NULL: none is near */
} nears[] = {
	{"comand", "command"},
	{"commmand", "command"},
	{"Command", "command"},
	{"COMMAND", "command"},
	{"ocmmand", "command"},
	{"cmd", NULL},
	{"restrat", "restart"},
	{"restart-delay", "restart_delay"},
	{"usr", "user"},
	{"usre", "user"},
	{"u", NULL},
	{"", NULL},
	{"grou", "group"},
	{"groupps", "groups"},
	{"xyzzy", NULL},
	{"0123456789012345678901234567890123456789012345678901234567890123456",
	    NULL},
};

/* One slip in three letters is near; the nearest wins, the first of equals. */
START_TEST(suggests)
{
	static const char *const known[] = {
		"command", "restart", "restart_delay", "user", "group",
		"groups",
	};

	ck_assert_pstr_eq(suggest_among(nears[_i].word, known, LENGTH(known)),
	    nears[_i].best);
}
END_TEST

UNIT_SUITE(base)
{
	Suite *suite = suite_create("base");
	TCase *tcase = tcase_create("base");

	tcase_add_test(tcase, tells_times);
	tcase_add_test(tcase, hashes);
	tcase_add_test(tcase, grows_arrays);
	tcase_add_test(tcase, packs_lists);
	tcase_add_test(tcase, grows_lists);
	tcase_add_test(tcase, remembers_shortage);
	tcase_add_test(tcase, names_signals);
	tcase_add_test(tcase, signal_names_lead_back);
	tcase_add_loop_test(tcase, suggests, 0, LENGTH(nears));
	suite_add_tcase(suite, tcase);
	return suite;
}
