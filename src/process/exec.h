/*
 * The small program that runs between fork and exec.
 *
 * Everything that it needs stands prepared in a plan; it makes system calls
 * and nothing else. Its memory may be the daemon's (CLONE_VM), which goes on
 * meanwhile: it allocates nothing, calls nothing that locks or is linked late,
 * and what it changes in memory is the plan's outcome, its step, its moves, its
 * rooms and its record. Its errno is its own (see fork_linux.c).
 *
 * What may hang (a file on a dead mount) is done in here, and never in the
 * daemon: exec_files.c opens and reads what the child can.
 */
#ifndef REEVE_PROCESS_EXEC_H
#define REEVE_PROCESS_EXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "process/fdmap.h"
#include "process/fork.h"
#include "process/hint.h"
#include "process/program.h"
#include "process/spawn.h"

/* How far the child got; step is SPAWN_NONE once its program runs. */
struct exec_outcome {
	enum spawn_step step;
	int error;
	const char *about;	/* SPAWN_LIMIT: its name; SPAWN_EXEC: the file.
				   In memory that the daemon has as well */
	struct hint hint;	/* SPAWN_EXEC */
};

/* A file that is read for the daemon. */
struct exec_file {
	const char *path;
	char *bytes;		/* room for the most and a NUL */
	size_t most;		/* a larger file is EFBIG */
	size_t size;		/* read */
	int error;		/* why it could not be read; or 0 */
	bool may_be_missing;	/* for the daemon */
};

#define EXEC_GROUPS_MORE 1	/* one group too many is wrong, like more */

struct exec_plan {
	const struct program *program;
	pid_t parent;		/* the daemon */
	const int *signals;	/* to be reset, ended by 0 */
	struct runfile_mark *record; /* where to be on record; NULL: nowhere */
	struct fd_move *moves;	/* with room for one more, for fork_posix.c */
	size_t move_count;
	bool unshare;		/* the table is the daemon's: leave it first */
	struct fork_place *place; /* the child's; for what it asks */
	struct exec_file *reads; /* files to be read, then the daemon is asked
				   to go on with what is in them */
	size_t read_count;
	const char *in_path;	/* opened as stdin by the user; or NULL */
	const char *out_path;	/* opened as stdout and stderr by the daemon's
				   user, appended to; or NULL */
	const char *err_path;
	bool err_is_out;	/* stderr is where stdout goes */
	bool is_refused;	/* the daemon's answer: do not go on */
	const char *oom_score_adj; /* in decimal; NULL: leave it */
	bool oom_score_adj_must; /* else it is set if it can be */
	bool set_nice;
	const struct program_limit *restore; /* set before the program's own */
	size_t restore_count;
	gid_t *group_room;	/* for reading them back: group_count +
				   EXEC_GROUPS_MORE; NULL: not needed */
	char *const *candidates; /* paths to execute, the first that is there */
	char *const *argv;
	char *const *env;

	enum spawn_step step;	/* that it is at */
	struct exec_outcome outcome;
};

/* Carry a plan out. Returns only when a step has failed: see the outcome. */
void	exec_run(struct exec_plan *plan);

/* Steps that open and read files, each 0, or -1 with errno. */
int	exec_read_files(struct exec_plan *plan);
int	exec_open_stdin(struct exec_plan *plan);
int	exec_open_stdout(struct exec_plan *plan);
int	exec_open_stderr(struct exec_plan *plan);

/* Read a plain file whole, ended by a NUL; see file->error. */
void	exec_read_file(struct exec_file *file);

#endif
