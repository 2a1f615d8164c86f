/*
 * The types of keys that are like no other: those of [reeve] (keys_reeve.c), of
 * what a worker runs (keys_program.c), and of the user that it runs as and what
 * it may use (keys_user.c).
 */
#ifndef REEVE_CONFIG_KEYS_H
#define REEVE_CONFIG_KEYS_H

#include "config/key.h"

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

/* keys_user.c; the argument of the first three is the offset in struct
 * given_user, that of a limit is RLIMIT_… */
extern const struct key_type keys_user;
extern const struct key_type keys_group;
extern const struct key_type keys_groups;
extern const struct key_type keys_limit;

#endif
