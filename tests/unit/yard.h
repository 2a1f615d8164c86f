/*
 * A yard for tests with real processes: a directory of its own, a spawner, and
 * short ways to make programs and to see what came of them. What is opened by
 * yard_open() in a test ends with yard_close().
 */
#ifndef REEVE_TESTS_YARD_H
#define REEVE_TESTS_YARD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "process/program.h"
#include "process/spawn.h"

#define NOBODY 65534		/* a user and a group without rights */

struct yard {
	char dir[64];		/* below /tmp, empty at first, open to all */
	char path[256];		/* what yard_path() made last */
	char text[1 << 16];	/* what yard_read() read last */
	struct spawn_context context;
	struct spawn_result result; /* of yard_start() */
	char sentence[1024];	/* of its failure */
	bool checked;		/* spawn_check() has found nothing missing */
	char check[1024];	/* what it has said else */
};

void	yard_open(struct yard *yard);
void	yard_close(struct yard *yard);

/* The path of a file in the directory; of a helper program of the tests. */
const char *yard_path(struct yard *yard, const char *name);
const char *yard_helper(const char *name);

/* Make a file with a mode and a text; read one whole, "" if it is missing. */
void	yard_write(struct yard *yard, const char *name, mode_t mode,
	    const char *text);
const char *yard_read(struct yard *yard, const char *name);

/* Make a program of words, ended by NULL; stdout goes to the file "out". */
#define yard_program(yard, ...) \
	yard_program_of(yard, (const char *const []){__VA_ARGS__})
struct program *yard_program_of(struct yard *yard, const char *const *words);

/* Add a variable to its environment; set where a stream goes. */
void	yard_env(struct program *program, const char *var);
void	yard_stream(struct program_stream *stream, enum program_output kind,
	    const char *path);

/* Set one of its limits. */
void	yard_limit(struct program *program, int resource, rlim_t soft,
	    rlim_t hard);

/* Start it: whether it runs. */
bool	yard_start(struct yard *yard, const struct program *program);

/* Start it, wait for its end, free it; its exit code, or 1000 + the signal.
 * Fails the test if it does not run. */
int	yard_run(struct yard *yard, struct program *program);

/* Start it, which must fail, and free it. */
void	yard_fail(struct yard *yard, struct program *program,
	    enum spawn_step step, int error);

/* The programs of most tests: the probe; a puppet of up to four words; a puppet
 * that says on a descriptor that it is ready, and ends. */
struct program *yard_make_probe(struct yard *yard);
struct program *yard_puppet(struct yard *yard, const char *a,
		    const char *b, const char *c, const char *d);
struct program *yard_make_ready(struct yard *yard, int fd);

/* Run the probe and free it; what it wrote. */
const char *yard_probe(struct yard *yard, struct program *probe);

/* Have the probe's stdout go to a path, which must be refused. */
void	yard_refuse_output(struct yard *yard, const char *path, int error);

/* Tell whether the test may change its own process for good; whether it runs
 * as root. If not it counts as skipped. */
bool	yard_is_alone(void);
bool	yard_is_root(void);

/* Tell whether a text has a line, or one that begins so. */
bool	yard_has_line(const char *text, const char *line);
bool	yard_has_line_like(const char *text, const char *beginning);

/* Count the open descriptors of this process. */
int	yard_count_descriptors(void);

/* Become NOBODY for good, with no group but its own; own the directory. */
void	yard_become_nobody(struct yard *yard);

/* Have a system call refused from now on with an error, for good; flags: only
 * if the first argument has one of these bits; 0: always. Linux. */
void	yard_deny(long number, unsigned flags, int error);

#define yard_assert_line(text, line) \
	ck_assert_msg(yard_has_line(text, line), "no '%s' in\n%s", line, text)
#define yard_assert_no_line_like(text, beginning) \
	ck_assert_msg(!yard_has_line_like(text, beginning), \
	    "'%s' is in\n%s", beginning, text)
#define yard_assert_says(yard, text) \
	ck_assert_msg(strstr((yard)->sentence, text), "no '%s' in '%s'", \
	    text, (yard)->sentence)

#endif
