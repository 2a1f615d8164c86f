/* Text that others have made: what is UTF-8, and what is safe to show. */
#include <check.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "unit.h"

static const struct {
	const char *bytes;
	size_t length;
} sequences[] = {
	{ "a", 1 },
	{ "\x7f", 1 },
	{ "\x80", 0 },
	{ "\xc1\xbf", 0 },		/* too long a form */
	{ "\xc2\x80", 2 },
	{ "\xc2", 0 },
	{ "\xe0\x9f\xbf", 0 },
	{ "\xe0\xa0\x80", 3 },
	{ "\xe2\x82\xac", 3 },
	{ "\xe2\x82", 0 },
	{ "\xe2\x82(", 0 },
	{ "\xed\x9f\xbf", 3 },
	{ "\xed\xa0\x80", 0 },		/* a surrogate */
	{ "\xef\xbf\xbf", 3 },
	{ "\xf0\x8f\xbf\xbf", 0 },
	{ "\xf0\x90\x80\x80", 4 },
	{ "\xf4\x8f\xbf\xbf", 4 },
	{ "\xf4\x90\x80\x80", 0 },	/* above U+10FFFF */
	{ "\xf5\x80\x80\x80", 0 },
	{ "\xff", 0 },
};

START_TEST(utf8_is_told_from_other_bytes)
{
	const char *bytes = sequences[_i].bytes;

	ck_assert_uint_eq(text_utf8_length(bytes, strlen(bytes)),
	    sequences[_i].length);
	ck_assert(text_is_utf8(bytes, strlen(bytes)) ==
	    (sequences[_i].length > 0));
}
END_TEST

/* Characters that change the direction of writing: no string literals, in which
 * they would be suspicious. */
static const char turned[] = {'\342', '\200', '\256', 'c', 'o', 'd', '\0'};
static const char isolated[] = {'\342', '\201', '\246', '\0'};

/* Text and what is shown of it. */
static const struct {
	const char *text;
	const char *shown;
} texts[] = {
	{"", ""},
	{"plain text", "plain text"},
	{"tab\tnew\nline", "tab\\x09new\\x0aline"},
	{"\033[31mred\033[0m", "\\x1b[31mred\\x1b[0m"},
	{"del\177", "del\\x7f"},
	{"\r\b\a", "\\x0d\\x08\\x07"},
	{"gr\303\274n", "gr\303\274n"},			/* u umlaut */
	{"\342\202\254", "\342\202\254"},		/* euro */
	{"\360\237\220\230", "\360\237\220\230"},	/* elephant */
	{"\302\200\302\237", "\\xc2\\x80\\xc2\\x9f"},	/* C1 */
	{"\302\240", "\302\240"},			/* just behind them */
	{"\377", "\\xff"},
	{"\303", "\\xc3"},				/* cut off */
	{"\303(", "\\xc3("},
	{"\200", "\\x80"},
	{"\300\200", "\\xc0\\x80"},			/* NUL in two bytes */
	{"\340\200\257", "\\xe0\\x80\\xaf"},		/* / in three */
	{"\355\240\200", "\\xed\\xa0\\x80"},		/* surrogate */
	{"\364\220\200\200", "\\xf4\\x90\\x80\\x80"},	/* too big */
	{"\364\217\277\275", "\364\217\277\275"},
	{turned, "\\xe2\\x80\\xaecod"},	/* right to left */
	{isolated, "\\xe2\\x81\\xa6"},
	{"\342\200\250", "\\xe2\\x80\\xa8"},		/* line separator */
	{"\342\200\246", "\342\200\246"},		/* ellipsis */
};

START_TEST(becomes_safe)
{
	char shown[100];

	ck_assert_ptr_eq(text_sanitise(texts[_i].text, strlen(texts[_i].text),
	    shown, sizeof(shown)), shown);
	ck_assert_str_eq(shown, texts[_i].shown);
}
END_TEST

/* Whatever the room is, the text ends in it and nothing is half shown. */
START_TEST(nothing_is_half_shown)
{
	static const char text[] = "a\303\274\n\360\237\220\230b";
	static const char whole[] = "a\303\274\\x0a\360\237\220\230b";
	static const size_t ends[] = {0, 1, 3, 7, 11, 12};

	for (size_t size = 1; size < sizeof(whole) + 3; size++) {
		char shown[32];
		size_t length;
		bool is_end = false;

		memset(shown, '!', sizeof(shown));
		text_sanitise(text, sizeof(text) - 1, shown, size);
		length = strlen(shown);
		ck_assert_uint_lt(length, size);
		ck_assert_int_eq(memcmp(shown, whole, length), 0);
		for (size_t i = 0; i < LENGTH(ends); i++)
			is_end = is_end || ends[i] == length;
		ck_assert_msg(is_end, "cut at %zu", length);
		ck_assert_int_eq(shown[size], '!');
	}
}
END_TEST

/* A NUL inside is a byte like others. */
START_TEST(nul_is_a_byte)
{
	char shown[20];

	text_sanitise("a\0b", 3, shown, sizeof(shown));
	ck_assert_str_eq(shown, "a\\x00b");
}
END_TEST

/* All bytes there are, in all orders of two: what comes out is printable. */
START_TEST(any_bytes_become_printable)
{
	int step = 256 * 256 / unit_rounds(256 * 256);

	for (int i = 0; i < 256 * 256; i += step) {
		char text[2] = {(char)(i / 256), (char)(i % 256)};
		char shown[20];

		text_sanitise(text, 2, shown, sizeof(shown));
		for (const char *at = shown; *at; at++)
			ck_assert((unsigned char)*at >= 0x20 && *at != 0x7f);
		ck_assert_uint_gt(strlen(shown), 0);
	}
}
END_TEST

UNIT_SUITE(text)
{
	Suite *suite = suite_create("text");
	TCase *tcase = tcase_create("text");

	tcase_add_loop_test(tcase, utf8_is_told_from_other_bytes, 0,
	    LENGTH(sequences));
	tcase_add_loop_test(tcase, becomes_safe, 0, LENGTH(texts));
	tcase_add_test(tcase, nothing_is_half_shown);
	tcase_add_test(tcase, nul_is_a_byte);
	tcase_add_test(tcase, any_bytes_become_printable);
	suite_add_tcase(suite, tcase);
	return suite;
}
