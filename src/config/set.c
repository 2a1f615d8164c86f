/* What the set functions of keys share. */
#include "config.h"

#include "config/set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "config/value.h"

/* Write words as an enumeration: "a, b or c". */
static void
enumerate(const char *const *words, size_t count, char *text, size_t size)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, "%s%s",
		    i == 0 ? "" : i + 1 < count ? ", " : " or ", words[i]);
}

int
set_one_of(struct section *section, const char *value,
    const char *const *words, size_t count)
{
	int index = value_word(value, words, count);
	const char *near = suggest_among(value, words, count);
	char allowed[200];

	if (index >= 0)
		return index;
	enumerate(words, count, allowed, sizeof(allowed));
	if (!near)
		error_value(section, value, "must be %s", allowed);
	else
		error_value(section, value, "must be %s; did you mean '%s'?",
		    allowed, near);
	return -1;
}

void
set_yes_no(struct section *section, const char *value, bool *ret_yes)
{
	static const char *const words[] = {"no", "yes"};
	int index = set_one_of(section, value, words, 2);

	if (index >= 0)
		*ret_yes = index == 1;
}

bool
set_number(struct section *section, const char *value, uint64_t min,
    uint64_t max, uint64_t *ret_number)
{
	if (value_number(value, min, max, ret_number))
		return true;
	error_value(section, value, "must be a number from %llu to %llu",
	    (unsigned long long)min, (unsigned long long)max);
	return false;
}

void
set_duration(struct section *section, const char *value, bool infinity,
    int64_t *ret_ms)
{
	const char *fault;

	if (strcmp(value, "infinity") == 0) {
		if (infinity)
			*ret_ms = SPEC_INFINITY;
		else
			error_value(section, value, "must be finite, like "
			    "250ms, 5s, 2m, 1h or 1d");
		return;
	}
	fault = value_duration(value, ret_ms);
	if (fault)
		error_value(section, value, "%s%s", fault,
		    infinity ? "; infinity is allowed too" : "");
}

/* Read a string into memory of its own; NULL if there is none. */
static char *
read_string(struct section *section, const char *value)
{
	char *text = NULL;
	const char *fault = value_string(value, &text);

	if (fault) {
		error_value(section, value, "%s", fault);
		return NULL;
	}
	set_check_memory(section, text != NULL);
	return text;
}

bool
set_string(struct section *section, const char *value, char **ret_text)
{
	char *text = read_string(section, value);

	if (!text)
		return false;
	free(*ret_text);
	*ret_text = text;
	return true;
}

bool
check_path(struct section *section, const char *value, const char *path)
{
	if (path[0] == '/')
		return true;
	error_value(section, value, "must be an absolute path");
	return false;
}

bool
set_path(struct section *section, const char *value, char **ret_path)
{
	char *path = read_string(section, value);

	if (!path)
		return false;
	if (!check_path(section, value, path)) {
		free(path);
		return false;
	}
	free(*ret_path);
	*ret_path = path;
	return true;
}
