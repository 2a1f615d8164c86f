/*
 * Values of the configuration: what a reader takes is printed, and read again
 * it is the same, and is printed the same. What it refuses, it leaves alone.
 * The first byte says which reader; the rest is the text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/signame.h"
#include "config/value.h"
#include "core/spec.h"
#include "fuzz.h"
#include "process/program.h"

/* Give up over something that must not be. */
static void
fail(const char *what, const char *text)
{
	fprintf(stderr, "%s: %s\n", what, text);
	abort();
}

/* The text of a list that was filled by a printer. */
static const char *
text_of(struct strlist *list)
{
	strlist_end(list);
	if (list->failed)
		fail("out of memory", "");
	return strlist_first(list);
}

/* Check that a text was printed the same again. */
static void
check_same(struct strlist *first, struct strlist *second, const char *text)
{
	if (strcmp(text_of(first), text_of(second)) != 0)
		fail("is printed in another way", text);
	strlist_release(first);
	strlist_release(second);
}

/* Durations. */
static void
check_duration(const char *text)
{
	struct strlist first = { 0 }, second = { 0 };
	int64_t ms = -7, again = -7;

	if (value_duration(text, &ms) != NULL) {
		if (ms != -7)
			fail("a refused duration is kept", text);
		return;
	}
	value_put_duration(&first, ms);
	if (value_duration(text_of(&first), &again) != NULL || again != ms)
		fail("another duration", text);
	value_put_duration(&second, again);
	check_same(&first, &second, text);
}

/* Sizes. */
static void
check_size(const char *text)
{
	struct strlist first = { 0 }, second = { 0 };
	uint64_t size = 7, again = 7;

	if (!value_size(text, &size)) {
		if (size != 7)
			fail("a refused size is kept", text);
		return;
	}
	value_put_size(&first, size);
	if (!value_size(text_of(&first), &again) || again != size)
		fail("another size", text);
	value_put_size(&second, again);
	check_same(&first, &second, text);
}

/* Limits, of bytes or of other things. */
static void
check_limit(const char *text, bool bytes)
{
	struct strlist first = { 0 }, second = { 0 };
	rlim_t soft = 7, hard = 9, soft_again = 0, hard_again = 0;

	if (value_limit(text, bytes, &soft, &hard) != NULL) {
		if (soft != 7 || hard != 9)
			fail("a refused limit is kept", text);
		return;
	}
	value_put_limit(&first, bytes, soft, hard);
	if (value_limit(text_of(&first), bytes, &soft_again, &hard_again) !=
	    NULL || soft != soft_again || hard != hard_again)
		fail("another limit", text);
	value_put_limit(&second, bytes, soft_again, hard_again);
	check_same(&first, &second, text);
}

/* Limits of bytes. */
static void
check_bytes(const char *text)
{
	check_limit(text, true);
}

/* Limits of other things. */
static void
check_count(const char *text)
{
	check_limit(text, false);
}

/* Read a list of exits into a set; false if an item is refused. */
static bool
read_exits(const char *text, struct exit_set *set)
{
	char item[VALUE_ITEM_SIZE];

	while (value_item(&text, item))
		if (value_exit(item, set) != NULL)
			return false;
	return true;
}

/* Sets of exit codes and signals. */
static void
check_exits(const char *text)
{
	struct strlist first = { 0 }, second = { 0 };
	struct exit_set set = { 0 }, again = { 0 };

	if (!read_exits(text, &set))
		return;
	value_put_exits(&first, &set);
	if (!read_exits(text_of(&first), &again) ||
	    memcmp(&set, &again, sizeof(set)) != 0)
		fail("other exits", text);
	value_put_exits(&second, &again);
	check_same(&first, &second, text);
}

/* Texts with backslashes. */
static void
check_text(const char *text)
{
	struct strlist first = { 0 }, second = { 0 };
	char *value = NULL, *again = NULL;

	if (value_text(text, &value) != NULL) {
		if (value != NULL)
			fail("a refused text is kept", text);
		return;
	}
	value_put_text(&first, value);
	if (value_text(text_of(&first), &again) != NULL ||
	    strcmp(value, again) != 0)
		fail("another text", text);
	if (strchr(text_of(&first), '\n') != NULL)
		fail("a text of more than a line", text);
	value_put_text(&second, again);
	check_same(&first, &second, text);
	free(value);
	free(again);
}

/* Numbers, with and without a sign. */
static void
check_number(const char *text)
{
	uint64_t number = 7, number_again = 7;
	int64_t value = 7, again = 7;
	char shown[32];

	if (value_number(text, 3, UINT64_MAX, &number)) {
		snprintf(shown, sizeof(shown), "%llu",
		    (unsigned long long)number);
		if (number < 3 || !value_number(shown, 3, UINT64_MAX,
		    &number_again) || number_again != number)
			fail("another number", text);
	} else if (number != 7) {
		fail("a refused number is kept", text);
	}
	if (value_signed(text, -1000, 1000, &value)) {
		snprintf(shown, sizeof(shown), "%d", (int)value);
		if (value < -1000 || value > 1000 ||
		    !value_signed(shown, -1000, 1000, &again) ||
		    again != value)
			fail("another signed number", text);
	} else if (value != 7) {
		fail("a refused signed number is kept", text);
	}
}

/* File modes. */
static void
check_mode(const char *text)
{
	int64_t mode = 07777, again = 07777;
	char shown[16];

	if (!value_mode(text, &mode)) {
		if (mode != 07777)
			fail("a refused mode is kept", text);
		return;
	}
	snprintf(shown, sizeof(shown), "%03o", (unsigned)mode);
	if (mode > 0777 || !value_mode(shown, &again) || again != mode)
		fail("another mode", text);
}

/* Names of signals. */
static void
check_signal(const char *text)
{
	int number = signame_number(text);
	char name[SIGNAME_SIZE];

	if (number < 0 || number > 64)
		fail("a signal out of range", text);
	if (number > 0 && signame_number(signame_of(number, name,
	    sizeof(name))) != number)
		fail("another signal", text);
}

/* One string, quoted or not: no control character gets lost or comes in. */
static void
check_string(const char *text)
{
	char *value = NULL;

	if (value_string(text, &value) != NULL) {
		if (value != NULL)
			fail("a refused string is kept", text);
		return;
	}
	if (value == NULL || strlen(value) > strlen(text))
		fail("a string longer than its text", text);
	free(value);
}

/* One function for each kind of value. */
static const struct {
	char letter;
	void (*check)(const char *text);
} kinds[] = {
	{ 'd', check_duration },
	{ 's', check_size },
	{ 'b', check_bytes },
	{ 'c', check_count },
	{ 'e', check_exits },
	{ 't', check_text },
	{ 'n', check_number },
	{ 'm', check_mode },
	{ 'g', check_signal },
	{ 'w', check_string },
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size == 0)
		return 0;
	text = malloc(size);
	if (text == NULL)
		fail("out of memory", "");
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((char)data[0] == kinds[i].letter)
			kinds[i].check(text);
	free(text);
	return 0;
}
