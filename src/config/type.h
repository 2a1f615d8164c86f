/*
 * The types of plain values: what the table of keys is made of for the most
 * part. A type reads a field of the size that the row says.
 */
#ifndef REEVE_CONFIG_TYPE_H
#define REEVE_CONFIG_TYPE_H

#include "config/key.h"

extern const struct key_type type_word;		/* an enum, or bool */
extern const struct key_type type_number;	/* of any size; the least of
						   int8_t and int16_t means:
						   not set */
extern const struct key_type type_duration;	/* int64_t, milliseconds */
extern const struct key_type type_path;		/* char *, owned */

/* The words of a bool. */
extern const char *const type_no_yes[2];

/* Show a string that is the field, quoted where it must be; NULL: no value. */
void	type_show_string(const struct key *key, const void *field,
	    struct strlist *values);

#endif
