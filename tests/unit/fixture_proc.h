/*
 * What tests of live processes share: a loop, a table of processes, and
 * processes whose news is counted. Each test runs in each way there is: in a
 * thread for the loop, as the daemon does; in the main thread; and without the
 * kernel's list of children, where only process groups are known.
 */
#ifndef REEVE_TESTS_UNIT_FIXTURE_PROC_H
#define REEVE_TESTS_UNIT_FIXTURE_PROC_H

#include <check.h>
#include <ev.h>
#include <stdbool.h>
#include <sys/types.h>

#include "fixture.h"
#include "process/proc.h"

#define FIXTURE_PROC_MOST 500		/* processes */
#define FIXTURE_DEADLINE_MS 30000	/* for anything to happen */

/* A process of a test, and the news of it. */
struct fixture_process {
	struct proc proc;
	struct program *program;
	int started;
	int failed;
	int ignored;
	int exited;
	int hangs;
	int not_started;
	char why[512];		/* it hangs, or was not started */
	struct spec_outcome outcome;
};

struct fixture_proc {
	struct fixture base;
	struct ev_loop *loop;
	struct proc_table *table;
	struct fixture_process processes[FIXTURE_PROC_MOST];
	int news_count;		/* of all */
	bool knows_all;		/* leftovers; false: only those of groups */
	int many;		/* processes: more in the daemon's own way than
				   in the others */
};

typedef void fixture_proc_test(struct fixture_proc *fix);

/* Add a test to a suite, once for each way. */
void	fixture_proc_add(Suite *suite, const char *name,
    fixture_proc_test *test);

/* Make one more table of processes, in the same way. */
struct proc_table *fixture_proc_new_table(struct fixture_proc *fix);

/* Begin to start a process, with another program than before if it is not NULL.
 * Returns what proc_start() does. */
int	fixture_proc_begin(struct fixture_proc *fix, int number,
    struct program *program);

/* Start a process, and wait until it runs. 1: it is ready, too; 0: it is not
 * ready; -1: it does not run. */
int	fixture_proc_start(struct fixture_proc *fix, int number,
    struct program *program);

/* Start one that must be ready at once; one that must not yet be ready. */
void	fixture_proc_up(struct fixture_proc *fix, int number,
    struct program *program);
void	fixture_proc_unready(struct fixture_proc *fix, int number,
	    struct program *program);

/* Start one, wait for its end, and tell what the news was. */
const struct fixture_process *fixture_proc_run(struct fixture_proc *fix,
		    int number, struct program *program);

/* Do one turn of the loop, and fail the test when it takes too long. */
void	fixture_proc_turn(struct fixture_proc *fix);

/* Turn until a condition holds that depends on news. */
#define fixture_proc_await(fix, condition) do { \
	while (!(condition)) \
		fixture_proc_turn(fix); \
} while (0)

/* Tell whether a process is there, a zombie or not. */
bool	fixture_proc_exists(pid_t pid);

/* Wait until there are so many lines of output that begin with a word. */
void	fixture_proc_await_lines(struct fixture_proc *fix, const char *word,
    int count);

/* The pid that stands behind a word in the output. */
pid_t	fixture_proc_said_pid(struct fixture_proc *fix, const char *word);

/* A puppet of up to four words, whose stdout is the file "out". */
struct program *fixture_proc_puppet(struct fixture_proc *fix, const char *a,
		    const char *b, const char *c, const char *d);

#endif
