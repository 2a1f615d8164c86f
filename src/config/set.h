/*
 * Setting keys: what the types of keys share. A value is read, or what is wrong
 * with it is reported for the section's present key and nothing is changed.
 */
#ifndef REEVE_CONFIG_SET_H
#define REEVE_CONFIG_SET_H

#include "config/parse_int.h"

/* Read the value of a key, which stands in a line (0: it is a default). */
void	set_key(struct section *section, const struct key *key, int line,
	    const char *value);

/* Give all keys of the section's kind their defaults, but those that depend on
 * others; give one key its default, or its other one. */
void	set_defaults(struct section *section);
void	set_default(struct section *section, const struct key *key, bool other);

/* Read a string; or one that is an absolute path. What was there is freed. */
bool	set_string(struct section *section, const char *value,
	    char **ret_text);
bool	set_path(struct section *section, const char *value, char **ret_path);

/* Check a string that was read otherwise: is it an absolute path? */
bool	set_check_path(struct section *section, const char *value,
	    const char *path);

/* Note whether memory was got; returns that. */
static inline bool
set_check_memory(struct section *section, bool got)
{
	if (!got)
		section->parser->failed = true;
	return got;
}

#endif
