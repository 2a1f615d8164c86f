/* Values of the configuration: numbers, durations, sizes, sets, texts. */
#include "config.h"

#include "config/value.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/command.h"
#include "base/signame.h"
#include "core/spec.h"

#define DIGITS		"0123456789"

/* The units of sizes, largest first. */
static const struct unit {
	const char *name;
	uint64_t bytes;
} units[] = {
	{"T", UINT64_C(1) << 40},
	{"G", 1 << 30},
	{"M", 1 << 20},
	{"K", 1 << 10},
	{"", 1},
};

/* Read digits at the start of text; how many, 0 if there is none or the number
 * is too large. */
static size_t
read_digits(const char *text, uint64_t *ret_number)
{
	size_t len = strspn(text, DIGITS);
	uint64_t number = 0;

	for (size_t i = 0; i < len; i++) {
		uint64_t digit = (uint64_t)(text[i] - '0');

		if (number > (UINT64_MAX - digit) / 10)
			return 0;
		number = number * 10 + digit;
	}
	*ret_number = number;
	return len;
}

bool
value_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret_number)
{
	uint64_t number;
	size_t len = read_digits(text, &number);

	if (len == 0 || text[len] != '\0' || number < min || number > max)
		return false;
	*ret_number = number;
	return true;
}

bool
value_signed(const char *text, int64_t min, int64_t max, int64_t *ret_number)
{
	bool negative = min < 0 && text[0] == '-';
	uint64_t number;
	int64_t value;

	if (!value_number(text + negative, 0, INT64_MAX, &number))
		return false;
	value = negative ? -(int64_t)number : (int64_t)number;
	if (value < min || value > max)
		return false;
	*ret_number = value;
	return true;
}

bool
value_mode(const char *text, int64_t *ret_mode)
{
	size_t len = strspn(text, "01234567");

	if (len == 0 || len > 4 || text[len] != '\0' ||
	    (len == 4 && text[0] != '0'))
		return false;
	*ret_mode = strtol(text, NULL, 8);
	return true;
}

const char *
value_duration(const char *text, int64_t *ret_ms)
{
	const uint64_t longest_ms = VALUE_DAYS_MAX *
	    (uint64_t)clock_units[0].ms;
	uint64_t number, unit_ms;
	size_t len = strspn(text, DIGITS), i = 0;

	if (len > 0 && text[len] == '\0')
		return "a number without a unit: write it like 250ms, 5s, 2m, "
		    "1h or 1d";
	while (i < CLOCK_UNITS && strcmp(text + len, clock_units[i].name) != 0)
		i++;
	if (len == 0 || i == CLOCK_UNITS)
		return "must be a duration like 250ms, 5s, 2m, 1h or 1d";
	unit_ms = (uint64_t)clock_units[i].ms;
	if (read_digits(text, &number) == 0 || number > longest_ms / unit_ms)
		return "too long, 10000d are allowed";
	*ret_ms = (int64_t)(number * unit_ms);
	return NULL;
}

bool
value_size(const char *text, uint64_t *ret_size)
{
	uint64_t number;
	size_t len = read_digits(text, &number), i = 0;

	while (i < LENGTH(units) && strcmp(text + len, units[i].name) != 0)
		i++;
	if (len == 0 || i == LENGTH(units) ||
	    number > (uint64_t)INT64_MAX / units[i].bytes)
		return false;
	*ret_size = number * units[i].bytes;
	return true;
}

int
value_word(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], text) == 0)
			return (int)i;
	return -1;
}

bool
value_item(const char **list, char ret_item[VALUE_ITEM_SIZE])
{
	const char *item = *list + strspn(*list, " \t,");
	size_t len = strcspn(item, " \t,");

	*list = item + len;
	if (len == 0)
		return false;
	if (len < VALUE_ITEM_SIZE)
		snprintf(ret_item, VALUE_ITEM_SIZE, "%.*s", (int)len, item);
	else
		snprintf(ret_item, VALUE_ITEM_SIZE, "%.*s...",
		    VALUE_ITEM_SIZE - 4, item);
	return true;
}

static const char *
add_signal(const char *name, struct exit_set *set)
{
	int number = signame_number(name);

	if (number == 0)
		return "neither an exit code from 0 to 255, nor a range of "
		    "them like 3-5, nor a signal like TERM";
	/* OTP's 'killed' is never clean; brutal_kill expects it by itself. */
	if (number == SIGKILL)
		return "a death by KILL always counts as 'killed'";
	program_exit_add_signal(set, number);
	return NULL;
}

const char *
value_exit(const char *item, struct exit_set *set)
{
	char *dash;
	char first[VALUE_ITEM_SIZE];
	uint64_t from, to;

	if (!strchr(DIGITS, item[0]))
		return add_signal(item, set);
	snprintf(first, sizeof(first), "%s", item);
	dash = strchr(first, '-');
	if (dash)
		*dash = '\0';
	if (!value_number(first, 0, 255, &from) || !value_number(
	    dash ? dash + 1 : first, from, 255, &to))
		return "must be an exit code from 0 to 255, or a range of them "
		    "like 3-5";
	for (; from <= to; from++)
		program_exit_add_code(set, (unsigned)from);
	return NULL;
}

const char *
value_text(const char *text, char **ret_text)
{
	static const char escapes[] = "nt\\;", meanings[] = "\n\t\\;";
	char *result = malloc(strlen(text) + 1), *to = result;
	const char *escape;

	for (; result && *text != '\0'; text++) {
		if (*text != '\\') {
			*to++ = *text;
			continue;
		}
		escape = *++text == '\0' ? NULL : strchr(escapes, *text);
		if (!escape) {
			free(result);
			return "a backslash stands only in \\n, \\t, \\; "
			    "and \\\\";
		}
		*to++ = meanings[escape - escapes];
	}
	if (result)
		*to = '\0';
	*ret_text = result;
	return NULL;
}

const char *
value_string(const char *text, char **ret_text)
{
	struct strlist words = { 0 };
	const char *fault = command_split_plain(text, &words);

	if (!fault && !words.failed && words.count != 1)
		fault = "must be one word: quote it";
	if (!fault && words.failed)
		*ret_text = NULL;
	else if (!fault)
		*ret_text = strdup(strlist_first(&words));
	strlist_release(&words);
	return fault;
}

static bool
read_limit(const char *text, bool bytes, rlim_t *ret_limit)
{
	uint64_t number;

	if (strcmp(text, "infinity") == 0) {
		*ret_limit = RLIM_INFINITY;
		return true;
	}
	if (!(bytes ? value_size(text, &number) :
	    value_number(text, 0, INT64_MAX, &number)))
		return false;
	*ret_limit = (rlim_t)number;
	return *ret_limit == number && *ret_limit != RLIM_INFINITY;
}

const char *
value_limit(const char *text, bool bytes, rlim_t *ret_soft, rlim_t *ret_hard)
{
	char soft_text[64];
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);
	rlim_t soft, hard;

	snprintf(soft_text, sizeof(soft_text), "%.*s",
	    len < sizeof(soft_text) ? (int)len : 0, text);
	if (!read_limit(soft_text, bytes, &soft) || !read_limit(
	    colon ? colon + 1 : soft_text, bytes, &hard))
		return bytes ? "must be a size like 64K, 10M or 1G, SOFT:HARD "
		    "of them, or infinity" :
		    "must be a number, SOFT:HARD of them, or infinity";
	if (hard != RLIM_INFINITY && (soft == RLIM_INFINITY || soft > hard))
		return "the soft limit is above the hard one";
	*ret_soft = soft;
	*ret_hard = hard;
	return NULL;
}

void
value_put(struct strlist *list, const char *format, ...)
{
	char text[128];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(text))
		list->failed = true;
	else
		strlist_put_bytes(list, text, (size_t)len);
}

void
value_add_string(struct strlist *list, const char *prefix, const char *text)
{
	value_put(list, "%s", prefix);
	command_quote(list, text);
	strlist_end(list);
}

void
value_put_duration(struct strlist *list, int64_t ms)
{
	char text[32];

	value_put(list, "%s", ms == SPEC_INFINITY ? "infinity" :
	    clock_duration(ms, text, sizeof(text)));
}

void
value_put_size(struct strlist *list, uint64_t size)
{
	const struct unit *unit = size == 0 ? &units[LENGTH(units) - 1] : units;

	while (size % unit->bytes != 0)
		unit++;
	value_put(list, "%llu%s", (unsigned long long)(size / unit->bytes),
	    unit->name);
}

static void
put_limit(struct strlist *list, bool bytes, rlim_t limit)
{
	if (limit == RLIM_INFINITY)
		value_put(list, "infinity");
	else if (bytes)
		value_put_size(list, limit);
	else
		value_put(list, "%llu", (unsigned long long)limit);
}

void
value_put_limit(struct strlist *list, bool bytes, rlim_t soft, rlim_t hard)
{
	put_limit(list, bytes, soft);
	if (soft == hard)
		return;
	strlist_put(list, ':');
	put_limit(list, bytes, hard);
}

void
value_put_exits(struct strlist *list, const struct exit_set *set)
{
	const char *blank = "";
	char name[SIGNAME_SIZE];
	unsigned last;

	for (unsigned code = 0; code < 256; code = last + 1) {
		last = code;
		if (code % 64 == 0 && set->codes[code / 64] == 0)
			last = code + 63;	/* a reload does this a lot */
		if (!program_exit_has_code(set, code))
			continue;
		while (program_exit_has_code(set, last + 1))
			last++;
		value_put(list, code == last ? "%s%u" : "%s%u-%u", blank, code,
		    last);
		blank = " ";
	}
	for (int number = 1; number <= 64 && set->signals >> (number - 1) != 0;
	    number++) {
		if (!program_exit_has_signal(set, number))
			continue;
		value_put(list, "%s%s", blank,
		    signame_of(number, name, sizeof(name)));
		blank = " ";
	}
}

void
value_put_text(struct strlist *list, const char *text)
{
	static const char special[] = "\n\t\\;", escapes[] = "nt\\;";
	const char *found;
	char before = '\0';

	for (; *text != '\0'; before = *text++) {
		found = strchr(special, *text);
		/* A ';' is a comment only behind a blank. */
		if (*text == ';' && before != ' ')
			found = NULL;
		if (!found) {
			strlist_put(list, *text);
			continue;
		}
		strlist_put(list, '\\');
		strlist_put(list, escapes[found - special]);
	}
}
