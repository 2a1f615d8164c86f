/*
 * An operation of a supervisor: what OTP's process would be in the middle of.
 *
 * It is a walk over a range of the children: from the last to the first to
 * stop them, then from the first to the last to start them, waiting for one
 * child at a time, or in a concurrent stop for all at once. The supervisor
 * takes no mail meanwhile, so nothing else can change the list. It waits for
 * one thing, so the only deadline belongs to the operation.
 */
#ifndef REEVE_CORE_OP_H
#define REEVE_CORE_OP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/list.h"

struct child;
struct request;
struct sup;

/* A process that is not gone so long after SIGKILL is unkillable. */
#define OP_KILL_TIMEOUT_MS	5000

/* The same of one that hangs before its program runs: it dies at once, or the
 * kernel holds it, and its supervisor has waited for long. */
#define OP_HANG_TIMEOUT_MS	500

enum op_type {
	OP_NONE,
	OP_INIT,		/* the first start of all children */
	OP_RESTART,		/* after an exit, or a retry: the strategy's
				   range */
	OP_START_CHILD,		/* request: a new child */
	OP_RESTART_CHILD,	/* request: a child that is down */
	OP_TERMINATE_CHILD,	/* request */
	OP_PLANNED_RESTART,	/* request: the strategy's range */
	OP_END,			/* the end of the supervisor */
	OP_TYPE_COUNT
};

enum op_phase {
	OP_STOPPING,
	OP_STARTING,
};

/* How the start that was waited for came out. */
enum op_result {
	OP_STARTED,
	OP_FAILED,
	OP_IGNORED,
	OP_SHORTAGE,		/* the system is short of something */
	OP_RESULT_COUNT
};

struct op {
	enum op_type type;
	enum op_phase phase;
	enum op_result result;	/* while starting and not waiting */
	struct list *before;	/* the link before the range, or the head */
	struct list *after;	/* the link after it, or the head */
	struct list *at;	/* the child that is next */
	struct child *waited;	/* the one that is started, or the last that
				   was told to stop; a concurrent stop does not
				   use it */
	struct request *request; /* to be answered when it is through */
	uint64_t cause;		/* number of the note that it is due to; 0: none
				   */
	int64_t began_ms;	/* when the concurrent stop was told */
	int64_t shortage_since_ms; /* first start: when it began; or 0 */
	uint32_t pending;	/* children a stop still waits for */
	bool waiting;
	bool concurrent;	/* stopping all at once */
};

/*
 * Begin to start, or to stop and perhaps start again, the children between
 * two links of the list (each may be its head). It is due to what the request
 * is due to, or the supervisor; a caller that knows better sets op->cause.
 */
void	op_begin(struct sup *sup, enum op_type type, enum op_phase phase,
	    struct list *before, struct list *after, struct request *request);

/* Go one step further; the operation must not be waiting. */
void	op_advance(struct sup *sup);

/* The start of a child came out so, be it waited for or killed meanwhile. */
void	op_on_start(struct sup *sup, struct child *child,
	    enum op_result result);

/* The process of a child that starts does not get as far as its program: give
 * the start up at once, and kill what there is of it. */
void	op_on_hanging_start(struct sup *sup, struct child *child);

/* Its deadline has passed: kill what was told, give up on what was killed. */
void	op_on_deadline(struct sup *sup);

/*
 * The supervisor is to stop: do not go on waiting for a shortage to end, nor,
 * if the tree has not come up yet, for a worker that is not ready.
 */
void	op_abandon(struct sup *sup);

/* Stop the next child of the walk, or all; the operation may wait after it. */
void	stop_advance(struct sup *sup);

/*
 * Begin to end the supervisor by killing all that is below it, in place of
 * what it is doing.
 */
void	stop_begin_kill(struct sup *sup);

/* A child that was being stopped is gone. */
void	stop_on_gone(struct sup *sup, struct child *child);

/* Kill a child's process, or a supervisor with all that is below it. */
void	stop_kill(struct sup *sup, struct child *child);

/* Give up waiting for a process that does not even die of SIGKILL. */
void	stop_give_up(struct sup *sup, struct child *child);

/* Kill what was told to stop and is late; give up on what was killed. */
void	stop_on_deadline(struct sup *sup);

/* Parts that starting (op.c) and stopping (stop.c) share: the child of a link,
 * the operation's deadline, a time plus a duration that may be infinite. */
struct child *op_child_at(struct list *link);
void	op_set_deadline(struct sup *sup, int64_t due_ms);
int64_t	op_later(int64_t time_ms, int64_t duration_ms);

#endif
