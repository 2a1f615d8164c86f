/*
 * The configuration file, reeve.conf(5): from bytes to a checked list of
 * supervisors and workers, or to a list of everything that is wrong with it.
 *
 * This room may use process, base, os and core. To begin, read table.c: each
 * key is a row of it, and key.h says what a row has. The way of a file through
 * the room: conf.c walks over the files (source.c, file.c); read.c takes each
 * line apart, with inih at arm's length (ini.c); header.c begins a section,
 * section.c ends and checks it, and set.c sets a key by its row. type.c has the
 * types of plain values, keys_*.c those of odd ones. print.c and diff.c walk
 * the table as well. Nothing here acts on the system but to read files and to
 * look up users and groups (user.c).
 */
#ifndef REEVE_CONFIG_CONF_H
#define REEVE_CONFIG_CONF_H

#include <stdbool.h>
#include <stdio.h>

#include "core/spec.h"
#include "process/program.h"

#define CONF_LINE_MAX	65536		/* bytes of a line without its end */
#define CONF_FILE_MAX	(16 << 20)	/* bytes of a file */
#define CONF_NODES_MAX	100000		/* sections */
#define CONF_NAME_MAX	64		/* bytes of one name in a path */
#define CONF_DEPTH_MAX	16
#define CONF_INCLUDE_DEPTH_MAX 4
#define CONF_ERRORS_MAX	100		/* that are kept; the rest is counted */
#define CONF_RESTARTS_MAX 1000000	/* of max_restarts */
#define CONF_LOG_STDERR	"stderr"	/* in conf_daemon.log */
#define CONF_LOG_SYSLOG	"syslog"
#define CONF_CHILDREN_MAX 1000000	/* of max_children, if finite */

/* What a worker that comes at run time starts from: the first file's [worker],
 * as it stands at the end of it. */
struct conf_runtime_defaults {
	struct spec spec;
	struct program *program; /* without a command */
};

/* A group that has a right on the control socket. */
struct conf_group {
	char *name;		/* NULL: none */
	gid_t gid;		/* its number when the file was read */
};

/* The section [reeve]; strings are never NULL after conf_load(), but log,
 * log_dir and the names of groups, which are NULL where not set. */
struct conf_daemon {
	char *run_dir;
	char *socket;
	char *pid_file;
	char *log_dir;		/* NULL: see places_log() */
	char *log;		/* or a path; NULL: CONF_LOG_STDERR in the
				   foreground, CONF_LOG_SYSLOG detached */
	struct conf_group control_group;
	struct conf_group status_group;
	char **environment_inherit; /* NULL-ended names */
	int64_t shutdown_timeout_ms;
	struct conf_runtime_defaults runtime_defaults; /* replaced with it */
};

struct world;

/* What the meaning of a file depends on beside its bytes. */
struct conf_machine {
	uid_t uid;		/* the daemon's */
	gid_t gid;
	const char *runtime_dir; /* XDG_RUNTIME_DIR; NULL: none */
	struct world *world;	/* how the system is asked; NULL: as ever */
};

/* Look at the user that runs the daemon, and at its environment. */
void	conf_machine_get(struct conf_machine *ret_machine);

/* A child, in file order: a parent stands before its children. */
struct conf_node {
	char *path;		/* "web/app"; "" is the root */
	const char *name;	/* its last part, inside path */
	const char *file;	/* where its section stands */
	int line;
	int parent;		/* index; -1: this is the root */
	int first;		/* index of its first child; -1: none */
	int next;		/* index of its next sibling; -1: none */
	struct spec spec;	/* of this child in its parent */
	struct spec_flags flags; /* supervisor, dynamic */
	struct spec template;	/* dynamic: of its children */
	struct program *program; /* worker; dynamic: the template's. It is
				   freed with the conf, unless a caller takes
				   it and puts NULL here */
	bool allow_arguments;	/* dynamic */
};

struct conf_error {
	char *file;
	int line;		/* 0: about the file as a whole */
	char *text;		/* "[worker:db] unknown key 'comand', …" */
};

struct conf {
	struct conf_daemon daemon;
	struct conf_node *nodes; /* nodes[0] is the root */
	size_t node_count;
	struct conf_error *errors; /* in file and line order */
	size_t error_count;
	size_t errors_left_out;	/* found, but over the most that are kept */
	char **files;		/* that were read, in order; NULL-ended */
	int64_t age_ms;		/* when it was read, of the youngest of them,
				   since it was written to; by the clock on the
				   wall, and perhaps < 0. INT64_MAX: none was
				   read */
};

/*
 * Read a file with its includes. Always returns a conf, whose error_count
 * says whether it may be used; NULL only if there is no memory. The caller
 * frees it with conf_free().
 */
struct conf *conf_load(const char *path);

/* The same for another machine or user than the present one. */
struct conf *conf_load_for(const char *path,
	    const struct conf_machine *machine);

/* The same from bytes, under the given file name, without includes: for tests
 * and the fuzzer. */
struct conf *conf_parse(const char *file, const char *bytes, size_t size,
	    const struct conf_machine *machine);

/* Write an error as "file:line: text", cut to fit; returns ret_text. */
char	*conf_format_error(const struct conf_error *error, char *ret_text,
	    size_t size);

/* Write each error on a line of its own, "file:line: text", and how many were
 * left out. */
void	conf_print_errors(const struct conf *conf, FILE *out);

/*
 * Write the effective file: every section with every key, defaults filled in,
 * in a form that parses to the same again (if quoting does not make a line, or
 * the defaults the file, longer than is allowed); a key that has no value then
 * is a comment. Values that may be secret (environment) are shown: the file is
 * its reader's own. 0, or -1 with errno. Not for a conf with errors, or one
 * from which programs have been taken.
 */
int	conf_print(const struct conf *conf, FILE *out);

/* Write the table of keys, a row a line: key, sections, default, what a change
 * means, text; two blanks or more between them, and one at most within. */
void	conf_print_keys(FILE *out);

/* Free the nodes, once a tree has been built of them. */
void	conf_forget_nodes(struct conf *conf);

/* Free everything that has not been taken out; NULL is fine. */
void	conf_free(struct conf *conf);

#endif
