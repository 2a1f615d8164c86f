/*
 * Playing a scenario to a real daemon: its tree is written down as a
 * configuration, its steps are calls over the control socket and deaths of
 * real processes, and what happens is heard from the stream of events. Out of
 * that comes a trace as the other players write it (tests/scenarios/README.md).
 *
 * Time is the machine's. Nothing is done after a while; each step is over when
 * all that the expected trace says of it has been heard, or nothing more comes
 * for DRIVE_PATIENCE_MS, and then all that the daemon has by then is heard.
 */
#ifndef REEVE_TESTS_DRIVE_H
#define REEVE_TESTS_DRIVE_H

#include <stdint.h>
#include <sys/types.h>

#include "core/list.h"
#include "drive/wire.h"
#include "scenario/scn.h"

#define DRIVE_PATIENCE_MS	30000

/* What a child is doing, by the events. */
enum role_state {
	ROLE_DOWN,
	ROLE_STARTING,		/* a supervisor whose children start */
	ROLE_UP,
	ROLE_STOPPING,		/* it has been told to, or was killed */
};

/*
 * A child of the daemon, by its path. The children of a dynamic supervisor may
 * have one name in a story; here the second one is called "name.2".
 */
struct role {
	struct list link;	/* in drive->roles, as they were first heard of
				   */
	const char *path;
	const char *name;	/* in the story; NULL: it is not in it */
	struct role *parent;	/* NULL: the root */
	struct def *def;
	struct settings settings; /* of this child */
	enum role_state state;
	bool live;		/* it has started and not ended */
	const char *failure;	/* why its last start failed */
	struct role *failed;	/* the child whose start failed last */
};

enum actor_held {
	ACTOR_FREE,
	ACTOR_HELD_START,
	ACTOR_HELD_STOP,
};

/* A worker's process. */
struct actor {
	struct list link;	/* in drive->actors, as they came */
	struct role *role;	/* NULL: it has not said yet */
	pid_t pid;
	int fd;
	enum actor_held held;
	char line[1200];	/* that is being read */
	size_t length;
};

/* A call that is not answered. */
struct asked {
	struct list link;	/* in drive->calls */
	struct wire wire;
	uint32_t number;	/* of its step */
	const char *verb;	/* of the story */
	const char *path;	/* of the child that it is about */
	struct settings settings; /* of the child that is to be started */
	bool used;		/* by a process that has come of it */
	bool is_read;		/* it changes nothing */
	bool accepted;		/* it is in its supervisor's mailbox */
};

struct drive {
	struct arena *arena;
	struct scenario *scenario;
	const struct lines *expected;
	struct lines trace;
	const char *reeved;	/* the programs */
	const char *actor;
	char dir[64];		/* of this scenario; short, for the sockets */
	int door;		/* where actors connect */
	pid_t daemon;		/* 0: none */
	struct wire stream;	/* of events */
	struct wire look;	/* calls that are answered at once */
	uint64_t heard;		/* number of the last event */
	const char **paths;	/* of the events, by number */
	size_t path_room;
	const char *words[32];	/* of {shutdown, WORD}; each has a code */
	unsigned word_count;
	struct list roles;
	struct list actors;
	struct list calls;
	struct role *top;	/* the story's root */
	bool wrapped;		/* it is dynamic: the daemon's root is another
				   */
	bool gave_up;		/* the root has */
	bool failed;		/* its start has */
	const struct line *line; /* the step that is done now */
	uint32_t number;	/* of that step, from 1 */
	size_t begun;		/* lines of the trace when it began */
	uint32_t start;		/* the step whose result is the root's start */
	uint32_t stop;		/* the step whose result is the root's end */
	bool lost;		/* something has been awaited in vain */
};

/*
 * The story (story.c): play it. The results of a step come by another way than
 * its events, so a trace has them in order at the end of the step.
 */
void	drive_play(struct drive *drive);
struct lines drive_order(struct arena *arena, const struct lines *trace);

/* Append a line to the trace, or the result of a step. */
void	emit(struct drive *drive, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));
void	emit_result(struct drive *drive, uint32_t number, const char *result);

/* Why a scenario cannot be played; NULL: it can (skip.c). */
const char *skip_reason(const struct scenario *scenario,
	    const struct lines *expected);

/* Take the questions out of a scenario and its trace that OTP answers later,
 * for the supervisor is busy: reeve answers at once. How many there were. */
size_t	skip_questions(struct scenario *scenario, struct lines *expected);

/* The configuration (confile.c). How long a child may take to stop, as it is
 * told to the daemon; the exit code that stands for {shutdown, WORD}. */
void	confile_write(struct drive *drive);
const char *confile_shutdown(struct drive *drive,
	    const struct settings *settings, const char *name);
unsigned confile_code(struct drive *drive, const char *word);
const char *confile_word(const struct drive *drive, unsigned code);

/* The daemon (daemon.c): begin and end with a directory; start it, with the
 * stream open; see whether it has ended; kill it, and wait for that. */
void	daemon_open(struct drive *drive);
void	daemon_close(struct drive *drive);
void	daemon_start(struct drive *drive);
void	daemon_reap(struct drive *drive);
void	daemon_kill(struct drive *drive);

/* The roles (events.c): by path, made if need be; the latest of a name that
 * passes a test, or NULL. */
struct role *role_at(struct drive *drive, const char *path);
struct role *role_find(const struct drive *drive, const char *name,
	    bool (*test)(const struct role *role));
struct def *def_of(struct drive *drive, const char *name);

/* Take the events that have come; all that have happened up to now. */
void	events_take(struct drive *drive);
void	events_take_all(struct drive *drive);
const char *events_failure(const struct role *role);

/* The actors (actors.c): take those that connect; hear one, false: it is gone;
 * the latest that is held at a name; let it go on, or end. */
void	actors_accept(struct drive *drive);
bool	actors_hear(struct drive *drive, struct actor *actor);
struct actor *actors_held(const struct drive *drive, const char *name);
struct actor *actors_of(const struct drive *drive, const struct role *role);
void	actors_release(struct drive *drive, struct actor *actor,
	    const char *how);
void	actors_end(struct drive *drive, struct actor *actor,
	    const char *reason);
void	actors_drop(struct actor *actor);

/* The calls (calls.c): do a step that is one; hear an answer, true: that was
 * it; list what is still up in the end. */
bool	calls_step(struct drive *drive);
bool	calls_hear(struct drive *drive, struct asked *asked);
void	calls_emit_alive(struct drive *drive);

#endif
