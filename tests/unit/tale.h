/*
 * A tale: a small supervision tree in a fake world, what is done to it, and
 * the trace that must come of it. A line of the trace is
 *
 *	TIME WHAT NAME
 *
 * with the milliseconds since the tale began. WHAT is "start" when a process
 * is to be started, "up", "failed", "ignored" when that has come out, "term",
 * "kill" and "down", "short" and "delayed" when a start has to wait, "stuck",
 * and OTP's reports: "terminated", "error" (start_error), "unexpected"
 * (shutdown_error) and "gave-up". "begin" is a supervisor that begins to start
 * its children, "answer" a request's, with the error in place of the name, and
 * "release" and "quit" are what the tree asks of its shell.
 */
#ifndef REEVE_TESTS_TALE_H
#define REEVE_TESTS_TALE_H

#include "sim/world.h"

enum {
	TALE_SIZE = 16384,	/* of a trace */
};

/* What comes of the starts of a worker. */
enum tale_start {
	STARTS,
	FAILS,
	HANGS,			/* nothing, until it is killed */
	IGNORED,
	SHORT,			/* the system is short of something */
};

/* What a worker does that is told to stop, and then killed. */
enum tale_stop {
	OBEYS,			/* ends at once */
	DEAF,			/* ends of a kill */
	UNKILLABLE,		/* ends of nothing; see tale_let_go() */
};

/* How a worker behaves; slot->extra. */
struct tale_role {
	enum tale_start start;
	enum tale_stop stop;
};

struct tale {
	struct world world;
	char text[TALE_SIZE];	/* the trace, since it was last looked at */
	size_t length;
	int64_t until_ms;	/* when the last delay or shortage is over */
	enum request_error answer; /* the last one */
	uint32_t answers;
};

/* Some children, for tale_sup(). */
#define CHILDREN(...) \
	(struct child *[]){ __VA_ARGS__ }, \
	(uint32_t)(sizeof((struct child *[]){ __VA_ARGS__ }) / \
	    sizeof(struct child *))

/* Begin and end a tale. */
void	tale_begin(struct tale *tale);
void	tale_end(struct tale *tale);

/* Make a worker: permanent, 5 s to stop, that starts and obeys. */
struct child	*tale_worker(struct tale *tale, const char *name);

/* The flags of a supervisor that allows so many restarts in 5 s. */
struct spec_flags	tale_flags(enum spec_strategy strategy,
			    int64_t max_restarts);

/* Make a supervisor of some children; flags may be NULL. */
struct child	*tale_sup(struct tale *tale, const char *name,
		    const struct spec_flags *flags, struct child **children,
		    uint32_t count);

/* Make a dynamic supervisor. */
struct child	*tale_dynamic(struct tale *tale, const char *name);

/* What a worker does from now on. */
static inline struct tale_role *
role_of(const struct child *child)
{
	return slot_of(child)->extra;
}

/* Start the tree of that root, and let happen what happens at once. */
void	tale_start(struct tale *tale, struct child *root);

/* Let so much time pass. */
void	tale_run(struct tale *tale, int64_t ms);

/* Let a process end by itself. */
void	tale_exit(struct tale *tale, struct child *child, enum spec_end end);

/* Let a start that hangs come out after all. */
void	tale_come_out(struct tale *tale, struct child *child,
	    enum event_type type);

/* Let an unkillable or hanging process end after all. */
void	tale_let_go(struct tale *tale, struct child *child);

/* Tell the tree to stop, or to be killed. */
void	tale_tell(struct tale *tale, enum event_type type);

/* Ask something of a supervisor; returns the answer if it comes at once. */
enum request_error	tale_ask(struct tale *tale, struct child *sup,
			    enum request_type type, const char *name);

/* Restart a child that is left restarting in a shortage. */
enum request_error	tale_restart_waiting(struct tale *tale,
			    struct child *sup, const char *name);

/* Ask it to start a new child. */
enum request_error	tale_start_child(struct tale *tale, struct child *sup,
			    struct child *child);

/* Ask it to take over new slots as its definition, also if it is down. */
enum request_error	tale_upgrade(struct tale *tale, struct child *sup,
			    struct child **children, uint32_t count);

/* Check the trace so far, and begin a new one. */
void	tale_expect(struct tale *tale, const char *text);

/* Forget the trace so far. */
void	tale_forget(struct tale *tale);

#endif
