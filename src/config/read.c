/*
 * The lines of a configuration file: each raw line is looked at, what no file
 * may have is refused, comments are cut off, and headers and keys are taken
 * apart. Which key belongs to which header is for inih to say (ini.c), so a
 * line is passed on when inih has answered it.
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
};

static void
__attribute__((format(printf, 2, 3)))
refuse(struct reader *reader, const char *format, ...)
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
	bool open[2] = { true, true };	/* is " (0) or ' (1) still a quote? */
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
			open[*at == '\''] = close;
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
		refuse(reader, "a section that is not closed: ']' is missing");
		return false;
	}
	*end++ = '\0';
	end += strspn(end, BLANKS);
	if (*end != '\0' && (*end != ';' || end[-1] == '\0')) {
		refuse(reader, "'%.40s' behind the ']' of a section: only a "
		    "comment may stand there, after a blank", end);
		return false;
	}
	reader->header = text + 1;
	return true;
}

static bool
read_key(struct reader *reader, char *text)
{
	char *equals = strchr(text, '=');

	if (!equals) {
		refuse(reader, "'%.40s' is neither '[section]' nor "
		    "'key = value'", text);
		return false;
	}
	cut_comment(equals + 1);
	trim_end(text, equals);
	if (text[0] == '\0' || text[strspn(text, KEY_BYTES)] != '\0' ||
	    strlen(text) > KEY_MAX) {
		refuse(reader, "'%.40s' cannot be a key: small letters and "
		    "'_', %d at most", text, KEY_MAX);
		return false;
	}
	if (!reader->in_section) {
		refuse(reader, "'%s' stands before any '[section]'", text);
		return false;
	}
	reader->key = text;
	equals += 1 + strspn(equals + 1, BLANKS);
	trim_end(equals, equals + strlen(equals));
	reader->value = equals;
	return true;
}

/* Check that a line has no bytes that no line may have. */
static bool
check_bytes(struct reader *reader, const char *bytes, size_t size)
{
	if (size > CONF_LINE_MAX) {
		refuse(reader, "a line of %zu bytes, %d are allowed", size,
		    CONF_LINE_MAX);
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if ((c >= ' ' && c != 0x7f) || c == '\t')
			continue;
		if (c == '\0')
			refuse(reader, "a NUL byte");
		else if (c == '\r')
			refuse(reader, "a carriage return inside the line");
		else
			refuse(reader, "a control character, 0x%02x", c);
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

/* Copy the next line into the text, without its end; NULL, if it has bytes
 * that no line may have. */
static char *
next_line(struct reader *reader)
{
	const char *bytes = reader->at;
	size_t size = (size_t)(reader->end - bytes);
	const char *newline = memchr(bytes, '\n', size);

	if (newline)
		size = (size_t)(newline - bytes);
	reader->at = newline ? newline + 1 : reader->end;
	reader->line++;
	if (size > 0 && bytes[size - 1] == '\r')
		size--;
	if (!check_bytes(reader, bytes, size)) {
		if (looks_like_header(bytes, size))
			enter_nowhere(reader);
		return NULL;
	}
	memcpy(reader->text, bytes, size);
	reader->text[size] = '\0';
	return reader->text + strspn(reader->text, BLANKS);
}

/* Read one line; true if it is a header or a key. */
static bool
read_line(struct reader *reader)
{
	char *text = next_line(reader);

	if (!text || *text == '\0' || *text == ';' || *text == '#')
		return false;
	if (*text != '[')
		return read_key(reader, text);
	if (!read_header(reader, text))
		enter_nowhere(reader);
	return reader->header;
}

/* Go on to the next header or key, for inih. */
static bool
give_line(void *data, struct ini_line *ret_line)
{
	struct reader *reader = data;

	reader->header = NULL;
	reader->key = NULL;
	do {
		if (reader->at == reader->end)
			return false;
	} while (!read_line(reader));
	reader->in_section = true;
	*ret_line = (struct ini_line){ reader->line, reader->key };
	return true;
}

/* Pass on a line that inih has answered. */
static void
take_line(void *data)
{
	struct reader *reader = data;
	const struct read_sink *sink = reader->sink;

	if (reader->header)
		sink->on_section(sink->data, reader->line, reader->header);
	else
		sink->on_key(sink->data, reader->line, reader->key,
		    reader->value);
}

int
read_sections(ini_parser *parser, const char *bytes, size_t size,
    const struct read_sink *sink)
{
	struct reader reader = {
		.sink = sink, .at = bytes, .end = bytes + size,
	};
	const struct ini_lines lines = { &reader, give_line, take_line };
	int rc;

	if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
		reader.at += 3;
	reader.text = malloc(CONF_LINE_MAX + 1);
	if (!reader.text)
		return -1;
	rc = ini_walk(parser, &lines);
	free(reader.text);
	if (rc == 1)
		sink->on_fault(sink->data, reader.line,
		    "libinih does not give back what it is given");
	return rc == -1 ? -1 : 0;
}
