/*
 * Reading an INI file through an inih that may be built in any way.
 *
 * inih as distributions build it cuts lines at 200 bytes and reads the rest as
 * a line of its own, cuts names of sections at 49, does not tell of a section
 * without keys, tells no line numbers, takes an indented line for more of the
 * value above, ends a value at " ;" inside quotes, and stops at a NUL. Each of
 * these can turn a file into another one without an error.
 *
 * So inih is fed by hand_line(), one line whenever it asks for one, and what it
 * is fed is short and free of all that: the file's bytes stay here. Our side
 * sees each raw line first, refuses what nobody should accept, takes comments
 * off, and parts the line. Of a header, inih gets "[12]", of a key "user=14":
 * the numbers of the lines where they stand. What is left to inih is what INI
 * is about, which key belongs to which section; and since it answers each line
 * before it asks for the next, take_line() knows the bytes that belong to it.
 * A header is followed by "=12", a key without a name, so that it is heard of
 * even where no key follows.
 *
 * What comes back is compared with what went in. An inih that does anything
 * else with a line, whatever the switches that it was built with, makes the
 * file refused.
 */
#include "config.h"

#include "config/read.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/conf.h"

#define KEY_MAX		40	/* bytes of a key: inih cuts at 49 */
#define KEY_BYTES	"abcdefghijklmnopqrstuvwxyz" \
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
#define BLANKS		" \t"

struct reader {
	const struct read_sink *sink;
	const char *at;		/* what is not read yet */
	const char *end;
	char *text;		/* the line: room for CONF_LINE_MAX and a NUL */
	const char *header;	/* in text, of a header; else NULL */
	const char *key;	/* in text, of a key; else NULL */
	const char *value;
	int line;
	bool in_section;	/* a header has been read, a good one or not */
	bool mark_due;		/* the key without a name is next */
	char section[12];	/* what inih has for the section */
	char token[12];		/* what it has for the value */
	int handed;		/* lines that it is to answer */
	int answered;
	bool broken;		/* it has answered something else */
};

static void fault(struct reader *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* Refuse the line. */
static void
fault(struct reader *reader, const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	reader->sink->on_fault(reader->sink->data, reader->line, text);
}

/* Cut the blanks at the end of what ends at end. */
static void
trim_end(char *start, char *end)
{
	while (end > start && strchr(BLANKS, end[-1]))
		end--;
	*end = '\0';
}

/* Find the quote that closes the one at text, or NULL; a backslash hides a
 * double quote, not a single one, as in a shell. */
static char *
find_close(char *text)
{
	char quote = *text;

	for (text++; *text != '\0'; text++) {
		if (*text == quote)
			return text;
		if (*text == '\\' && quote == '"' && text[1] != '\0')
			text++;
	}
	return NULL;
}

/* Cut a comment off a value: it starts at a ';' behind a blank, outside quotes.
 * A quote that is never closed is an apostrophe. */
static void
cut_comment(char *value)
{
	bool open[2] = {true, true};	/* is " (0) or ' (1) still a quote? */
	char *close;

	for (char *at = value; *at != '\0'; at++) {
		if (*at == ';' && strchr(BLANKS, at[-1])) {
			*at = '\0';
			return;
		}
		if (*at == '\\' && at[1] != '\0')
			at++;
		else if ((*at == '"' || *at == '\'') && open[*at == '\'']) {
			close = find_close(at);
			open[*at == '\''] = close != NULL;
			at = close ? close : at;
		}
	}
}

/* Read a header: "[name]", and nothing behind it but a comment. */
static bool
read_header(struct reader *reader, char *text)
{
	char *end = strchr(text, ']');

	if (!end) {
		fault(reader, "a section that is not closed: ']' is missing");
		return false;
	}
	*end++ = '\0';
	end += strspn(end, BLANKS);
	if (*end != '\0' && (*end != ';' || end[-1] == '\0')) {
		fault(reader, "'%.40s' behind the ']' of a section: only a "
		    "comment may stand there, after a blank", end);
		return false;
	}
	reader->header = text + 1;
	return true;
}

/* Read a key and its value. */
static bool
read_key(struct reader *reader, char *text)
{
	char *equals = strchr(text, '=');

	if (!equals) {
		fault(reader, "'%.40s' is neither '[section]' nor "
		    "'key = value'", text);
		return false;
	}
	cut_comment(equals + 1);
	trim_end(text, equals);
	if (text[0] == '\0' || text[strspn(text, KEY_BYTES)] != '\0' ||
	    strlen(text) > KEY_MAX) {
		fault(reader, "'%.40s' cannot be a key: small letters and '_', "
		    "%d at most", text, KEY_MAX);
		return false;
	}
	if (!reader->in_section) {
		fault(reader, "'%s' stands before any '[section]'", text);
		return false;
	}
	reader->key = text;
	equals += 1 + strspn(equals + 1, BLANKS);
	trim_end(equals, equals + strlen(equals));
	reader->value = equals;
	return true;
}

/* Say what bytes of a line nobody should accept. */
static bool
check_bytes(struct reader *reader, const char *bytes, size_t size)
{
	if (size > CONF_LINE_MAX) {
		fault(reader, "a line of %zu bytes, %d are allowed", size,
		    CONF_LINE_MAX);
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if ((c >= ' ' && c != 0x7f) || c == '\t')
			continue;
		if (c == '\0')
			fault(reader, "a NUL byte");
		else if (c == '\r')
			fault(reader, "a carriage return inside the line");
		else
			fault(reader, "a control character, 0x%02x", c);
		return false;
	}
	return true;
}

/* Tell whether a line that is refused would have been a header. */
static bool
looks_like_header(const char *bytes, size_t size)
{
	while (size > 0 && (*bytes == ' ' || *bytes == '\t')) {
		bytes++;
		size--;
	}
	return size > 0 && *bytes == '[';
}

/* Enter the section of a header that cannot be read, so that its keys do not
 * fall to the one above. */
static void
enter_nowhere(struct reader *reader)
{
	reader->in_section = true;
	reader->sink->on_section(reader->sink->data, reader->line, NULL);
}

/* Read one line; true if there is something in it for inih. */
static bool
read_line(struct reader *reader)
{
	const char *bytes = reader->at;
	size_t size = (size_t)(reader->end - bytes);
	const char *newline = memchr(bytes, '\n', size);
	char *text = reader->text;

	if (newline)
		size = (size_t)(newline - bytes);
	reader->at = newline ? newline + 1 : reader->end;
	reader->line++;
	if (size > 0 && bytes[size - 1] == '\r')
		size--;
	if (!check_bytes(reader, bytes, size)) {
		if (looks_like_header(bytes, size))
			enter_nowhere(reader);
		return false;
	}
	memcpy(text, bytes, size);
	text[size] = '\0';
	text += strspn(text, BLANKS);
	if (*text == '\0' || *text == ';' || *text == '#')
		return false;
	if (*text != '[')
		return read_key(reader, text);
	if (!read_header(reader, text))
		enter_nowhere(reader);
	return reader->header != NULL;
}

/* Give inih a line: a key, which may be empty, and the token of the value. */
static char *
hand_key(struct reader *reader, char *buffer, int size, const char *key)
{
	int len = snprintf(buffer, (size_t)size, "%s=%s\n", key, reader->token);

	reader->handed++;
	reader->broken |= len >= size;
	return reader->broken ? NULL : buffer;
}

/* Give inih the header that was read. */
static char *
hand_header(struct reader *reader, char *buffer, int size)
{
	int len = snprintf(buffer, (size_t)size, "[%d]\n", reader->line);

	snprintf(reader->section, sizeof(reader->section), "%d", reader->line);
	reader->in_section = true;
	reader->mark_due = true;
	reader->broken |= len >= size;
	return reader->broken ? NULL : buffer;
}

/* Be inih's fgets: give it the next line that concerns it, or NULL at the
 * end. */
static char *
hand_line(char *buffer, int size, void *stream)
{
	struct reader *reader = stream;

	if (reader->broken)
		return NULL;
	if (reader->mark_due) {
		reader->mark_due = false;
		return hand_key(reader, buffer, size, "");
	}
	reader->header = NULL;
	reader->key = NULL;
	do {
		if (reader->at == reader->end)
			return NULL;
	} while (!read_line(reader));
	snprintf(reader->token, sizeof(reader->token), "%d", reader->line);
	if (reader->header)
		return hand_header(reader, buffer, size);
	return hand_key(reader, buffer, size, reader->key);
}

/* Take inih's answer to a line, and pass on what really stands there. An inih
 * that tells of headers by themselves, without a name, tells us nothing new. */
static int
take_line(void *data, const char *section, const char *name, const char *value)
{
	struct reader *reader = data;
	const struct read_sink *sink = reader->sink;
	const char *key = reader->header ? "" : reader->key;

	if (!name)
		return 1;
	if (!key || strcmp(section, reader->section) != 0 ||
	    strcmp(name, key) != 0 || !value ||
	    strcmp(value, reader->token) != 0) {
		reader->broken = true;
		return 0;
	}
	reader->answered++;
	if (reader->header)
		sink->on_section(sink->data, reader->line, reader->header);
	else
		sink->on_key(sink->data, reader->line, key, reader->value);
	return 1;
}

int
read_sections(const char *bytes, size_t size, const struct read_sink *sink)
{
	return read_sections_by(ini_parse_stream, bytes, size, sink);
}

int
read_sections_by(read_parser *parser, const char *bytes, size_t size,
    const struct read_sink *sink)
{
	struct reader reader = {
		.sink = sink, .at = bytes, .end = bytes + size,
	};
	int rc;

	if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		reader.at += 3;
	reader.text = malloc(CONF_LINE_MAX + 1);
	if (!reader.text)
		return -1;
	rc = parser(hand_line, &reader, take_line, &reader);
	free(reader.text);
	if (rc == -2)
		return -1;
	if (rc != 0 || reader.broken || reader.handed != reader.answered)
		sink->on_fault(sink->data, reader.line,
		    "libinih does not give back what it is given");
	return 0;
}
