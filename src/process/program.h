/*
 * What a worker runs, and as whom: everything the file says of a worker that
 * is not supervision. The room config makes it, spawn.c and proc.c read it; the
 * core never looks inside.
 *
 * Small on purpose: there is one for every worker. What most workers do not
 * set is a NULL pointer; what many share (groups, environment defaults) is
 * still owned by each program, so that each can be freed by itself.
 */
#ifndef REEVE_PROCESS_PROGRAM_H
#define REEVE_PROCESS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "core/spec.h"

/* Exit codes and signals: which ends belong to a class. */
struct exit_set {
	uint64_t codes[4];	/* bit n: exit code n, 0 to 255 */
	uint64_t signals;	/* bit n - 1: signal n, 1 to 64 */
};

/* exit_normal, exit_shutdown, exit_stopped; NULL in a program: the defaults. */
struct exit_classes {
	struct exit_set normal;
	struct exit_set shutdown;
	struct exit_set stopped;
	bool stopped_set;	/* false: 0, the stop signal and 128 + it,
				   whichever that will be */
};

enum program_stdin {
	STDIN_NULL,
	STDIN_FILE,		/* stdin_text is its path */
	STDIN_TEXT,		/* stdin_text is the data */
};

enum program_output {
	OUTPUT_LOG,		/* the worker's log file */
	OUTPUT_INHERIT,		/* the daemon's own */
	OUTPUT_NULL,
	OUTPUT_STDOUT,		/* of stderr only: where stdout goes */
	OUTPUT_FILE,		/* path: appended to */
};

struct program_stream {
	enum program_output kind;
	char *path;		/* OUTPUT_FILE; else NULL */
};

enum program_ready {
	READY_EXEC,		/* started when its program runs */
	READY_FD,		/* when it has written a newline to ready_fd */
	READY_EXIT,		/* when it has ended cleanly: a set-up step */
	READY_COUNT
};

/* The words of ready; that of READY_FD is followed by ":" and the number. */
extern const char *const program_ready_names[READY_COUNT];
#define PROGRAM_READY_SIZE 8	/* of such a text */

struct program_limit {
	const char *name;	/* of its key, behind limit_; not owned */
	int resource;		/* RLIMIT_… */
	rlim_t soft;		/* RLIM_INFINITY: none */
	rlim_t hard;
};

/* argv, env and env_files are one allocation each, pointers and strings. */
struct program {
	char **argv;		/* the command, split, not expanded; or NULL */
	char **env;		/* "NAME=value", in file order, the last of a
				   name wins; NULL-ended; NULL: none */
	char **env_files;	/* environment_file, read at each start; with a
				   leading '-' it may be missing; NULL-ended;
				   NULL: none */
	char *directory;	/* NULL: "/" */
	char *stdin_text;	/* see enum program_stdin */
	char *user_name;	/* for messages and USER; "uid:N" if that has
				   no name; NULL: as the daemon */
	char *home;		/* of user_name, for HOME; NULL: none */
	char *shell;		/* of user_name, for SHELL; NULL: none */
	gid_t *groups;		/* supplementary groups to set */
	struct program_limit *limits;
	struct exit_classes *exits; /* NULL: the defaults */
	struct program_stream out;
	struct program_stream err;
	unsigned holds;		/* how many hold it, beside its owner */
	uid_t uid;		/* (uid_t)-1: as the daemon */
	gid_t gid;		/* (gid_t)-1: as the daemon */
	uint16_t group_count;
	uint8_t limit_count;
	uint8_t stop_signal;
	mode_t umask;
	int16_t oom_score_adj;	/* PROGRAM_UNSET: 0 if it can be set */
	int8_t nice;		/* PROGRAM_UNSET_NICE: 0 */
	uint8_t ready;		/* enum program_ready */
	uint8_t ready_fd;	/* READY_FD: 3 to 255 */
	uint8_t stdin_kind;	/* enum program_stdin */
	bool set_groups;	/* call setgroups, also with group_count 0 */
	bool expands;		/* argv is to go through command_expand() */
};

#define PROGRAM_UNSET		((int16_t)-32768)
#define PROGRAM_UNSET_NICE	((int8_t)-128)

/* A program without a command and a stop signal, of which nothing is set: the
 * defaults are the configuration's. NULL if there is no memory. */
struct program *program_new(void);

/* A deep copy, owning all it points to; NULL if memory is short. */
struct program *program_copy(const struct program *program);

/* Hold it, so that it stays until program_free() is called once more; it must
 * not be changed. */
struct program *program_hold(struct program *program);

/* Free it with all it owns, unless it is held; NULL is fine. */
void	program_free(struct program *program);

/* Write when it counts as started, as a file says it; returns ret_text. */
char	*program_show_ready(const struct program *program,
	    char ret_text[PROGRAM_READY_SIZE]);

/* Where it runs; its nice value; its score for the out-of-memory killer: the
 * defaults where the program says nothing. */
#define PROGRAM_DIRECTORY	"/"
const char *program_directory(const struct program *program);
int	program_nice(const struct program *program);
int	program_oom_score_adj(const struct program *program);

/* Find a limit of a program; NULL: it says nothing of it. */
struct program_limit *program_find_limit(const struct program *program,
		    int resource);

/* Put a code or a signal, which is in range, into a set; look for one in it. */
void	program_exit_add_code(struct exit_set *set, unsigned code);
void	program_exit_add_signal(struct exit_set *set, int number);
bool	program_exit_has_code(const struct exit_set *set, unsigned code);
bool	program_exit_has_signal(const struct exit_set *set, int number);

/* Tell the classes of a program: its own, or the defaults; exit_stopped with
 * its default worked out. */
void	program_exits(const struct program *program,
	    struct exit_classes *ret_exits);

/*
 * Tell how an end counts: fill in both classes of an outcome, unasked and
 * asked, from its how and number.
 *
 * Unasked: exit_normal is SPEC_END_NORMAL; of exit_shutdown, a signal is
 * SPEC_END_SHUTDOWN and a code SPEC_END_SHUTDOWN_TERM. After a stop: only
 * exit_stopped is expected, and SPEC_END_SHUTDOWN; if that is empty, an end is
 * what it is unasked, and OTP's rules say whether it was expected. SIGKILL is
 * SPEC_END_KILLED both ways; all else is SPEC_END_ABNORMAL.
 */
void	program_classify(const struct program *program,
	    struct spec_outcome *outcome);

#endif
