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
 * A supervisor is a child of another one. So the files sup, op and stop call
 * each other in a circle, the only one of the core: sup.c begins an operation,
 * op.c and stop.c start and stop the children of its range, and where a child
 * is a supervisor they are back in sup.c, one level below.
 *
 * The shell sets a supervisor up with sup_init(), sup_define() and
 * sup_undefine(). Everything else in here runs inside tree_step().
 */
#ifndef REEVE_CORE_SUP_H
#define REEVE_CORE_SUP_H

#include "core/child.h"
#include "core/op.h"
#include "core/window.h"

struct request_counts;
struct tree;

/* Why a supervisor ended; the root's is the daemon's exit code. */
enum sup_end {
	SUP_END_NONE,		/* it has not */
	SUP_END_ASKED,		/* its parent, or the shell, told it to */
	SUP_END_GAVE_UP,	/* it reached its restart intensity */
	SUP_END_AUTO,		/* auto_shutdown */
	SUP_END_KILLED,
	SUP_END_FAILED,		/* a child failed at the first start */
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
	uint32_t unkillable;	/* processes below it that are so */
	struct child *failed;	/* whose failed start failed this one's */
	const char *fault_name;	/* the child that the fault is in, or NULL */
	enum spec_error fault;	/* what is wrong with the definition */
	enum spec_init_answer init_answer;
	enum sup_end end;	/* of the last life */
	bool altered;		/* children differ from the definition */
	bool being_killed;	/* with all its subtree */
	bool half_up;		/* down, but something below it was adopted: it
				   will be started, or is to be stopped */
};

/* The supervisor whose slot this is; the child must be one. */
static inline struct sup *
sup_of(struct child *child)
{
	return list_entry(child, struct sup, self);
}

/* The same for one that may only be looked at. */
static inline const struct sup *
sup_of_const(const struct child *child)
{
	return list_const_entry(child, struct sup, self);
}

/*
 * Begin a supervisor: down, without children. ring is the caller's memory for
 * its restart window, ring_size times.
 */
void	sup_init(struct sup *sup, struct tree *tree, const char *name,
	    enum spec_type type, int64_t *ring, uint32_t ring_size);

/*
 * Define a supervisor that is in no tree or down: the children that it starts
 * with, in order, as an array of the caller's, lent until a code change or the
 * release. Sets their parents. The children are checked under the supervisor's
 * flags; a fault is returned, and the supervisor's start answers it too.
 */
enum spec_error	sup_define(struct sup *sup, struct child **children,
		    uint32_t count);

/*
 * Take everything below a supervisor out of the table of names, before the
 * memory of it all is given back. The supervisor was released, or given back
 * by a request, or never came into a tree. The links of what is below it are
 * empty afterwards; its definition still names its children. Not in a step.
 */
void	sup_undefine(struct sup *sup);

/*
 * Put a child of run time, in no list, back into a supervisor that is down and
 * will be adopted. It comes last, and is not in the definition. A child of the
 * definition that has its name was deleted, and leaves the list.
 */
void	sup_add(struct sup *sup, struct child *child);

/* Count the children of a supervisor, as OTP's count_children. */
void	sup_count_children(const struct sup *sup,
	    struct request_counts *ret_counts);

/*
 * Begin to start it; its slot must be down or restarting. The parent's
 * operation hears of the outcome as of any child's start.
 */
void	sup_start(struct sup *sup);

/* Queue its orderly stop, behind the mail that it has. */
void	sup_stop(struct sup *sup);

/* Kill it with all its subtree, now, whatever it is doing. */
void	sup_kill(struct sup *sup);

/* Put mail into its mailbox, unless it is queued already. One that is half up
 * takes it when it has started. */
void	sup_post(struct sup *sup, struct mail *mail);

/* A child that is down is up already: see INPUT_ADOPTED. */
void	sup_adopt(struct tree *tree, struct child *child);

/* A child is to be stopped: a supervisor that is half up counts as up. */
void	sup_count_as_up(struct child *child);

/* Mail: a child has ended unasked, or is unkillable no more and can be
 * forgotten. */
void	sup_on_exit(struct sup *sup, struct child *child);

/* Mail: try to restart a child again, if it still waits for that. */
void	sup_on_retry(struct sup *sup, struct child *child);

/* Mail: the parent, or for the root the shell, asks for its end. */
void	sup_on_stop(struct sup *sup);

/*
 * A child, or the root, has ended; child->last says how. Its supervisor's
 * operation hears of it if it stops the child, else it gets mail.
 */
void	sup_on_end(struct tree *tree, struct child *child);

/* Begin to stop all children, and then to end for the given reason. */
void	sup_begin_end(struct sup *sup, enum sup_end end);

/* All children are stopped: tell the parent, or the shell, that it has ended.
 */
void	sup_finish(struct sup *sup);

/* All children are started: tell the parent. */
void	sup_finish_start(struct sup *sup);

/*
 * The links around the children that a restart of one child concerns: it
 * alone, all, or it and those after it. A strategy is nothing but this range.
 */
void	sup_range(struct sup *sup, struct child *child,
	    struct list **ret_before, struct list **ret_after);

/*
 * A restart of the child has failed, or the system was short of something:
 * make it restarting and queue the retry, at once or when its delay is over.
 * An unkillable child is to come back once it is gone.
 */
void	sup_retry_later(struct sup *sup, struct child *child,
	    enum child_comeback comeback);

/* Put a child that is in no list at the end; or take one out. */
void	sup_insert(struct sup *sup, struct child *child);
void	sup_unlink(struct sup *sup, struct child *child);

/*
 * Forget a child that has no process: out of the list, and released, unless
 * the definition names it; then the next start has it again. While something
 * of it is unkillable it stays, so that it cannot be started a second time.
 */
void	sup_forget(struct sup *sup, struct child *child);

/*
 * Begin the list of a supervisor that has ended anew, from the definition:
 * run-time children go, deleted and ended ones come back, in the first order.
 */
void	sup_restore_definition(struct sup *sup);

/* Something below the child, or itself, became unkillable; or is gone now. */
void	sup_add_unkillable(struct child *child);
void	sup_remove_unkillable(struct child *child);

/* Tell whether a process of a child, or one below it, is unkillable. */
static inline bool
sup_has_unkillable(struct child *child)
{
	return child->state == CHILD_UNKILLABLE ||
	    (child_is_sup(child) && sup_of(child)->unkillable > 0);
}

/* Tell whether a child is a supervisor that is half up. */
static inline bool
sup_is_half_up(const struct child *child)
{
	return child_is_sup(child) && sup_of_const(child)->half_up;
}

/* A dynamic supervisor knows its children by their processes, not by specs. */
static inline bool
sup_is_dynamic(const struct sup *sup)
{
	return sup->self.spec.type == SPEC_DYNAMIC;
}

/* Tell whether a child that is down for good stays in the list: a temporary
 * one does not, nor any child of a dynamic supervisor. */
static inline bool
sup_keeps(const struct sup *sup, const struct child *child)
{
	return child->spec.restart != SPEC_TEMPORARY && !sup_is_dynamic(sup);
}

#endif
