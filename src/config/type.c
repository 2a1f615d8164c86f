/* The types of plain values. */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "config/keys.h"
#include "config/set.h"
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

/* Store a number in a field of any size. */
static void
put_number(const struct key *key, void *field, int64_t number)
{
	if (key->size == sizeof(int8_t))
		*(int8_t *)field = (int8_t)number;
	else if (key->size == sizeof(int16_t))
		*(int16_t *)field = (int16_t)number;
	else if (key->size == sizeof(int32_t))
		*(int32_t *)field = (int32_t)number;
	else
		*(int64_t *)field = number;
}

static int64_t
get_number(const struct key *key, const void *field)
{
	assert(key->size == 1 || key->size == 2 || key->size == 4 ||
	    key->size == 8);
	if (key->size == sizeof(int8_t))
		return *(const int8_t *)field;
	if (key->size == sizeof(int16_t))
		return *(const int16_t *)field;
	if (key->size == sizeof(int32_t))
		return *(const int32_t *)field;
	return *(const int64_t *)field;
}

static void
set_word(struct section *section, const char *value, void *field)
{
	const struct key *key = section->key;
	size_t count = (size_t)key->max;
	int index = value_word(value, key->words, count);
	const char *near = suggest_among(value, key->words, count);
	char allowed[200];

	if (index >= 0) {
		put_number(key, field, index);
		return;
	}
	enumerate(key->words, count, allowed, sizeof(allowed));
	error_value(section, value, "must be %s%s%s%s", allowed,
	    near ? "; did you mean '" : "", near ? near : "",
	    near ? "'?" : "");
}

static void
show_word(const struct key *key, const void *field, struct strlist *values)
{
	strlist_add(values, key->words[get_number(key, field)]);
}

const struct key_type type_word = { set_word, show_word };

const char *const type_no_yes[2] = { "no", "yes" };

static void
set_number(struct section *section, const char *value, void *field)
{
	const struct key *key = section->key;
	bool infinite = key->flags & KEY_INFINITE;
	int64_t number;

	if (infinite && strcmp(value, "infinity") == 0)
		put_number(key, field, SPEC_INFINITY);
	else if (key->flags & KEY_OCTAL ? value_mode(value, &number) :
	    value_signed(value, key->min, key->max, &number))
		put_number(key, field, number);
	else if (key->flags & KEY_OCTAL)
		error_value(section, value, "must be an octal number from 0 "
		    "to 0777");
	else
		error_value(section, value, "must be a number from %lld to "
		    "%lld%s", (long long)key->min, (long long)key->max,
		    infinite ? ", or infinity" : "");
}

static void
show_number(const struct key *key, const void *field, struct strlist *values)
{
	int64_t number = get_number(key, field);

	if ((key->size == sizeof(int8_t) && number == INT8_MIN) ||
	    (key->size == sizeof(int16_t) && number == INT16_MIN))
		return;
	if (number == SPEC_INFINITY)
		value_put(values, "infinity");
	else
		value_put(values, key->flags & KEY_OCTAL ? "%03llo" : "%lld",
		    (long long)number);
	strlist_end(values);
}

const struct key_type type_number = { set_number, show_number };

/* Read one of the words that a duration may be; false if it is none. */
static bool
read_endless(const struct key *key, const char *value, int64_t *ret_ms)
{
	if ((key->flags & KEY_INFINITE) && strcmp(value, "infinity") == 0)
		*ret_ms = SPEC_INFINITY;
	else if ((key->flags & KEY_BRUTAL_KILL) &&
	    strcmp(value, "brutal_kill") == 0)
		*ret_ms = SPEC_BRUTAL_KILL;
	else
		return false;
	return true;
}

static void
set_duration(struct section *section, const char *value, void *field)
{
	const struct key *key = section->key;
	const char *fault, *also = "";
	int64_t ms = 0;

	assert(key->size == sizeof(int64_t));
	if (read_endless(key, value, field))
		return;
	if (key->flags & KEY_BRUTAL_KILL)
		also = "; infinity and brutal_kill are allowed too";
	else if (key->flags & KEY_INFINITE)
		also = "; infinity is allowed too";
	fault = strcmp(value, "infinity") == 0 ? "must be finite, like 250ms, "
	    "5s, 2m, 1h or 1d" : value_duration(value, &ms);
	if (!fault && ms < key->min)
		error_value(section, value, "must be more than 0");
	else if (fault)
		error_value(section, value, "%s%s", fault, also);
	else
		*(int64_t *)field = ms;
}

static void
show_duration(const struct key *key, const void *field, struct strlist *values)
{
	int64_t ms = *(const int64_t *)field;

	(void)key;
	if (ms == SPEC_BRUTAL_KILL)
		value_put(values, "brutal_kill");
	else
		value_put_duration(values, ms);
	strlist_end(values);
}

const struct key_type type_duration = { set_duration, show_duration };

static void
set_path_field(struct section *section, const char *value, void *field)
{
	set_path(section, value, field);
}

/* A field that is not stored is NULL while the default holds. */
void
type_show_string(const struct key *key, const void *field,
    struct strlist *values)
{
	const char *path = *(char *const *)field;

	if (!path && (key->flags & KEY_NOT_STORED))
		path = key->initial;
	if (path)
		value_add_string(values, "", path);
}

const struct key_type type_path = { set_path_field, type_show_string };
