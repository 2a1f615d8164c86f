/*
 * A child: any slot below a supervisor, and the root itself.
 *
 * The slot outlives the processes that fill it. Its state says what its
 * supervisor has done with it. The process behind a worker is the shell's
 * business; the core knows of it what the inputs tell.
 *
 * The memory of a child is the caller's: given to the tree when the child is
 * defined or asked for, and given back by ACTION_RELEASE.
 */
#ifndef REEVE_CORE_CHILD_H
#define REEVE_CORE_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/action.h"
#include "core/heap.h"
#include "core/spec.h"

struct sup;

enum child_state {
	CHILD_DOWN,		/* no process: OTP's undefined */
	CHILD_STARTING,		/* asked to start, not yet answered */
	CHILD_UP,		/* started */
	CHILD_ENDED,		/* ended by itself; its exit waits in the
				   mailbox */
	CHILD_STOPPING,		/* told to stop, or killed; not yet gone */
	CHILD_RESTARTING,	/* a restart failed or is delayed; a retry is
				   due */
	CHILD_UNKILLABLE,	/* killed, and not gone in time */
	CHILD_STATE_COUNT
};
extern const char *const child_state_names[CHILD_STATE_COUNT];

/* Something in a supervisor's mailbox. */
enum mail_type {
	MAIL_EXIT,		/* a child ended by itself */
	MAIL_RETRY,		/* a restart is to be tried again */
	MAIL_REQUEST,		/* a struct request */
	MAIL_STOP,		/* the parent wants the supervisor to stop */
};

struct mail {
	struct list link;	/* in sup->mailbox */
	enum mail_type type;
};

/* What comes next for a child that waits for its turn. */
enum child_comeback {
	COMEBACK_NONE,		/* nothing: it stays down */
	COMEBACK_RETRY,		/* a restart of its own, which is counted */
	COMEBACK_RESUME,	/* the rest of a restart that was cut short:
				   not counted again */
};

/* What was done to end the child's process, or its start. */
struct child_ending {
	bool told;		/* told to stop */
	bool killed;
	bool expired;		/* killed by its start_timeout */
};

/*
 * The slot. Three groups of fields mean something in some states only:
 *
 *	state		ending		comeback	failed
 *	DOWN		of its last	NONE		meant
 *	RESTARTING	of its last	RETRY, RESUME
 *	STARTING	meant		NONE
 *	UP, ENDED	-		NONE
 *	STOPPING	meant		NONE
 *	UNKILLABLE	killed		any: once it
 *					is gone
 *
 * "of its last" is what was done to end the last start: a failed one says why.
 */
struct child {
	struct list link;	/* in sup->children of the parent, start order
				   */
	struct child *next_in_bucket; /* in tree->buckets, by parent and name */
	struct child *replacement; /* the slot is left over by a code change:
				      the child that has its spec now; take what
				      it runs over at its release */
	struct sup *parent;	/* NULL: the root */
	const char *name;	/* the caller's; lives as long as the child */
	void *user;		/* the shell's own, never looked at */
	struct spec spec;
	struct mail exit;	/* queued while state is CHILD_ENDED */
	struct mail retry;	/* queued when a restart is due again */
	struct heap_node timer;	/* when to queue the retry, if it is delayed */
	struct action_node action;
	int64_t up_since_ms;	/* when it last became CHILD_UP */
	int64_t delay_ms;	/* the last restart delay; 0: none yet */
	uint64_t cause;		/* what the next note about it is due to; the
				   shell may set it while the child is up */
	uint32_t restarts;	/* automatic ones, since the slot exists */
	uint16_t shortage_ms;	/* the wait of the shortage that lasts, or 0 */
	struct spec_outcome last; /* how it last ended */
	uint8_t state;		/* enum child_state; child_set_state() only */
	uint8_t comeback;	/* enum child_comeback */
	struct child_ending ending;
	bool failed;		/* down because a start of it alone has failed,
				   and not because it was told to be down */
	bool asked;		/* its next start was asked for, and has to
				   wait: it is not counted in restarts */
	bool defined;		/* named by the supervisor's definition */
	bool forgotten;		/* leaves the list once what is unkillable is
				   gone */
};

/*
 * Begin a child of the given type: down, in no list, the type's defaults as
 * its spec. The root of a tree and a supervisor begin by sup_init().
 */
void	child_init(struct child *child, const char *name, enum spec_type type);

/*
 * Change the state; asserts that the matrix of legal changes allows it. A
 * state in which the child waits for nothing ends its comeback.
 */
void	child_set_state(struct child *child, enum child_state state);

/* Tell whether the child has a process, as far as its supervisor has heard:
 * OTP's "has a pid". */
static inline bool
child_has_process(const struct child *child)
{
	return child->state == CHILD_UP || child->state == CHILD_ENDED ||
	    child->state == CHILD_STOPPING || child->state == CHILD_UNKILLABLE;
}

/* Tell whether the child is a supervisor, dynamic or not: a struct sup. */
static inline bool
child_is_sup(const struct child *child)
{
	return child->spec.type != SPEC_WORKER;
}

#endif
