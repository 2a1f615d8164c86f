/*
 * Starting one process: from a program to a pid, or to a step and an errno.
 *
 * start.c and open.c prepare everything that can be prepared; exec.c is the
 * small program that runs between fork and exec; fork_linux.c and fork_posix.c
 * are the two ways to get there. On Linux the child is
 * clone(CLONE_VM|CLONE_VFORK|CLONE_PIDFD) on a stack of its own: the cost does
 * not depend on the size of the daemon, and the child leaves its outcome in
 * memory that both see. Elsewhere, and with --disable-linux, it is fork() and a
 * close-on-exec pipe.
 */
#ifndef REEVE_PROCESS_SPAWN_H
#define REEVE_PROCESS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/hygiene.h"
#include "process/program.h"

/*
 * What a start does, in order, and how that is said when it fails. Up to FORK
 * it is done in the daemon, the rest in the child, by exec.c:steps. VERIFY
 * fails if the credentials are not what was asked for.
 */
#define SPAWN_STEPS(X) \
	X(NONE, "starting it") \
	X(PREPARE, "preparing the start") \
	X(ENV_FILE, "reading the environment file") \
	X(ENVIRONMENT, "adding to the environment") \
	X(EXPAND, "expanding the command") \
	X(PATH, "searching PATH for") \
	X(STDIN, "opening stdin") \
	X(STDOUT, "opening stdout") \
	X(STDERR, "opening stderr") \
	X(PIPE, "making a pipe") \
	X(FORK, "forking") \
	X(SIGNALS, "resetting signals") \
	X(SESSION, "beginning a session") \
	X(DESCRIPTORS, "placing descriptors") \
	X(OOM_SCORE, "setting oom_score_adj") \
	X(NICE, "setting the nice value") \
	X(LIMIT, "setting limit") \
	X(GROUPS, "setting the groups of user") \
	X(GROUP, "setting the group of user") \
	X(USER, "becoming user") \
	X(VERIFY, "making sure of being user") \
	X(DIRECTORY, "changing to directory") \
	X(DEATH_SIGNAL, "tying it to the daemon's life") \
	X(EXEC, "executing")

enum spawn_step {
#define X(name, words)	SPAWN_##name,
	SPAWN_STEPS(X)
#undef X
	SPAWN_STEP_COUNT
};

/* What all starts share: a stack, scratch memory, /dev/null, and what the
 * children get back that the daemon has changed for itself. */
struct spawner;

/* Make one; found is copied. NULL with errno. */
struct spawner *spawner_new(const struct hygiene *found);
void	spawner_free(struct spawner *spawner);

/* Which worker the process is of, and what it gets of the daemon. */
struct spawn_context {
	struct spawner *spawner;
	const char *path;	/* REEVE_PATH */
	const char *name;	/* REEVE_NAME */
	uint32_t restarts;	/* REEVE_RESTARTS */
	char *const *inherit;	/* environment_inherit: names, NULL-ended; or
				   NULL */
	const char *log_dir;	/* for OUTPUT_LOG; NULL: inherit */
	struct runfile_mark *record; /* the process fills it in before its
				   program runs; NULL: no record */
};

struct spawn_result {
	pid_t pid;
	int pidfd;		/* -1: the system gives none */
	int ready_fd;		/* READY_FD: read end, non-blocking; or -1 */
	enum spawn_step step;	/* of a failure */
	int error;		/* errno of it */
	char *detail;		/* what the step was about (a path, a user) or
				   NULL; the caller frees it */
};

/*
 * Start a process. Returns 0 when its program runs (the exec has succeeded); -1
 * with step, error and detail in the result when it does not, and then no
 * process is left. Descriptors in the result are close-on-exec and the
 * caller's. A start goes on without a pidfd where it would fail with one.
 */
int	spawn_process(const struct program *program,
	    const struct spawn_context *context,
	    struct spawn_result *ret_result);

/*
 * Look for what a start would need, and start nothing: the environment, the
 * directory, the program. 0, or -1 as above if one of them is certainly not
 * there; what only the user of the process could find out is not looked at.
 */
int	spawn_check(const struct program *program,
	    const struct spawn_context *context,
	    struct spawn_result *ret_result);

/* Tell whether a failure is the system's shortage and not the spec's fault:
 * fork, pipe or an open refused with EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC or
 * EIO. */
bool	spawn_is_shortage(const struct spawn_result *result);

/* Write a failure as a sentence: "executing '/x/y': No such file or directory
 * (its interpreter '/no/such' is missing)". Always terminated. */
void	spawn_describe(const struct program *program,
	    const struct spawn_result *result, char *ret_text, size_t size);

#endif
