/*
 * Inside the configuration reader: the parser, and the section that is being
 * read. For the files of this room alone.
 */
#ifndef REEVE_CONFIG_PARSE_INT_H
#define REEVE_CONFIG_PARSE_INT_H

#include "base/strlist.h"
#include "config/conf.h"
#include "config/key.h"
#include "config/path.h"
#include "config/user.h"

/* What the workers below a [worker] start from. */
struct defaults {
	struct spec spec;
	struct program *program;
	struct user_given given;
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
	struct user_given given; /* here, or else by [worker] */
	bool given_here;	/* so look it up when the section ends */
	const struct key *key;	/* that is being set */
	int key_line;
	int lines[KEY_TABLE_MAX]; /* of each key of the table; 0: not given */
};

struct parser {
	struct conf *conf;
	const struct conf_machine *machine;
	size_t node_room;	/* of conf->nodes */
	struct path_index index; /* paths to nodes */
	struct user_cache users;
	struct defaults *defaults;
	size_t defaults_count;
	size_t defaults_room;
	struct source *sources;
	size_t source_count;
	size_t source_room;
	int source;		/* index of the one that is being read */
	int last_include;	/* index of the last that it included */
	size_t sections;	/* over CONF_NODES_MAX: the rest is not read */
	bool follow;		/* read includes */
	bool failed;		/* there was no memory */
	struct section section;
};

/*
 * Errors (error.c). Report one: at a line of the file that is being read, or
 * about it as a whole (0); about the section that is being read; about the
 * value of the key that is being set.
 */
void	error_add(struct parser *parser, int line, const char *format, ...)
	    __attribute__((format(printf, 3, 4)));
void	error_section(struct section *section, int line,
	    const char *format, ...) __attribute__((format(printf, 3, 4)));
void	error_value(struct section *section, const char *value,
	    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The reader's two calls (header.c, section.c), and the end of the section that
 * is being read, which checks it and adds it to the conf. */
void	header_begin(struct parser *parser, int line, const char *header);
void	section_key(struct section *section, int line, const char *name,
	    const char *value);
void	section_end(struct section *section);

/* Free what a section owns and has not given away. */
void	section_release(struct section *section);

/* Sections with a program (keys_program.c): take the defaults over; work out
 * what depends on several keys; of these, what is not given. */
bool	keys_program_begin(struct section *section);
void	keys_program_end(struct section *section);
void	keys_program_fill_in(struct section *section);

/* Work out what user, group and groups mean together (keys_user.c); fill in
 * what [reeve] has not given (keys_reeve.c). */
void	keys_user_end(struct section *section);
void	keys_reeve_end(struct parser *parser);

#endif
