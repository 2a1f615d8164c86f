/* Varlink messages, and the queue of bytes under them. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/varlink.h"
#include "unit.h"

START_TEST(bytes_come_out_as_they_went_in)
{
	struct bytes bytes = { 0 };
	uint64_t seed = 7;
	unsigned char in = 0, out = 0;
	unsigned wrong = 0;

	for (int i = 0; i < 20000; i++) {
		char some[300];
		size_t n = unit_random(&seed, sizeof(some));

		for (size_t j = 0; j < n; j++)
			some[j] = (char)in++;
		ck_assert(bytes_append(&bytes, some, n, SIZE_MAX));
		n = unit_random(&seed, 2) ? bytes.size :
		    unit_random(&seed, (uint32_t)bytes.size + 1);
		for (size_t j = 0; j < n; j++)
			wrong += (unsigned char)bytes_first(&bytes)[j] != out++;
		bytes_take(&bytes, n);
	}
	ck_assert_uint_eq(wrong, 0);
	bytes_release(&bytes);
	ck_assert_ptr_null(bytes.data);
}
END_TEST

START_TEST(bytes_are_bounded)
{
	struct bytes bytes = { 0 };

	ck_assert(bytes_append(&bytes, "abcdef", 6, 10));
	ck_assert(!bytes_append(&bytes, "ghijk", 5, 10));
	ck_assert_uint_eq(bytes.size, 6);
	bytes_take(&bytes, 2);
	ck_assert(bytes_append(&bytes, "ghijk", 5, 10));
	ck_assert(!bytes_append(&bytes, "", SIZE_MAX, 10));
	ck_assert_int_eq(memcmp(bytes_first(&bytes), "cdefghijk", 9), 0);
	bytes_release(&bytes);
}
END_TEST

START_TEST(any_bytes_become_a_string)
{
	static const char odd[] = "a\xff\xc3(\xe2\x82\xac\n";
	json_t *string = varlink_string(odd, sizeof(odd) - 1);

	ck_assert_str_eq(json_string_value(string),
	    "a\\xff\\xc3(\xe2\x82\xac\n");
	json_decref(string);
	string = varlink_string("", 0);
	ck_assert_str_eq(json_string_value(string), "");
	json_decref(string);
}
END_TEST

/* Parse a text as a call. */
static const char *
parse(const char *text, struct varlink_call *call)
{
	return varlink_parse(text, strlen(text), call);
}

START_TEST(call_is_read)
{
	struct varlink_call call;

	ck_assert_ptr_null(parse("{\"method\":\"a.b\",\"parameters\":"
	    "{\"x\":1},\"more\":true,\"oneway\":false,\"extra\":0}", &call));
	ck_assert_str_eq(call.method, "a.b");
	ck_assert_int_eq(json_integer_value(json_object_get(call.parameters,
	    "x")), 1);
	ck_assert(call.more);
	ck_assert(!call.oneway);
	varlink_call_release(&call);
	ck_assert_ptr_null(parse(" {\"method\":\"\",\"parameters\":null,"
	    "\"more\":null,\"oneway\":true}\n", &call));
	ck_assert_ptr_null(call.parameters);
	ck_assert(!call.more);
	ck_assert(call.oneway);
	varlink_call_release(&call);
}
END_TEST

static const char *const no_calls[] = {
	"",
	"x",
	"[]",
	"\"method\"",
	"{}",
	"{\"method\":1}",
	"{\"method\":null}",
	"{\"method\":\"a\"",
	"{\"method\":\"a\"} x",
	"{\"method\":\"a\",\"method\":\"b\"}",
	"{\"method\":\"a\",\"parameters\":{\"x\":1,\"x\":1}}",
	"{\"method\":\"a\",\"parameters\":[]}",
	"{\"method\":\"a\",\"parameters\":\"x\"}",
	"{\"method\":\"a\",\"more\":1}",
	"{\"method\":\"a\",\"oneway\":\"yes\"}",
	"{\"method\":\"a\\u0000b\"}",
	"{\"method\":\"\xff\"}",
	"{\"method\":\"a\",\"parameters\":{\"x\":1e999}}",
};

START_TEST(what_is_no_call_is_refused)
{
	struct varlink_call call;

	ck_assert_ptr_nonnull(parse(no_calls[_i], &call));
}
END_TEST

/* Nest arrays in a call, so that there are so many levels in all. */
static void
nest(char *text, int levels)
{
	size_t at = 0;

	memcpy(text, "{\"method\":\"a\",\"x\":", 18);
	at = 18;
	for (int i = 1; i < levels; i++)
		text[at++] = '[';
	for (int i = 1; i < levels; i++)
		text[at++] = ']';
	text[at++] = '}';
	text[at] = '\0';
}

START_TEST(depth_is_bounded)
{
	struct varlink_call call;
	char text[256];

	nest(text, VARLINK_DEPTH_MAX);
	ck_assert_ptr_null(parse(text, &call));
	varlink_call_release(&call);
	nest(text, VARLINK_DEPTH_MAX + 1);
	ck_assert_str_eq(parse(text, &call), "it nests too deeply");
	/* in strings, brackets are letters */
	ck_assert_ptr_null(parse("{\"method\":\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
	    "[[[[[[[[[\\\"[[[[[[[[[\"}", &call));
	varlink_call_release(&call);
}
END_TEST

START_TEST(replies_have_their_form)
{
	struct bytes out = { 0 };

	ck_assert(varlink_reply(&out, 100, json_pack("{si}", "a", 1), false));
	ck_assert_str_eq(bytes_first(&out), "{\"parameters\":{\"a\":1}}");
	bytes_take(&out, out.size);
	ck_assert(varlink_reply(&out, 100, NULL, true));
	ck_assert_str_eq(bytes_first(&out),
	    "{\"parameters\":{},\"continues\":true}");
	bytes_take(&out, out.size);
	ck_assert(varlink_error(&out, 100, "a.B", json_pack("{ss}", "x",
	    "y")));
	ck_assert_str_eq(bytes_first(&out),
	    "{\"error\":\"a.B\",\"parameters\":{\"x\":\"y\"}}");
	ck_assert_uint_eq(out.size, strlen(bytes_first(&out)) + 1);
	bytes_release(&out);
}
END_TEST

/* Nothing of what does not fit is left behind. */
START_TEST(reply_that_does_not_fit_is_not_begun)
{
	struct bytes out = { 0 };

	ck_assert(varlink_reply(&out, 20, NULL, false));
	ck_assert_uint_eq(out.size, sizeof("{\"parameters\":{}}"));
	ck_assert(!varlink_reply(&out, 25, NULL, false));
	ck_assert_uint_eq(out.size, sizeof("{\"parameters\":{}}"));
	ck_assert_str_eq(bytes_first(&out), "{\"parameters\":{}}");
	bytes_release(&out);
}
END_TEST

START_TEST(object_remembers_a_shortage)
{
	struct varlink_object object;

	varlink_begin(&object);
	varlink_put_text(&object, "a", "x");
	varlink_put(&object, "b", NULL);
	varlink_put_int(&object, "c", 1);
	ck_assert_ptr_null(varlink_end(&object));
}
END_TEST

UNIT_SUITE(varlink)
{
	Suite *suite = suite_create("varlink");
	TCase *tcase = tcase_create("varlink");

	tcase_add_test(tcase, bytes_come_out_as_they_went_in);
	tcase_add_test(tcase, bytes_are_bounded);
	tcase_add_test(tcase, any_bytes_become_a_string);
	tcase_add_test(tcase, call_is_read);
	tcase_add_loop_test(tcase, what_is_no_call_is_refused, 0,
	    LENGTH(no_calls));
	tcase_add_test(tcase, depth_is_bounded);
	tcase_add_test(tcase, replies_have_their_form);
	tcase_add_test(tcase, reply_that_does_not_fit_is_not_begun);
	tcase_add_test(tcase, object_remembers_a_shortage);
	suite_add_tcase(suite, tcase);
	return suite;
}
