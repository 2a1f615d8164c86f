/*
 * A stage for tests of live processes: a loop, a table of processes, and
 * actors whose news is counted. A play runs on it in each way there is: in a
 * thread for the loop, as the daemon does; in the main thread; and without the
 * kernel's list of children, where only groups are known.
 */
#ifndef REEVE_TESTS_UNIT_FIXTURE_PROC_H
#define REEVE_TESTS_UNIT_FIXTURE_PROC_H

#include <check.h>
#include <ev.h>
#include <stdbool.h>
#include <sys/types.h>

#include "fixture.h"
#include "process/proc.h"

#define FIXTURE_PROC_MOST 500		/* actors */
#define FIXTURE_DEADLINE_MS 30000	/* for anything to happen */

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

struct fixture_proc {
	struct fixture fixture;
	struct ev_loop *loop;
	struct proc_table *table;
	struct actor actors[FIXTURE_PROC_MOST];
	int told;		/* news of all */
	bool knows_all;		/* that is left behind; false: only groups */
	int crowd;		/* how many are many: more in the daemon's own
				   way than in the others */
};

typedef void fixture_proc_test(struct fixture_proc *stage);

/* Add a play to a suite: a test for each way. */
void	fixture_proc_add(Suite *suite, const char *name,
	    fixture_proc_test *play);

/* Make a table for the stage, as it has one. */
struct proc_table *fixture_proc_new_table(struct fixture_proc *stage);

/* Start an actor's process, with another program than before if not NULL; as
 * proc_start(). */
int	fixture_proc_start(struct fixture_proc *stage, int number,
	    struct program *program);

/* Start one that must be up at once, or not yet be. */
void	fixture_proc_up(struct fixture_proc *stage, int number,
	    struct program *program);
void	fixture_proc_unready(struct fixture_proc *stage, int number,
	    struct program *program);

/* Start one and wait for its end, of which it tells. */
const struct actor *fixture_proc_run(struct fixture_proc *stage, int number,
		    struct program *program);

/* Do one turn of the loop, and fail the test when it takes too long. */
void	fixture_proc_turn(struct fixture_proc *stage);

/* Turn until a condition holds that depends on news. */
#define fixture_proc_await(stage, condition) do { \
	while (!(condition)) \
		fixture_proc_turn(stage); \
} while (0)

/* Tell whether a process is there, a zombie or not. */
bool	fixture_proc_exists(pid_t pid);

/* Wait until actors have written so many lines that begin with a word. */
void	fixture_proc_await_lines(struct fixture_proc *stage, const char *word,
	    int count);

/* The pid that stands behind a word in what the actors have written. */
pid_t	fixture_proc_said_pid(struct fixture_proc *stage, const char *word);

/* A puppet of up to four words, whose stdout is the file "out". */
struct program *fixture_proc_puppet(struct fixture_proc *stage, const char *a,
		    const char *b, const char *c, const char *d);

#endif
