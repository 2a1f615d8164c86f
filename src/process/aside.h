/*
 * Work beside the loop: a function runs in a process of its own, because it
 * may wait for a disk, a mount or a name service that does not answer. Its
 * result comes back as messages through a pipe, which the loop reads without
 * waiting. A process that is silent for too long is killed.
 *
 * A process that waits for a dead mount may not even die of SIGKILL. So it has
 * nothing of the daemon's that would be missed: its first act is to close
 * every descriptor but its pipe, and to give the run file's memory back, which
 * would hold its lock. It dies with the daemon, where the system can do that.
 * A few that do not go are put up with; then no more are started.
 *
 * It is no thread: a thread that waits for a dead mount would keep the daemon
 * from ending.
 */
#ifndef REEVE_PROCESS_ASIDE_H
#define REEVE_PROCESS_ASIDE_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct runfile;

/* All of them; and one. */
struct asides;
struct aside;

#define ASIDE_MESSAGE_MAX ((size_t)32 << 20) /* bytes of a message */
#define ASIDE_WHY_SIZE	160

/* What it is for. Each kind has a limit of its own: those who read logs cannot
 * keep a reload from being done. */
enum aside_kind {
	ASIDE_RELOAD,
	ASIDE_LOGS,
	ASIDE_KIND_COUNT
};

enum aside_state {
	ASIDE_RUNS,
	ASIDE_DONE,		/* the function has returned */
	ASIDE_LATE,		/* it was silent for too long: killed */
	ASIDE_DIED,		/* the process has ended before that */
	ASIDE_SHORTAGE,		/* memory or descriptors are short: killed */
};

struct aside_work {
	enum aside_kind kind;
	void (*run)(void *arg, int out); /* in the process, a copy of the
				   daemon that writes nothing to the log */
	void (*news)(void *arg); /* in the daemon: there is a message, or it
				   runs no longer. It may end the aside, and is
				   never called from inside aside_start() */
	void *arg;		/* of both */
	int64_t patience_ms;	/* how long it may be silent; 0: for ever */
};

/* Begin: they run on a loop. runfile: of which the processes let go; or NULL.
 * NULL with errno. */
struct asides *asides_new(struct ev_loop *loop, struct runfile *runfile);

/* End all that are left, and wait a moment for it; returns how many do not go.
 * NULL is fine. */
size_t	asides_end_all(struct asides *asides);

/* Forget all, also those that do not go; NULL is fine. */
void	asides_free(struct asides *asides);

/* Tell whether a child of the daemon is one of them: it is no worker, and no
 * orphan of one. NULL is fine, and has none. */
bool	asides_has(const struct asides *asides, pid_t pid);

/* A dead child was reaped. If it was one of them, its number is no longer its
 * own. NULL is fine. */
void	asides_note_reaped(struct asides *asides, pid_t pid);

/* Start one, of a copy of the work. NULL, with a phrase that says why not, if
 * there are too many already or the system refuses. */
struct aside *aside_start(struct asides *asides, const struct aside_work *work,
		    char ret_why[ASIDE_WHY_SIZE]);

/* Say a message, in the process; it waits while nothing is read. Tell whether
 * there is still an owner, for one that may have nothing to say for long. */
void	aside_say(int out, const void *bytes, size_t size);
bool	aside_is_heard(int out);

/*
 * Take the next message; false: there is none now. The bytes are there until
 * the next call, or the next turn of the loop. While some wait to be taken, not
 * much more is read, and the process waits; that is no silence.
 */
bool	aside_next(struct aside *aside, const char **ret_bytes,
	    size_t *ret_size);

/* How it is, when all messages that came have been taken. */
enum aside_state aside_state(const struct aside *aside);

/* Write why it has not done what it was asked for, as a sentence that begins
 * with what that was: "reading '/x' takes longer than 10s". Not for one that
 * runs, or has done it. Always terminated. */
void	aside_describe(const struct aside *aside, const char *what,
	    char *ret_text, size_t size);

/* How long it may be silent from now on. */
void	aside_set_patience(struct aside *aside, int64_t patience_ms);

/* Forget it: it is killed if it runs. NULL is fine. */
void	aside_end(struct aside *aside);

#endif
