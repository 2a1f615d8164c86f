/*
 * The small program that runs between fork and exec.
 *
 * Everything that it needs stands prepared in a plan; it makes system calls
 * and nothing else. Its memory may be the daemon's (CLONE_VM): it allocates
 * nothing, calls nothing that locks, and what it changes in memory is the
 * plan's outcome, its moves, its room for groups and its record, and errno.
 */
#ifndef REEVE_PROCESS_EXEC_H
#define REEVE_PROCESS_EXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "process/fdmap.h"
#include "process/program.h"
#include "process/spawn.h"

/* How far the child got; step is SPAWN_NONE once its program runs. */
struct exec_outcome {
	enum spawn_step step;
	int error;
	const char *about;	/* SPAWN_LIMIT: its name; SPAWN_EXEC: the file.
				   In memory that the daemon has as well */
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

	struct exec_outcome outcome;
};

/* Carry a plan out. Returns only when a step has failed: see the outcome. */
void	exec_run(struct exec_plan *plan);

#endif
