/*
 * The inside of a spawner, and of one start in the making: start.c prepares
 * what is memory, open.c what is a descriptor. spawn.c uses both, check.c the
 * first.
 */
#ifndef REEVE_PROCESS_START_H
#define REEVE_PROCESS_START_H

#include <signal.h>

#include "base/scratch.h"
#include "base/vars.h"
#include "process/env.h"
#include "process/exec.h"
#include "process/fork.h"
#include "process/spawn.h"

/* Low descriptors, kept for those of the next child: so the part of the table
 * that a child has to copy stays short, and a daemon that has used up its
 * descriptors can still start one. */
#define SPARES 3		/* a text as stdin, a pipe */

#define STARTS_KEPT 8		/* places of children, for the next ones */

#define START_PATH_MAX 1024	/* directories of PATH, equal ones counted once;
				   each is a look-up of the start */

#define START_MOVES 5		/* stdin, stdout, stderr, ready_fd, and one
				   for fork_posix.c */

struct spawner {
	struct forker forker;
	struct start *free_starts;
	unsigned free_count;
	int exposed;		/* starts under way that need the daemon's
				   memory to be one that may be looked at */
	struct hygiene found;
	struct program_limit restore[2]; /* that the daemon has changed */
	size_t restore_count;
	int null_fd;
	int spares[SPARES];	/* copies of null_fd; -1: lent */
	pid_t pid;		/* the daemon's */
	int signals[NSIG];	/* that its children reset, ended by 0 */
	bool knows_signals;	/* they have been looked for */
};

/* One start: in the making, and then under way. */
struct start {
	struct spawner *spawner;
	struct start *next_free; /* in spawner->free_starts */
	struct fork_place place; /* kept from start to start */
	struct scratch scratch;	/* likewise */
	const struct spawn_context *context; /* only until it is under way */
	struct program *program; /* held */
	struct spawn_result result;
	struct exec_plan plan;
	struct env env;
	struct vars vars;	/* plan.env */
	char **expanded;	/* argv, if it had to be expanded */
	char score[8];		/* plan.oom_score_adj */
	struct fd_move moves[START_MOVES]; /* plan.moves */
	int opened[START_MOVES]; /* for the child; the daemon closes them */
	size_t opened_count;
	int64_t begun_us;
	int exposes;		/* its part of spawner->exposed */
};

/* Make one, with a place for its child, NULL with errno; free it. */
struct start *start_new(void);
void	start_free(struct start *start);

/* Begin a start; give back what it has allocated, but its place. */
void	start_init(struct start *start, struct program *program,
	    const struct spawn_context *context);
void	start_release(struct start *start);

/* Fill in a failure; detail is copied, NULL: none. Returns -1. */
int	start_fail(struct start *start, enum spawn_step step, int error,
	    const char *detail);

/*
 * Prepare all of the plan that is memory; if the child can read files for the
 * daemon, and there are any, only what can be prepared without them. 0, or -1
 * with a failure.
 */
int	start_prepare(struct start *start);

/* The same, all of it at once: files are read here and now. */
int	start_prepare_whole(struct start *start);

/* The child has read the files: prepare the rest. 0, or -1 with a failure. */
int	start_go_on(struct start *start);

/* Take new spare descriptors for those that were lent; lend one: the next
 * open() gets its number. */
void	open_refill_spares(struct spawner *spawner);
void	open_lend_spare(struct spawner *spawner);

/* Open what the child cannot open itself: 0, or -1 with a failure. */
int	open_all(struct start *start);

/* Close what was opened for the child alone. */
void	open_close_all(struct start *start);

#endif
