/*
 * The types of plain values: what the table of keys is made of for the most
 * part. A type reads a field of the size that the row says.
 */
#ifndef REEVE_CONFIG_TYPE_H
#define REEVE_CONFIG_TYPE_H

#include "config/key.h"

extern const struct key_type type_word;		/* an enum */
extern const struct key_type type_yes_no;	/* bool */
extern const struct key_type type_number;	/* int8_t, int16_t, int64_t; the
						   least of the two small ones
						   means: not set */
extern const struct key_type type_duration;	/* int64_t, milliseconds */
extern const struct key_type type_mode;		/* mode_t */
extern const struct key_type type_path;		/* char *, owned */

#endif
