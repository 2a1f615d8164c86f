/*
 * A supervisor: a mailbox, plus at most one operation.
 *
 * OTP's supervisor is a process. It takes one message at a time, and while it
 * starts or stops a child it waits and its mail piles up. Here that is plain
 * data: the mailbox is a list, and what the process would be in the middle of
 * is a struct op. An operation is a walk over a range of the children, last
 * to first to stop them, then first to last to start them; a strategy is
 * nothing but the range (supervisor.erl, restart/3).
 *
 * Everything in here runs inside tree_step(); the rest of the program uses
 * the tree, not this.
 */
#ifndef REEVE_CORE_SUP_H
#define REEVE_CORE_SUP_H

#include "core/child.h"
#include "core/op.h"
#include "core/window.h"

struct tree;
struct request;

/* Why a supervisor ended; the root's is the daemon's exit code. */
enum sup_end {
	SUP_END_NONE,		/* it has not */
	SUP_END_ASKED,		/* its parent, or whoever runs the root, said so
				   */
	SUP_END_GAVE_UP,	/* it reached its restart intensity */
	SUP_END_AUTO,		/* auto_shutdown */
	SUP_END_KILLED,
	SUP_END_FAILED,		/* a child failed at the first start */
};

/* How the definition answers when the supervisor starts: OTP's init/1. */
enum sup_init_answer {
	SUP_INIT_OK,
	SUP_INIT_IGNORE,	/* no supervisor this time */
	SUP_INIT_ERROR,		/* fault and fault_child say why */
};

struct sup {
	struct child self;	/* its own slot in its parent */
	struct tree *tree;
	struct list children;	/* of struct child, in start order */
	struct list mailbox;	/* of struct mail, oldest first */
	struct list runnable;	/* in tree->runnable */
	struct mail stop;	/* queued when the parent asked for its end */
	struct heap_node timer;	/* the deadline of the operation */
	struct op op;
	struct spec_flags flags;
	struct window window;
	struct child **definition; /* children that the next start begins with
				      */
	uint32_t definition_count;
	uint32_t child_count;	/* in the list */
	uint32_t stuck;		/* unkillable processes below it */
	struct child *failed;	/* whose failed start failed this one's */
	const char *fault_name;	/* the child that the fault is in, or NULL */
	enum spec_error fault;	/* what is wrong with the definition */
	enum sup_init_answer init_answer;
	enum sup_end end;	/* of the last life */
	bool altered;		/* children differ from the definition */
	bool doomed;		/* being killed with all its subtree */
};

/* The supervisor whose slot this is; the child must be one. */
static inline struct sup *
sup_of(struct child *child)
{
	return (struct sup *)(void *)child;
}

/*
 * Begin a supervisor: down, without children. ring is the caller's memory for
 * its restart window, ring_size times.
 */
void	sup_init(struct sup *sup, struct tree *tree, const char *name,
	    enum spec_type type, int64_t *ring, uint32_t ring_size);

/*
 * Begin to start it; its slot must be down or restarting. The parent's
 * operation hears of the outcome as of any child's start.
 */
void	sup_start(struct sup *sup);

/* Queue its orderly stop, behind the mail that it has. */
void	sup_stop(struct sup *sup);

/* Kill it with all its subtree, now, whatever it is doing. */
void	sup_kill(struct sup *sup);

/* Put mail into its mailbox, unless it is queued already. */
void	sup_post(struct sup *sup, struct mail *mail);

/* Go on until it waits for something or has nothing to do. */
void	sup_run(struct sup *sup);

/* Begin to stop all children, and then to end for the given reason. */
void	sup_begin_end(struct sup *sup, enum sup_end end);

/* All children are stopped: tell whoever waits for it that it has ended. */
void	sup_finish(struct sup *sup);

/* All children are started: tell the parent. */
void	sup_finish_start(struct sup *sup);

/*
 * A restart of the child has failed, or the system was short: make it
 * restarting and queue the retry, at once or when its delay is over.
 */
void	sup_retry_later(struct sup *sup, struct child *child);

/* Put a child that is in no list at the end; or take one out. */
void	sup_insert(struct sup *sup, struct child *child);
void	sup_unlink(struct sup *sup, struct child *child);

/*
 * Forget a child that has no process: out of the list, and released, unless
 * the definition names it; then the next start has it again. While something
 * of it is unkillable it stays, so that nobody can start it a second time.
 */
void	sup_forget(struct sup *sup, struct child *child);

/*
 * Begin the list of one that has ended anew, from the definition: run-time
 * children go, deleted and ended ones come back, in the first order.
 */
void	sup_restore_definition(struct sup *sup);

/* Something below the child, or itself, became unkillable; or is gone now. */
void	sup_add_unkillable(struct child *child);
void	sup_remove_unkillable(struct child *child);

/* Tell whether something of a child is unkillable. */
static inline bool
sup_has_unkillable(struct child *child)
{
	return child->state == CHILD_UNKILLABLE ||
	    (child_is_sup(child) && sup_of(child)->stuck > 0);
}

/* A dynamic supervisor knows its children by their processes, not by specs. */
static inline bool
sup_is_dynamic(const struct sup *sup)
{
	return sup->self.spec.type == SPEC_DYNAMIC;
}

#endif
