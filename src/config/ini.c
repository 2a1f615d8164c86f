/*
 * An inih that may be built in any way.
 *
 * inih as distributions build it cuts lines at 200 bytes and reads the rest as
 * a line of its own, cuts names of sections at 49, does not tell of a section
 * without keys, tells no line numbers, takes an indented line for more of the
 * value above, ends a value at " ;" inside quotes, and stops at a NUL. Each of
 * these can turn a file into another one without an error.
 *
 * So inih gets one line whenever it asks for one, and that line is short and
 * free of all this. Of a header, inih gets "[12]", of a key "user=14": the
 * numbers of the lines where they stand. A header is followed by "=12", a key
 * without a name, so that inih tells of it even where no key follows. Since
 * inih answers each line before it asks for the next, the reader knows the
 * bytes that belong to an answer.
 *
 * What comes back is compared with what went in. If inih does anything else
 * with a line, whatever switches it was built with, the file is refused.
 */
#include "config.h"

#include "config/ini.h"

#include <stdio.h>
#include <string.h>

struct feed {
	const struct ini_lines *lines;
	struct ini_line line;	/* that inih has got last */
	bool mark_due;		/* the key without a name is next */
	char section[12];	/* what inih has for the section */
	char token[12];		/* what it has for the value */
	int given;		/* lines that it is to answer */
	int answered;
	bool broken;		/* it has answered something else */
};

/* Read the next line for inih, as fgets would; NULL at the end. */
static char *
give_line(char *buffer, int size, void *stream)
{
	struct feed *feed = stream;
	const struct ini_lines *lines = feed->lines;
	int len;

	if (feed->broken)
		return NULL;
	if (!feed->mark_due) {
		if (!lines->next(lines->data, &feed->line))
			return NULL;
		snprintf(feed->token, sizeof(feed->token), "%d",
		    feed->line.number);
	}
	if (!feed->line.key && !feed->mark_due) {
		memcpy(feed->section, feed->token, sizeof(feed->section));
		len = snprintf(buffer, (size_t)size, "[%s]\n", feed->section);
		feed->mark_due = true;
	} else {
		len = snprintf(buffer, (size_t)size, "%s=%s\n",
		    feed->mark_due ? "" : feed->line.key, feed->token);
		feed->mark_due = false;
		feed->given++;
	}
	feed->broken |= len >= size;
	return feed->broken ? NULL : buffer;
}

/* Take inih's answer to a line. An inih that tells of headers by themselves,
 * without a name, says nothing new. */
static int
take_answer(void *data, const char *section, const char *name,
    const char *value)
{
	struct feed *feed = data;
	const char *key = feed->line.key ? feed->line.key : "";

	if (!name)
		return 1;
	if (feed->given == feed->answered || !value ||
	    strcmp(section, feed->section) != 0 || strcmp(name, key) != 0 ||
	    strcmp(value, feed->token) != 0) {
		feed->broken = true;
		return 0;
	}
	feed->answered++;
	feed->lines->take(feed->lines->data);
	return 1;
}

int
ini_walk(ini_parser *parser, const struct ini_lines *lines)
{
	struct feed feed = { .lines = lines };
	int rc = parser(give_line, &feed, take_answer, &feed);

	if (rc == -2)
		return -1;
	return rc != 0 || feed.broken || feed.given != feed.answered;
}
