/*
 * A script: a small supervision tree in a fake world, what is done to it, and
 * the trace that must come of it. A line of the trace is
 *
 *	TIME WHAT NAME
 *
 * with the milliseconds since the script began. WHAT is "start" when a process
 * is to be started, "up", "failed", "ignored" when that has come out, "term",
 * "kill" and "down", "shortage" and "delayed" when a start has to wait,
 * "unkillable",
 * and OTP's reports: "terminated", "error" (start_error), "unexpected"
 * (shutdown_error) and "gave-up". "begin" is a supervisor that begins to start
 * its children, "answer" a request's, with the error in place of the name, and
 * "release" and "quit" are what the tree asks of its shell.
 */
#ifndef REEVE_TESTS_UNIT_TREE_SCRIPT_H
#define REEVE_TESTS_UNIT_TREE_SCRIPT_H

#include "sim/world.h"

enum {
	SCRIPT_SIZE = 16384,	/* of a trace */
};

/* What comes of the starts of a worker. */
enum script_start {
	STARTS,
	FAILS,
	HANGS,			/* nothing, until it is killed */
	IGNORED,
	SHORTAGE,			/* the system is short of something */
};

/* What a worker does that is told to stop, and then killed. */
enum script_stop {
	OBEYS,			/* ends at once */
	DEAF,			/* ends of a kill */
	UNKILLABLE,		/* ends of nothing; see script_let_go() */
};

/* How a worker behaves; slot->extra. */
struct script_role {
	enum script_start start;
	enum script_stop stop;
};

struct script {
	struct world world;
	char text[SCRIPT_SIZE];	/* the trace, since it was last looked at */
	size_t length;
	int64_t until_ms;	/* when the last delay or shortage is over */
	enum request_error answer; /* the last one */
	uint32_t answers;
};

/* Some children, for script_sup(). */
#define CHILDREN(...) \
	(struct child *[]){ __VA_ARGS__ }, \
	(uint32_t)(sizeof((struct child *[]){ __VA_ARGS__ }) / \
	    sizeof(struct child *))

/* Begin and end a script. */
void	script_begin(struct script *script);
void	script_end(struct script *script);

/* Make a worker: permanent, 5 s to stop, that starts and obeys. */
struct child	*script_worker(struct script *script, const char *name);

/* The flags of a supervisor that allows so many restarts in 5 s. */
struct spec_flags	script_flags(enum spec_strategy strategy,
			    int64_t max_restarts);

/* Make a supervisor of some children; flags may be NULL. */
struct child	*script_sup(struct script *script, const char *name,
		    const struct spec_flags *flags, struct child **children,
		    uint32_t count);

/* Make a dynamic supervisor. */
struct child	*script_dynamic(struct script *script, const char *name);

/* What a worker does from now on. */
static inline struct script_role *
role_of(const struct child *child)
{
	return slot_of(child)->extra;
}

/* Start the tree of that root, and let happen what happens at once. */
void	script_start(struct script *script, struct child *root);

/* Let so much time pass. */
void	script_run(struct script *script, int64_t ms);

/* Let a process end by itself. */
void	script_exit(struct script *script, struct child *child,
    enum spec_end end);

/* Let a start that hangs come out after all. */
void	script_come_out(struct script *script, struct child *child,
	    enum input_type type);

/* Let an unkillable or hanging process end after all. */
void	script_let_go(struct script *script, struct child *child);

/* Tell the tree to stop, or to be killed. */
void	script_tell(struct script *script, enum input_type type);

/* Ask something of a supervisor; returns the answer if it comes at once. */
enum request_error	script_ask(struct script *script, struct child *sup,
			    enum request_type type, const char *name);

/* Restart a child that is left restarting in a shortage. */
enum request_error	script_restart_waiting(struct script *script,
			    struct child *sup, const char *name);

/* Ask it to start a new child. */
enum request_error	script_start_child(struct script *script,
    struct child *sup,
			    struct child *child);

/* Ask it to take over new slots as its definition, also if it is down. */
enum request_error	script_code_change(struct script *script,
    struct child *sup,
			    struct child **children, uint32_t count);

/* Check the trace so far, and begin a new one. */
void	script_expect(struct script *script, const char *text);

/* Forget the trace so far. */
void	script_forget(struct script *script);

#endif
