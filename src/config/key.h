/*
 * Keys of the configuration. A key is one row of the table (table.c): where
 * it may stand, the type of its value, the field that holds it, its default,
 * what a change of it means, and one line of text. The types of plain values
 * are in type.c; keys that are like no other have types of their own, which
 * keys.h declares.
 *
 * To add a key: a field (process/program.h, say), a row, and what uses the
 * field. The row reads it, prints it, compares it and lists it.
 */
#ifndef REEVE_CONFIG_KEY_H
#define REEVE_CONFIG_KEY_H

#include "base/strlist.h"
#include "config/conf.h"

/* The kinds of section, as bits: a key says in which ones it may stand. */
enum conf_kind {
	CONF_REEVE = 1 << 0,		/* [reeve] */
	CONF_ROOT = 1 << 1,		/* [supervisor] */
	CONF_SUPERVISOR = 1 << 2,	/* [supervisor:PATH] */
	CONF_DYNAMIC = 1 << 3,		/* [dynamic:PATH] */
	CONF_DEFAULTS = 1 << 4,		/* [worker] */
	CONF_WORKER = 1 << 5,		/* [worker:PATH] */
	CONF_NOWHERE = 1 << 6,		/* one that cannot be understood */
};

/* A duration that is not given yet; its default depends on other keys. */
#define CONF_NOT_GIVEN	INT64_MIN

/* The structures that have fields of keys. */
enum key_base {
	KEY_IN_REEVE,		/* struct conf_daemon */
	KEY_IN_NODE,		/* struct conf_node */
	KEY_IN_SPEC,		/* its spec; a dynamic supervisor's template */
	KEY_IN_PROGRAM,		/* its program */
	KEY_BASE_COUNT
};

struct key;
struct section;

/* How the values of a type are read and shown. */
struct key_type {
	/* Read the value of the section's present key into its field. A
	 * fault is reported by error_value() and changes nothing. */
	void (*set)(struct section *section, const char *value, void *field);
	/* Add the value as a string: several for a key that may be repeated,
	 * none if there is no value. NULL: the key is never shown. */
	void (*show)(const struct key *key, const void *field,
	    struct strlist *values);
};

struct key {
	const char *name;
	const char *text;	/* what it says, in one line */
	const struct key_type *type;
	size_t offset;		/* of its field, in the base */
	uint8_t size;		/* of it */
	uint8_t base;		/* enum key_base */
	uint8_t where;		/* enum conf_kind, or-ed */
	uint8_t change;		/* DIFF_…: what a change means; 0: nothing */
	uint16_t flags;		/* KEY_… */
	const char *initial;	/* its default, as a file would say it */
	const char *other;	/* another default, */
	const char *when;	/* which holds under this condition */
	const char *unset;	/* without a default: what no value means */
	const char *const *words; /* of a word: the allowed ones */
	int64_t min;		/* of a number or duration; of a word: 0 */
	int64_t max;		/* of a number; how many words there are */
	int argument;		/* for its type: which limit, say */
};

#define KEY_REPEATS	(1 << 0)	/* may stand more than once */
#define KEY_MAY_BE_EMPTY (1 << 1)	/* may have an empty value */
#define KEY_FIRST_FILE	(1 << 2)	/* only in the first file */
#define KEY_INFINITE	(1 << 3)	/* "infinity" is a value */
#define KEY_BRUTAL_KILL	(1 << 4)	/* "brutal_kill" is a value */
#define KEY_BYTES_LIMIT	(1 << 5)	/* a limit of bytes */
#define KEY_DEPENDS	(1 << 6)	/* the default is known last: until then
					   the field is CONF_NOT_GIVEN */
#define KEY_NOT_STORED	(1 << 7)	/* the field is empty while the default
					   holds */
#define KEY_QUIET	(1 << 8)	/* is not shown while it is unset */
#define KEY_OCTAL	(1 << 9)	/* a mode, up to 0777 */

#define KEY_TABLE_MAX	96		/* keys, at most */

/* The table, as long as key_count; a key by its name, or NULL. */
extern const struct key key_table[];
extern const size_t key_count;
const struct key *key_find(const char *name);

/* Why a key is not for a kind of section, or NULL if there is no more to say
 * than that. */
const char *key_why_not(const struct key *key, enum conf_kind kind);

/* The name of a kind of section: "[worker:PATH]". */
const char *key_kind_name(enum conf_kind kind);

/* Where the fields of a section are: a base that the kind of section does not
 * have is NULL. */
struct key_view {
	enum conf_kind kind;
	const void *bases[KEY_BASE_COUNT];
};

/* The fields of [reeve], and those of a node. */
struct key_view key_view_daemon(const struct conf_daemon *daemon);
struct key_view key_view_node(const struct conf_node *node);

/* Add the values of a key as text; false if the section does not show it. */
bool	key_show(const struct key *key, const struct key_view *view,
	    struct strlist *values);

#endif
