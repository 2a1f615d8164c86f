/*
 * Reading lines: what comes through, what is refused, and that an inih built
 * with the smallest limits changes nothing.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/conf.h"
#include "config/read.h"
#include "unit.h"

/* Write down a header. */
static void
on_section(void *data, int line, const char *header)
{
	if (header != NULL)
		fprintf(data, "%d[%s]\n", line, header);
	else
		fprintf(data, "%d[]?\n", line);
}

/* Write down a key. */
static void
on_key(void *data, int line, const char *key, const char *value)
{
	fprintf(data, "%d %s=<%s>\n", line, key, value);
}

/* Write down what is refused. */
static void
on_fault(void *data, int line, const char *fault)
{
	fprintf(data, "%d !%s\n", line, fault);
}

/* Read bytes; what came out of it, to be freed. */
static char *
read_bytes(const char *bytes, size_t size)
{
	char *text = NULL;
	size_t text_size;
	FILE *out = open_memstream(&text, &text_size);
	const struct read_sink sink = {out, on_section, on_key, on_fault};

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(read_sections(ini_parse_stream, bytes, size,
	    &sink), 0);
	fclose(out);
	return text;
}

#define LINES(text)	text, sizeof(text) - 1
#define NO_LINE(text)	" !'" text "' is neither '[section]' nor " \
			"'key = value'\n"
#define NO_KEY(text)	" !'" text "' cannot be a key: small letters and " \
			"'_', 40 at most\n"
#define BEHIND(text)	" !'" text "' behind the ']' of a section: only a " \
			"comment may stand there, after a blank\n"
#define OPEN		" !a section that is not closed: ']' is missing\n"

static const struct {
	const char *bytes;
	size_t size;
	const char *events;
} lines[] = {
	/* plain files */
	{LINES(""), ""},
	{LINES("\n\n"), ""},
	{LINES("; comment\n# comment\n  ; comment\n\t# comment\n"), ""},
	{LINES("[a]\nb = c\n"), "1[a]\n2 b=<c>\n"},
	{LINES("[a]\nb = c"), "1[a]\n2 b=<c>\n"},
	{LINES("[a]\n[b]\n[a]\n"), "1[a]\n2[b]\n3[a]\n"},
	{LINES("[a]"), "1[a]\n"},
	{LINES("[]\n"), "1[]\n"},
	{LINES("[a:b/c]\t; d\n\n b\t=\tc d \t\n"), "1[a:b/c]\n3 b=<c d>\n"},
	{LINES("[a]\nb=c=d:e\nb=\nb= ;x\n"),
	    "1[a]\n2 b=<c=d:e>\n3 b=<>\n4 b=<>\n"},
	/* what inih would make of these: more of the value above; a cut at
	 * " ;" in quotes; a colon for an equals sign; an empty section lost */
	{LINES("[a]\nb = c\n  d = e\n"), "1[a]\n2 b=<c>\n3 d=<e>\n"},
	{LINES("[a]\nb = c\n\tuser: root\n"),
	    "1[a]\n2 b=<c>\n3" NO_LINE("user: root")},
	{LINES("[a]\nb : c = d\n"), "1[a]\n2" NO_KEY("b : c")},
	{LINES("[a]\nb = \"c ; d\" ; e\n"), "1[a]\n2 b=<\"c ; d\">\n"},
	{LINES("[a]\nb = 'c ; d'\n"), "1[a]\n2 b=<'c ; d'>\n"},
	{LINES("[a]\nb = \"c \\\" ; d\" ; e\n"),
	    "1[a]\n2 b=<\"c \\\" ; d\">\n"},
	{LINES("[a]\nb = 'c \\' ; d' ; e\n"), "1[a]\n2 b=<'c \\'>\n"},
	{LINES("[a]\nb = it's ; c\n"), "1[a]\n2 b=<it's>\n"},
	{LINES("[a]\nb = \\\" ; c\n"), "1[a]\n2 b=<\\\">\n"},
	{LINES("[a]\nb = \"c\"d\" ; e\n"), "1[a]\n2 b=<\"c\"d\">\n"},
	{LINES("[a]\nb = c;d \\;e #f\t; g\n"), "1[a]\n2 b=<c;d \\;e #f>\n"},
	/* ends of lines, and the mark at the start of a file */
	{LINES("[a]\r\nb = c\r\n\r\n; d\r\n"), "1[a]\n2 b=<c>\n"},
	{LINES("\xef\xbb\xbf[a]\nb=c\n"), "1[a]\n2 b=<c>\n"},
	{LINES("\xef\xbb\xbf"), ""},
	{LINES("[a]\n\xef\xbb\xbf""b=c\n"),
	    "1[a]\n2" NO_KEY("\xef\xbb\xbf""b")},
	/* bytes that no line may have */
	{LINES("[a]\nb = c\0d\n"), "1[a]\n2 !a NUL byte\n"},
	{LINES("[a]\nuser = nobody\0root\nb=c\n"),
	    "1[a]\n2 !a NUL byte\n3 b=<c>\n"},
	{LINES("\0\0"), "1 !a NUL byte\n"},
	{LINES("[a]\nb = c\rd\n"),
	    "1[a]\n2 !a carriage return inside the line\n"},
	{LINES("[a]\nb = c\r\r\n"),
	    "1[a]\n2 !a carriage return inside the line\n"},
	{LINES("[a]\nb = \x1b[0m\n; \x7f\n"), "1[a]\n"
	    "2 !a control character, 0x1b\n3 !a control character, 0x7f\n"},
	{LINES("[a]\nb = caf\xc3\xa9 \xff\n"),
	    "1[a]\n2 b=<caf\xc3\xa9 \xff>\n"},
	/* broken headers keep their keys from the section above */
	{LINES("[a]\n[b\nc=d\n"), "1[a]\n2" OPEN "2[]?\n3 c=<d>\n"},
	{LINES("[a] b\n"), "1" BEHIND("b") "1[]?\n"},
	{LINES("[a];b\n"), "1" BEHIND(";b") "1[]?\n"},
	{LINES("[a]]\n"), "1" BEHIND("]") "1[]?\n"},
	{LINES("  [a\0]\nb=c\n"), "1 !a NUL byte\n1[]?\n2 b=<c>\n"},
	/* broken keys */
	{LINES("b = c\n[a]\n"),
	    "1 !'b' stands before any '[section]'\n2[a]\n"},
	{LINES("[a]\nb\n"), "1[a]\n2" NO_LINE("b")},
	{LINES("[a]\n= c\n"), "1[a]\n2" NO_KEY("")},
	{LINES("[a]\nb c = d\n"), "1[a]\n2" NO_KEY("b c")},
	{LINES("[a]\nb;c = d\n"), "1[a]\n2" NO_KEY("b;c")},
	{LINES("[a]\nB-c.9_ = d\n"), "1[a]\n2 B-c.9_=<d>\n"},
	{LINES("[a]\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = d\n"),
	    "1[a]\n2 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=<d>\n"},
	{LINES("[a]\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = d\n"),
	    "1[a]\n2" NO_KEY("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")},
};

/* From bytes to headers, keys and faults. */
START_TEST(reads_lines)
{
	/* An exact copy, so that a byte too many is found out. */
	size_t size = lines[_i].size;
	char *bytes = malloc(size > 0 ? size : 1), *events;

	ck_assert_ptr_nonnull(bytes);
	memcpy(bytes, lines[_i].bytes, size);
	events = read_bytes(bytes, size);
	ck_assert_str_eq(events, lines[_i].events);
	free(events);
	free(bytes);
}
END_TEST

/* Make "[a]\nb = xxx" with a line of so many bytes, and what follows. */
static char *
make_long(size_t size, const char *follow, size_t *ret_size)
{
	size_t len = 4 + size + strlen(follow);
	char *bytes = malloc(len + 1);

	snprintf(bytes, 9, "[a]\nb = ");
	memset(bytes + 8, 'x', size - 4);
	snprintf(bytes + 4 + size, strlen(follow) + 1, "%s", follow);
	*ret_size = len;
	return bytes;
}

/* A value of 64 KiB arrives whole. */
START_TEST(reads_long_lines)
{
	size_t size;
	char *bytes = make_long(CONF_LINE_MAX, "\r\nc = d\n", &size);
	char *events = read_bytes(bytes, size);

	ck_assert(strncmp(events, "1[a]\n2 b=<", 10) == 0);
	ck_assert_uint_eq(strspn(events + 10, "x"), CONF_LINE_MAX - 4);
	ck_assert_str_eq(events + 10 + CONF_LINE_MAX - 4, ">\n3 c=<d>\n");
	free(events);
	free(bytes);
}
END_TEST

/* One byte more is refused, and the next line is the next line: an inih that
 * cuts would have taken its tail for a line of its own. */
START_TEST(refuses_longer_lines)
{
	size_t size;
	char *bytes = make_long(CONF_LINE_MAX + 1, "\nc = d\n", &size);
	char *events = read_bytes(bytes, size);

	ck_assert_str_eq(events, "1[a]\n"
	    "2 !a line of 65537 bytes, 65536 are allowed\n3 c=<d>\n");
	free(events);
	free(bytes);
}
END_TEST

/* What made inih run a worker as root: at its 200th byte, user = root. */
START_TEST(smuggles_nothing)
{
	char bytes[400];
	char *events;

	for (int pad = 150; pad < 300; pad++) {
		snprintf(bytes, sizeof(bytes), "[a]\nb = %.*s user = root\n",
		    pad, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
		events = read_bytes(bytes, strlen(bytes));
		ck_assert_ptr_nonnull(strstr(events, "x user = root>\n"));
		ck_assert_ptr_null(strstr(events, "\n3"));
		free(events);
	}
}
END_TEST

/* Headers that share 300 bytes stay two: inih cuts at 49. */
START_TEST(keeps_long_headers_apart)
{
	char bytes[800], expected[800], name[301];
	char *events;

	memset(name, 'n', 300);
	name[300] = '\0';
	snprintf(bytes, sizeof(bytes), "[%sa]\nb=c\n[%sb]\nb=d\n", name, name);
	snprintf(expected, sizeof(expected),
	    "1[%sa]\n2 b=<c>\n3[%sb]\n4 b=<d>\n", name, name);
	events = read_bytes(bytes, strlen(bytes));
	ck_assert_str_eq(events, expected);
	free(events);
}
END_TEST

/* Any bytes at all are read to their end, and each line counted. */
START_TEST(reads_anything)
{
	static const char some[] = "[]=;#\"'\\ \t\n\r\0:ab\n[a]\nb=c\n\x80\xff";
	uint64_t seed = (uint64_t)_i + 1;
	size_t size = unit_random(&seed, 300);
	char *bytes = malloc(size + 8), *events, last[32];
	int count = 1;

	for (size_t i = 0; i < size; i++) {
		bytes[i] = some[unit_random(&seed, sizeof(some) - 1)];
		count += bytes[i] == '\n';
	}
	memcpy(bytes + size, "\n[end]\n", 8);
	events = read_bytes(bytes, size + 7);
	snprintf(last, sizeof(last), "%d[end]\n", count + 1);
	ck_assert_msg(strlen(events) >= strlen(last) && strcmp(events +
	    strlen(events) - strlen(last), last) == 0, "%s", events);
	free(events);
	free(bytes);
}
END_TEST

/* What a parser that is built in another way may do with a line. */
enum quirk {
	STRAIGHT,		/* nothing: it is as it should be */
	TELLS_HEADERS,		/* call the handler for each header as well */
	CUTS_LINES,		/* take only twelve bytes at a time */
	CUTS_VALUES,		/* keep one byte of a value */
	CUTS_HEADERS,		/* keep one byte of a header */
	LOSES_EMPTY,		/* skip a key without a name */
	LOSES_KEYS,		/* skip all keys */
	ADDS_KEYS,		/* tell each key twice */
	FAILS,			/* say that a line was wrong */
	HAS_NO_MEMORY,
};

/* Tell the handler of a key as often as the quirk wants. */
static void
tell_key(enum quirk quirk, const char *section, char *key, char *value,
    ini_handler handler, void *user)
{
	int times = quirk == ADDS_KEYS ? 2 : quirk != LOSES_KEYS;

	if (quirk == LOSES_EMPTY && key[0] == '\0')
		times = 0;
	if (quirk == CUTS_VALUES && value[0] != '\0')
		value[1] = '\0';
	while (times-- > 0)
		handler(user, section, key, value);
}

/* Parse as inih does what our reader hands it, with a quirk. */
static int
parse_with(enum quirk quirk, ini_reader reader, void *stream,
    ini_handler handler, void *user)
{
	char line[64], section[64] = "", *equals;
	int size = quirk == CUTS_LINES ? 8 : (int)sizeof(line);

	if (quirk == HAS_NO_MEMORY)
		return -2;
	while (reader(line, size, stream) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		equals = strchr(line, '=');
		if (line[0] == '[') {
			snprintf(section, sizeof(section), "%.*s",
			    quirk == CUTS_HEADERS ? 1 :
			    (int)strcspn(line + 1, "]"), line + 1);
			if (quirk == TELLS_HEADERS)
				handler(user, section, NULL, NULL);
		} else if (equals != NULL) {
			*equals = '\0';
			tell_key(quirk, section, line, equals + 1, handler,
			    user);
		}
	}
	return quirk == FAILS ? 1 : 0;
}

#define PARSER(quirk) \
static int \
parse_##quirk(ini_reader reader, void *stream, ini_handler handler, \
    void *user) \
{ \
	return parse_with(quirk, reader, stream, handler, user); \
}

PARSER(STRAIGHT)
PARSER(TELLS_HEADERS)
PARSER(CUTS_LINES)
PARSER(CUTS_VALUES)
PARSER(CUTS_HEADERS)
PARSER(LOSES_EMPTY)
PARSER(LOSES_KEYS)
PARSER(ADDS_KEYS)
PARSER(FAILS)
PARSER(HAS_NO_MEMORY)

static const struct {
	ini_parser *parser;
	int rc;
	bool fine;
} parsers[] = {
	{parse_STRAIGHT, 0, true},
	{parse_TELLS_HEADERS, 0, true},
	{parse_CUTS_LINES, 0, false},
	{parse_CUTS_VALUES, 0, false},
	{parse_CUTS_HEADERS, 0, false},
	{parse_LOSES_EMPTY, 0, false},
	{parse_LOSES_KEYS, 0, false},
	{parse_ADDS_KEYS, 0, false},
	{parse_FAILS, 0, false},
	{parse_HAS_NO_MEMORY, -1, true},
};

/* An inih that does not give back what it is given is found out. */
START_TEST(distrusts_the_parser)
{
	const char bytes[] = "\n\n\n\n\n\n\n\n\n[a]\nb = c\ndirectory = d\n";
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const struct read_sink sink = {out, on_section, on_key, on_fault};

	ck_assert_int_eq(read_sections(parsers[_i].parser, bytes,
	    sizeof(bytes) - 1, &sink), parsers[_i].rc);
	fclose(out);
	ck_assert_int_eq(strstr(text, "!libinih does not give back what it is "
	    "given\n") == NULL, parsers[_i].fine);
	if (parsers[_i].fine && parsers[_i].rc == 0)
		ck_assert_str_eq(text, "10[a]\n11 b=<c>\n12 directory=<d>\n");
	free(text);
}
END_TEST

UNIT_SUITE(read)
{
	Suite *suite = suite_create("read");
	TCase *tcase = tcase_create("read");

	tcase_add_loop_test(tcase, reads_lines, 0, LENGTH(lines));
	tcase_add_test(tcase, reads_long_lines);
	tcase_add_test(tcase, refuses_longer_lines);
	tcase_add_test(tcase, smuggles_nothing);
	tcase_add_test(tcase, keeps_long_headers_apart);
	tcase_add_loop_test(tcase, reads_anything, 0, 300);
	tcase_add_loop_test(tcase, distrusts_the_parser, 0, LENGTH(parsers));
	suite_add_tcase(suite, tcase);
	return suite;
}
