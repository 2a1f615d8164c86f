/*
 * Starting one process: from a program to a pid, or to a step and an errno.
 *
 * start.c and open.c prepare everything that can be prepared; exec.c is the
 * small program that runs between fork and exec; fork_linux.c and fork_posix.c
 * are the two ways to get there. On Linux the child is a clone() in the
 * daemon's memory, on a stack of its own: the cost does not depend on the size
 * of the daemon. Elsewhere, and with --disable-linux, it is fork() and a
 * close-on-exec pipe.
 *
 * A start is under way from spawn_begin() to spawn_finish(). Until its process
 * has executed its program, or has ended, memory and descriptors of the start
 * are the process's. However long that takes, it holds up nothing else.
 */
#ifndef REEVE_PROCESS_SPAWN_H
#define REEVE_PROCESS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/hint.h"
#include "process/hygiene.h"
#include "process/program.h"

/*
 * What a start does, in order, and how that is said when it fails. Up to FORK
 * it is done in the daemon, the rest in the child, by exec.c:exec_run. VERIFY
 * fails if the credentials are not what was asked for.
 */
#define SPAWN_STEPS(X) \
	X(NONE, "starting it") \
	X(PREPARE, "preparing the start") \
	X(ENVIRONMENT, "adding to the environment") \
	X(EXPAND, "expanding the command") \
	X(PATH, "searching PATH for") \
	X(PIPE, "making a pipe") \
	X(FORK, "forking") \
	X(SIGNALS, "resetting signals") \
	X(SESSION, "beginning a session") \
	X(DESCRIPTORS, "placing descriptors") \
	X(ENV_FILE, "reading the environment file") \
	X(STDOUT, "opening stdout") \
	X(STDERR, "opening stderr") \
	X(OOM_SCORE, "setting oom_score_adj") \
	X(NICE, "setting the nice value") \
	X(LIMIT, "setting limit") \
	X(GROUPS, "setting the groups of user") \
	X(GROUP, "setting the group of user") \
	X(USER, "becoming user") \
	X(VERIFY, "making sure of being user") \
	X(STDIN, "opening stdin") \
	X(DIRECTORY, "changing to directory") \
	X(DEATH_SIGNAL, "tying it to the daemon's life") \
	X(SIGNAL_MASK, "letting signals through") \
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
	bool hangs;		/* it does not get further than the step */
	char *detail;		/* what the step was about (a path, a user) or
				   NULL; the caller frees it */
	struct hint hint;	/* SPAWN_EXEC: what is wrong with the file */
};

/* A start that is under way. */
struct start;

/*
 * Begin a start. 0: there is a process, the caller's to reap, whose pid and
 * descriptors (close-on-exec, the caller's) are in the result; -1 with step,
 * error and detail: there is none. It goes on without a pidfd where it would
 * fail with one. The program is held until it is finished.
 */
int	spawn_begin(struct program *program,
	    const struct spawn_context *context,
	    struct spawn_result *ret_result, struct start **ret_start);

/* When it was begun, in microseconds of the monotonic clock. */
int64_t	spawn_begun_us(const struct start *start);

/*
 * Let it go on, and wait at most so many microseconds, 0: do not. True: it is
 * known whether its program runs, and it can be finished.
 */
bool	spawn_wait(struct start *start, int64_t most_us);

/* Tell of a start that can be finished whether it has failed. Its process ends
 * then, and is to be reaped before. */
bool	spawn_has_failed(const struct start *start);

/* Give a start up that hangs: it has failed, whatever comes of it. Tell what it
 * hangs at; its process is to be killed. */
void	spawn_give_up(struct start *start, struct spawn_result *ret_result);

/* Finish a start, which is freed. 0: its program runs; -1 with step, error and
 * detail. */
int	spawn_finish(struct start *start, struct spawn_result *ret_result);

/*
 * Look for what a start would need, and start nothing: the environment, the
 * directory, the program. 0, or -1 as above if one of them is certainly not
 * there; what only the user of the process could find out is not looked at. A
 * file on a mount that hangs holds it up: it is for a process of its own.
 */
int	spawn_check(struct program *program,
	    const struct spawn_context *context,
	    struct spawn_result *ret_result);

/*
 * Tell whether a failure is the system's shortage and not the spec's fault:
 * whatever was refused with EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC or EIO; or a
 * program that is being written at the moment, ETXTBSY.
 */
bool	spawn_is_shortage(const struct spawn_result *result);

/* Write a failure as a sentence: "executing '/x/y': No such file or directory
 * (its interpreter '/no/such' is missing)". Always terminated. It does not look
 * at any file. */
void	spawn_describe(const struct spawn_result *result, char *ret_text,
	    size_t size);

#endif
