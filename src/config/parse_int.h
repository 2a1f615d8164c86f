/*
 * Inside the configuration reader: the parser, the section that is being
 * read, and the table of keys. For conf*.c alone.
 */
#ifndef REEVE_CONFIG_PARSE_INT_H
#define REEVE_CONFIG_PARSE_INT_H

#include "base/strlist.h"
#include "config/conf.h"
#include "config/path.h"
#include "config/user.h"

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

#define CONF_KIND_COUNT	6		/* those with keys */

/* Nobody has said this duration; its default depends on other keys. */
#define CONF_NOT_GIVEN	INT64_MIN

/* The credentials as a file says them, resolved when the section ends. */
struct given_user {
	char *user;		/* each NULL: not said */
	char *group;
	char *groups;
};

/* What the workers below a [worker] start from. */
struct defaults {
	struct spec spec;
	struct program *program;
	struct given_user said;
};

/* A file that has been or will be read. */
struct source {
	char *path;
	dev_t dev;		/* both known once it is read */
	ino_t ino;
	int includer;		/* index; -1: the first file */
	int include_line;	/* in it */
	int next;		/* index of the one that is read after it; -1 */
	int depth;
	int defaults;		/* index of what holds at its present line */
	int reeve_line;		/* where its [reeve] stands; 0: none */
	int worker_line;	/* where its [worker] stands; 0: none */
};

/* A key of the table. */
struct section;
struct key_view;
struct key {
	const char *name;
	/* Read a value into the section; faults by error_value(). */
	void (*set)(struct section *section, const char *value);
	/* Add the value as a string; several for a key that may be repeated,
	 * none if there is no value. */
	void (*show)(const struct key_view *view, struct strlist *values);
	const char *unset;	/* what no value means, for a reader */
	unsigned where;		/* enum conf_kind, or-ed */
	unsigned flags;		/* CONF_KEY_… */
	int argument;		/* for set and show: which limit, say */
	unsigned change;	/* what a change means: confdiff.h */
};

#define KEY_REPEATS (1 << 0)	/* may stand more than once */
#define KEY_MAY_BE_EMPTY	(1 << 1)	/* may have an empty value */
#define KEY_BYTES_LIMIT	(1 << 2)	/* a limit of bytes */
#define KEY_FIRST_FILE	(1 << 3)	/* only in the first file */

#define KEY_TABLE_MAX	96		/* of the table */

/* The table, as long as *_count; a key by its name, or NULL. */
extern const struct key key_table[];
extern const size_t key_count;
const struct key *key_find(const char *name);

/* Why a key is not for a kind of section, or NULL if there is no more to say
 * than that. */
const char *key_why_not(const struct key *key, enum conf_kind kind);

/* Which kind of section makes a node. */
enum conf_kind key_kind_of(const struct conf_node *node);

/* The name of a kind of section: "[worker:PATH]". */
const char *key_kind_name(enum conf_kind kind);

/* The section that is being read. */
struct section {
	struct parser *parser;
	enum conf_kind kind;	/* 0: none has begun */
	int line;
	bool discarded;		/* its keys are checked and it is forgotten */
	struct conf_node node;	/* of a child or the root */
	struct spec *spec;	/* of what restart and shutdown are about: the
				   child, or a dynamic supervisor's template */
	struct strlist env;	/* what it adds to the program's */
	struct strlist env_files;
	struct given_user said;
	const struct key *key; /* that is being set */
	int key_line;
	int lines[KEY_TABLE_MAX]; /* of each key of the table; 0: not said */
};

/* What a show function looks at. */
struct key_view {
	const struct key *key;
	const struct conf_daemon *daemon;
	const struct conf_node *node;
	const struct spec *spec; /* as in struct section */
	const struct program *program;
};

struct parser {
	struct conf *conf;
	const struct conf_machine *machine;
	struct path_index index; /* paths to nodes */
	struct user_cache users;
	struct defaults *defaults;
	int defaults_count;
	struct source *sources;
	int source_count;
	int source;		/* index of the one that is being read */
	int last_include;	/* index of the last that it included */
	char *file;		/* name of it, in conf->files */
	size_t file_count;
	size_t sections;
	bool follow;		/* read includes */
	bool root_said;		/* [supervisor] has stood */
	bool full;		/* too many sections: the rest is not read */
	bool failed;		/* memory was short */
	struct section section;
};

/*
 * Errors (conferror.c). Report one: at a line of the file that is being read,
 * or about it as a whole (0); about the section that is being read; about the
 * value of the key that is being set.
 */
void	conf_error(struct parser *parser, int line,
	    const char *format, ...) __attribute__((format(printf, 3, 4)));
void	error_section(struct section *section, int line,
	    const char *format, ...) __attribute__((format(printf, 3, 4)));
void	error_value(struct section *section, const char *value,
	    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Sections (confheader.c, confsection.c): the reader's two calls, and the end
 * of the one that is being read, which checks it and adds it to the conf. */
void	header_begin(struct parser *parser, int line, const char *header);
void	section_key(struct section *section, int line, const char *key,
	    const char *value);
void	section_end(struct section *section);

/* Sections with a program (confworker.c): take the defaults over; work out what
 * depends on several keys. */
bool	keys_program_begin(struct section *section);
void	keys_program_end(struct section *section);
void	keys_program_fill_in(struct spec *spec, const struct program *program);

/* Free what a section owns and has not given away. */
void	section_release(struct section *section);

/* Include a file or a pattern, after the file that is being read (conf.c). */
void	conf_include(struct section *section, const char *value,
	    const char *pattern);

#endif
