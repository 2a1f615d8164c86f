/*
 * What the set functions of keys share: a value is read, or what is wrong with
 * it is reported for the section's present key and nothing is changed.
 */
#ifndef REEVE_CONFIG_SET_H
#define REEVE_CONFIG_SET_H

#include "config/parse_int.h"

/* Read one of some words: its index, or -1. */
int	set_one_of(struct section *section, const char *value,
	    const char *const *words, size_t count);

/* Read yes or no. */
void	set_yes_no(struct section *section, const char *value,
	    bool *ret_yes);

/* Read a number between bounds; false if it is none. */
bool	set_number(struct section *section, const char *value,
	    uint64_t min, uint64_t max, uint64_t *ret_number);

/* Read a duration; infinity may be allowed. */
void	set_duration(struct section *section, const char *value,
	    bool infinity, int64_t *ret_ms);

/* Read a string; or one that is an absolute path. What was there is freed. */
bool	set_string(struct section *section, const char *value,
	    char **ret_text);
bool	set_path(struct section *section, const char *value,
	    char **ret_path);

/* Check a string that was read otherwise: is it an absolute path? */
bool	check_path(struct section *section, const char *value,
	    const char *path);

/* Note whether memory was got or was short. */
static inline bool
set_check_memory(struct section *section, bool got)
{
	if (!got)
		section->parser->failed = true;
	return got;
}

#endif
