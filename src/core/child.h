/*
 * A child: any slot below a supervisor, and the root itself.
 *
 * The slot outlives the processes that fill it. Its state is the answer to
 * "what has its supervisor done with it"; the process behind a worker is the
 * shell's business, which the core knows by what it is told in events.
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
	MAIL_TYPE_COUNT
};

struct mail {
	struct list link;	/* in sup->mailbox */
	enum mail_type type;
};

struct child {
	struct list link;	/* in sup->children of the parent, start order
				   */
	struct child *next_in_bucket; /* in tree->buckets, by parent and name */
	struct child *twin;	/* left over by an upgrade: the child that has
				   its spec now; take what it runs over at its
				   release */
	struct sup *parent;	/* NULL: the root */
	const char *name;	/* the caller's; lives as long as the child */
	void *user;		/* the shell's own, never looked at */
	struct spec spec;
	struct mail exit;	/* queued while state is CHILD_ENDED */
	struct mail retry;	/* queued when a restart is due again */
	struct heap_node timer;	/* when to queue the retry, if it is delayed */
	struct action_node action;
	int64_t up_since_ms;	/* when it last became CHILD_UP */
	int64_t delay_ms;	/* the restart delay that comes next; 0: the
				   first */
	uint64_t cause;		/* what the next note about it is due to; the
				   shell may say so while it is up */
	uint32_t restarts;	/* automatic ones, since the slot exists */
	uint16_t short_ms;	/* the wait of the running shortage; 0: none */
	struct spec_outcome last; /* how it last ended */
	uint8_t state;		/* enum child_state; child_set_state() only */
	bool defined;		/* named by the supervisor's definition */
	bool killed;		/* while stopping or starting: killed, not told
				   */
	bool expired;		/* while starting: killed by its start_timeout
				   */
	bool unwanted;		/* while starting: told to stop, the tree ends
				   */
	bool wanted;		/* while stuck: to be started once it is gone */
	bool resumes;		/* its retry goes on with a restart that was cut
				   short, it is none of its own */
	bool asked;		/* its next start was asked for, and has to
				   wait: it is no restart */
	bool forgotten;		/* out of the list once what is stuck is gone */
	bool failed;		/* down because a start of it alone has failed,
				   and not because somebody wanted it so */
};

/*
 * Begin a child of the given type: down, in no list, the type's defaults as
 * its spec. The root of a tree and a supervisor begin by sup_init().
 */
void	child_init(struct child *child, const char *name, enum spec_type type);

/* Change the state; asserts that the matrix of legal changes allows it. */
void	child_set_state(struct child *child, enum child_state state);

/* Tell whether the child has a process that is thought to live, or its
 * supervisor has not yet heard of its end: OTP's "has a pid". */
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
