/*
 * A fixture for tests with real processes: a directory of its own, a spawner,
 * and short ways to make programs and to see what came of them. What is opened
 * by fixture_open() in a test ends with fixture_close().
 */
#ifndef REEVE_TESTS_UNIT_FIXTURE_H
#define REEVE_TESTS_UNIT_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "process/program.h"
#include "process/spawn.h"

#define NOBODY 65534		/* a user and a group without rights */

struct fixture {
	char dir[64];		/* below /tmp, empty at first, open to all */
	char path[256];		/* what fixture_path() made last */
	char text[1 << 16];	/* what fixture_read() read last */
	struct spawn_context context;
	struct spawn_result result; /* of fixture_start() */
	char sentence[1024];	/* of its failure */
	bool checked;		/* spawn_check() has found nothing missing */
	char check[1024];	/* what it has said else */
};

void	fixture_open(struct fixture *fixture);
void	fixture_close(struct fixture *fixture);

/* The path of a file in the directory; of a helper program of the tests. */
const char *fixture_path(struct fixture *fixture, const char *name);
const char *fixture_helper(const char *name);

/* Make a file with a mode and a text; read one whole, "" if it is missing. */
void	fixture_write(struct fixture *fixture, const char *name, mode_t mode,
	    const char *text);
const char *fixture_read(struct fixture *fixture, const char *name);

/* Make a program of words, ended by NULL; stdout goes to the file "out". */
#define fixture_program(fixture, ...) \
	fixture_program_of(fixture, (const char *const []){__VA_ARGS__})
struct program *fixture_program_of(struct fixture *fixture,
	    const char *const *words);

/* Add a variable to its environment; set where a stream goes. */
void	fixture_env(struct program *program, const char *var);
void	fixture_stream(struct program_stream *stream, enum program_output kind,
	    const char *path);

/* Set one of its limits. */
void	fixture_limit(struct program *program, int resource, rlim_t soft,
	    rlim_t hard);

/* Start it: whether it runs. */
bool	fixture_start(struct fixture *fixture, const struct program *program);

/* Start it, wait for its end, free it; its exit code, or 1000 + the signal.
 * Fails the test if it does not run. */
int	fixture_run(struct fixture *fixture, struct program *program);

/* Start it, which must fail, and free it. */
void	fixture_fail(struct fixture *fixture, struct program *program,
	    enum spawn_step step, int error);

/* The programs of most tests: the probe; a puppet of up to four words; a puppet
 * that says on a descriptor that it is ready, and ends. */
struct program *fixture_make_probe(struct fixture *fixture);
struct program *fixture_puppet(struct fixture *fixture, const char *a,
		    const char *b, const char *c, const char *d);
struct program *fixture_make_ready(struct fixture *fixture, int fd);

/* Run the probe and free it; what it wrote. */
const char *fixture_probe(struct fixture *fixture, struct program *probe);

/* Have the probe's stdout go to a path, which must be refused. */
void	fixture_refuse_output(struct fixture *fixture, const char *path,
	    int error);

/* Tell whether the test may change its own process for good; whether it runs
 * as root. If not it counts as skipped. */
bool	fixture_is_alone(void);
bool	fixture_is_root(void);

/* Tell whether a text has a line, or one that begins so. */
bool	fixture_has_line(const char *text, const char *line);
bool	fixture_has_line_like(const char *text, const char *beginning);

/* Count the open descriptors of this process. */
int	fixture_count_descriptors(void);

/* Become NOBODY for good, with no group but its own; own the directory. */
void	fixture_become_nobody(struct fixture *fixture);

/* Have a system call refused from now on with an error, for good; flags: only
 * if the first argument has one of these bits; 0: always. Linux. */
void	fixture_deny(long number, unsigned flags, int error);

#define fixture_assert_line(text, line) \
	ck_assert_msg(fixture_has_line(text, line), "no '%s' in\n%s", line, \
	    text)
#define fixture_assert_no_line_like(text, beginning) \
	ck_assert_msg(!fixture_has_line_like(text, beginning), \
	    "'%s' is in\n%s", beginning, text)
#define fixture_assert_says(fixture, text) \
	ck_assert_msg(strstr((fixture)->sentence, text), "no '%s' in '%s'", \
	    text, (fixture)->sentence)

#endif
