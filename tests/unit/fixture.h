/*
 * What tests with real processes share: a directory of its own, a spawner, and
 * short ways to make programs and to see what came of them. A test that has
 * called fixture_open() ends with fixture_close().
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
	char check[1024];	/* else the sentence of its failure */
};

void	fixture_open(struct fixture *fix);
void	fixture_close(struct fixture *fix);

/* The path of a file in the directory; of a helper program of the tests. */
const char *fixture_path(struct fixture *fix, const char *name);
const char *fixture_helper(const char *name);

/* Make a file with a mode and a text; read one whole, "" if it is missing. */
void	fixture_write(struct fixture *fix, const char *name, mode_t mode,
	    const char *text);
const char *fixture_read(struct fixture *fix, const char *name);

/* Make a program of words, ended by NULL; stdout goes to the file "out". */
#define fixture_program(fix, ...) \
	fixture_program_of(fix, (const char *const []){__VA_ARGS__})
struct program *fixture_program_of(struct fixture *fix,
    const char *const *words);

/* Add a variable to its environment; set where a stream goes. */
void	fixture_env(struct program *program, const char *var);
void	fixture_stream(struct program_stream *stream, enum program_output kind,
	    const char *path);

/* Set one of its limits. */
void	fixture_limit(struct program *program, const char *name, int resource,
	    rlim_t soft, rlim_t hard);

/* Start a program; tell whether it runs. */
bool	fixture_start(struct fixture *fix, struct program *program);

/* Start a program, wait for its end, and free it. Returns the exit code, or
 * 1000 + the signal. The test fails if the program does not run. */
int	fixture_run(struct fixture *fix, struct program *program);

/* Start a program, which must fail at this step, and free it. */
void	fixture_fail(struct fixture *fix, struct program *program,
	    enum spawn_step step, int error);

/* The programs of most tests: the probe; a puppet of up to four words; a puppet
 * that says on a descriptor that it is ready, and ends. */
struct program *fixture_make_probe(struct fixture *fix);
struct program *fixture_puppet(struct fixture *fix, const char *a,
		    const char *b, const char *c, const char *d);
struct program *fixture_make_ready(struct fixture *fix, int fd);

/* Run the probe and free it. Returns what it wrote. */
const char *fixture_probe(struct fixture *fix, struct program *probe);

/* Send the probe's stdout to a path, which must be refused. */
void	fixture_refuse_output(struct fixture *fix, const char *path, int error);

/* Tell whether the test may change its own process for good; whether it runs
 * as root. If not, the test counts as skipped. */
bool	fixture_is_alone(void);
bool	fixture_is_root(void);

/* Tell whether a text has a line, or one that begins so. */
bool	fixture_has_line(const char *text, const char *line);
bool	fixture_has_line_like(const char *text, const char *beginning);

/* Count the open descriptors of this process. */
int	fixture_count_descriptors(void);

/* Become NOBODY for good, with no group but its own; own the directory. */
void	fixture_become_nobody(struct fixture *fix);

/* Let the kernel (Linux) refuse a system call with an error from now on; flags:
 * only if the first argument has one of these bits; 0: always. */
void	fixture_deny(long number, unsigned flags, int error);

#define fixture_assert_line(text, line) \
	ck_assert_msg(fixture_has_line(text, line), "no '%s' in\n%s", line, \
	    text)
#define fixture_assert_no_line_like(text, beginning) \
	ck_assert_msg(!fixture_has_line_like(text, beginning), \
	    "'%s' is in\n%s", beginning, text)
#define fixture_assert_says(fix, text) \
	ck_assert_msg(strstr((fix)->sentence, text), "no '%s' in '%s'", \
	    text, (fix)->sentence)

#endif
