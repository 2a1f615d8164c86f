/*
 * A stage for tests of live processes: a loop, a table of processes, and
 * actors whose news is counted. A play runs on it in each way there is: in a
 * thread for the loop, as the daemon does; in the main thread; and without the
 * kernel's list of children, where only groups are known.
 */
#ifndef REEVE_TESTS_STAGE_H
#define REEVE_TESTS_STAGE_H

#include <check.h>
#include <ev.h>
#include <stdbool.h>
#include <sys/types.h>

#include "process/proc.h"
#include "yard.h"

#define STAGE_MOST 500		/* actors */
#define STAGE_DEADLINE_MS 30000	/* for anything to happen */

/* A process of the play, and what was told of it. */
struct actor {
	struct proc proc;
	struct program *program;
	int started;
	int failed;
	int ignored;
	int exited;
	struct spec_outcome outcome;
};

struct stage {
	struct yard yard;
	struct ev_loop *loop;
	struct proc_table *table;
	struct actor actors[STAGE_MOST];
	int told;		/* news of all */
	bool knows_all;		/* that is left behind; false: only groups */
	int crowd;		/* how many are many: more in the daemon's own
				   way than in the others */
};

typedef void stage_play(struct stage *stage);

/* Add a play to a suite: a test for each way. */
void	stage_add(Suite *suite, const char *name, stage_play *play);

/* Make a table for the stage, as it has one. */
struct proc_table *stage_new_table(struct stage *stage);

/* Start an actor's process, with another program than before if not NULL; as
 * proc_start(). */
int	stage_start(struct stage *stage, int number, struct program *program);

/* Start one that must be up at once, or not yet be. */
void	stage_up(struct stage *stage, int number, struct program *program);
void	stage_unready(struct stage *stage, int number,
	    struct program *program);

/* Start one and wait for its end, of which it tells. */
const struct actor *stage_run(struct stage *stage, int number,
		    struct program *program);

/* Do one turn of the loop, and fail the test when it takes too long. */
void	stage_turn(struct stage *stage);

/* Turn until a condition holds that depends on news. */
#define stage_await(stage, condition) do { \
	while (!(condition)) \
		stage_turn(stage); \
} while (0)

/* Tell whether a process is there, a zombie or not. */
bool	stage_exists(pid_t pid);

/* Wait until actors have written so many lines that begin with a word. */
void	stage_await_lines(struct stage *stage, const char *word, int count);

/* The pid that stands behind a word in what the actors have written. */
pid_t	stage_said_pid(struct stage *stage, const char *word);

/* A puppet of up to four words, whose stdout is the file "out". */
struct program *stage_puppet(struct stage *stage, const char *a,
		    const char *b, const char *c, const char *d);

#endif
