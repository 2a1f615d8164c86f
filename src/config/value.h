/*
 * Values of the configuration that are more than a string: from text, and back
 * to a text that reads the same. The readers take no blanks around a value, and
 * leave ret_ alone when they refuse one.
 */
#ifndef REEVE_CONFIG_VALUE_H
#define REEVE_CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include "base/strlist.h"
#include "process/program.h"

#define VALUE_ITEM_SIZE	128	/* of an item of a list; more is cut */
#define VALUE_DAYS_MAX	10000	/* of a duration */

/* Read a number in decimal, between bounds. */
bool	value_number(const char *text, uint64_t min, uint64_t max,
	    uint64_t *ret_number);

/* The same with a sign, if the least is negative. */
bool	value_signed(const char *text, int64_t min, int64_t max,
	    int64_t *ret_number);

/* Read a file mode in octal, up to 0777. */
bool	value_mode(const char *text, int64_t *ret_mode);

/* Read "250ms", "5s", "2m", "1h" or "1d" in milliseconds. NULL, or what is
 * wrong, as a phrase. */
const char *value_duration(const char *text, int64_t *ret_ms);

/* Read a number of bytes: "4096", "64K", "10M", "1G", "1T", of 1024 each. */
bool	value_size(const char *text, uint64_t *ret_size);

/* Find a word among others: its index, or -1. */
int	value_word(const char *text, const char *const *words, size_t count);

/* Take the next item of a list that is parted by blanks or commas; false at
 * its end. One that is too long is cut and ends with "...", as nothing does
 * that a list may have. */
bool	value_item(const char **list, char ret_item[VALUE_ITEM_SIZE]);

/* Put "3", "3-5" or "TERM" into a set. NULL, or what is wrong, as a phrase. */
const char *value_exit(const char *item, struct exit_set *set);

/* Read a text with \n, \t, \\ and \; in it, which is then the caller's to free.
 * NULL, or what is wrong, as a phrase; with no text if there is no memory. */
const char *value_text(const char *text, char **ret_text);

/* Read one string, quoted as in a command or not at all. As above. */
const char *value_string(const char *text, char **ret_text);

/* Read a limit: "N", "SOFT:HARD", each a number, a size, or "infinity". NULL,
 * or what is wrong, as a phrase. */
const char *value_limit(const char *text, bool bytes, rlim_t *ret_soft,
	    rlim_t *ret_hard);

/* Append values as the readers above take them; a duration may be
 * SPEC_INFINITY. One adds a whole value: a prefix and a string, quoted where it
 * must be. */
void	value_put(struct strlist *list, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
void	value_add_string(struct strlist *list, const char *prefix,
	    const char *text);
void	value_put_duration(struct strlist *list, int64_t ms);
void	value_put_size(struct strlist *list, uint64_t size);
void	value_put_exits(struct strlist *list, const struct exit_set *set);
void	value_put_text(struct strlist *list, const char *text);
void	value_put_limit(struct strlist *list, bool bytes, rlim_t soft,
	    rlim_t hard);

#endif
