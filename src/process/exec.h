/*
 * The small program that runs between fork and exec.
 *
 * Everything that it needs stands prepared in a plan; it makes system calls
 * and nothing else. Its memory may be the daemon's (CLONE_VM): it allocates
 * nothing, calls nothing that locks, and what it changes in memory is the
 * plan's outcome, its moves, and errno.
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
	size_t which;		/* SPAWN_LIMIT: of limits; SPAWN_EXEC: of the
				   candidates */
};

struct exec_plan {
	pid_t parent;		/* the daemon */
	const int *signals;	/* to be reset, ended by 0 */
	struct runfile_mark *record; /* where to be on record; NULL: nowhere */

	struct fd_move *moves;	/* with room for one more, for fork_posix.c */
	size_t move_count;
	bool unshare;		/* the table is the daemon's: leave it first */

	const char *oom_score_adj; /* in decimal; NULL: leave it */
	bool oom_score_adj_must; /* else it is set if it can be */
	int nice;
	bool set_nice;
	bool nice_must;
	const struct program_limit *limits;
	size_t limit_count;

	uid_t uid;		/* (uid_t)-1: leave them */
	gid_t gid;		/* (gid_t)-1: leave them */
	bool set_groups;
	const gid_t *groups;
	size_t group_count;
	gid_t *group_room;	/* for reading them back */
	size_t group_room_count;

	mode_t umask;
	const char *directory;
	char *const *candidates; /* paths to execute, the first that is there */
	char *const *argv;
	char *const *env;

	struct exec_outcome outcome;
};

/* Do it all. Returns only when a step has failed, said in the outcome. */
void	exec_run(struct exec_plan *plan);

#endif
