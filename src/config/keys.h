/*
 * The types of keys, for the table: those of plain values, and those of keys
 * that are like no other.
 */
#ifndef REEVE_CONFIG_KEYS_H
#define REEVE_CONFIG_KEYS_H

#include "config/key.h"

/* type.c: a type reads a field of the size that the row says. */
extern const struct key_type type_word;		/* an enum, or bool */
extern const struct key_type type_number;	/* signed, or never above the
						   half of its range; the least
						   int8_t or int16_t means: not
						   set */
extern const struct key_type type_duration;	/* int64_t, milliseconds */
extern const struct key_type type_path;		/* char *, owned */

/* The words of a bool. */
extern const char *const type_no_yes[2];

/* Show a string that is the field, quoted where it must be; NULL: no value. */
void	type_show_string(const struct key *key, const void *field,
	    struct strlist *values);

/* keys_reeve.c */
extern const struct key_type keys_include;
extern const struct key_type keys_log;		/* char *, owned */
extern const struct key_type keys_known_group;	/* char *, owned */
extern const struct key_type keys_names;	/* char **, owned */

/* keys_program.c */
extern const struct key_type keys_command;
extern const struct key_type keys_environment;
extern const struct key_type keys_environment_file;
extern const struct key_type keys_stdin;
extern const struct key_type keys_output;	/* argument: the descriptor */
extern const struct key_type keys_ready;
extern const struct key_type keys_signal;	/* uint8_t */
extern const struct key_type keys_exits;	/* argument: the offset in
						   struct exit_classes */
extern const struct key_type keys_later;	/* refuses every value */

/* keys_user.c; the argument of the first three is an enum user_part, that of a
 * limit is RLIMIT_… */
extern const struct key_type keys_user;
extern const struct key_type keys_group;
extern const struct key_type keys_groups;
extern const struct key_type keys_limit;

#endif
