/*
 * The supervision tree, a pure state machine: the whole policy of the daemon.
 *
 * The room core is the supervision tree, and nothing else. It includes only its
 * own headers. Begin here, then read sup.h and op.h, and then sup.c beside
 * supervisor.erl.
 *
 * The shell tells what happened (tree_step), takes what is to be done
 * (tree_next_action) and does it; the outcome of every action comes back as
 * an input. Time comes in with the inputs. Nothing in here makes a system
 * call, reads a clock or allocates.
 *
 *	tree_step(&tree, &input);
 *	while (tree_next_action(&tree, &action))
 *		carry it out, queueing what comes of it as inputs;
 *	arm the one timer for tree_deadline_ms(&tree);
 *
 * Contract of the shell, for each worker:
 *   ACTION_START is answered by exactly one of INPUT_STARTED,
 *	INPUT_START_FAILED, INPUT_START_IGNORED or INPUT_START_SHORTAGE, also
 *	when the worker was killed meanwhile. Before it INPUT_START_HANGS may
 *	come, once: the start is to be given up;
 *   INPUT_STARTED is followed by exactly one INPUT_EXITED, once the process
 *	is gone with all that it left behind;
 *   ACTION_STOP and ACTION_KILL are signals: they have no answer.
 *
 * A tree can be built while its processes run already, started by an earlier
 * life of the daemon. It is defined as ever, children of run time are put back
 * with sup_add(), and then each child that is up is told by INPUT_ADOPTED, a
 * supervisor after all that is below it:
 *   A worker that is told is up; INPUT_EXITED will follow.
 *   A supervisor that is told had come up. What is down below it stays down,
 *	but what it would not keep is forgotten, as it was when it ended.
 *   A supervisor that is not told had not come up. Its start passes by what is
 *	up below it and starts the rest in order. The root's is INPUT_START; of
 *	another one it is part of its parent's start, or is asked for.
 * The child and its supervisor must be down, and the supervisor's definition
 * without a fault. If anything is up below a
 * supervisor that its parent would not keep, it must be told too. Nothing is
 * noted and nothing is to be done. The records of restarts, the restart delays
 * and the last ends begin anew.
 *
 * The definition of the tree is set up with sup_define() before INPUT_START,
 * or before the request that brings it.
 *
 * What the tree says for logs and tests is in note.h, what can be asked of a
 * supervisor in request.h, and what is to be done in action.h.
 */
#ifndef REEVE_CORE_TREE_H
#define REEVE_CORE_TREE_H

#include "core/names.h"
#include "core/sup.h"

enum input_type {
	INPUT_START,		/* start the tree */
	INPUT_STARTED,		/* child: it is up */
	INPUT_START_FAILED,	/* child: it is not; outcome: how it ended, if
				   it ran */
	INPUT_START_IGNORED,	/* child: it ran and needs no process */
	INPUT_START_SHORTAGE,	/* child: the system is short of something; its
				   spec is not to blame */
	INPUT_START_HANGS,	/* child: its process does not get as far as its
				   program; the answer will follow */
	INPUT_EXITED,		/* child: it is gone; outcome: how */
	INPUT_ADOPTED,		/* child: it is up already, without a start */
	INPUT_TIMEOUT,		/* a deadline has passed: nothing but now_ms */
	INPUT_REQUEST,		/* request: put into its supervisor's mailbox */
	INPUT_STOP,		/* stop the tree in order */
	INPUT_KILL,		/* turn every wait into a kill, and stop the
				   tree */
};

struct input {
	int64_t now_ms;		/* monotonic */
	enum input_type type;
	struct child *child;
	struct request *request;
	struct spec_outcome outcome;
	uint64_t cause;		/* of INPUT_STOP and INPUT_KILL: a number, or 0
				   */
};

/* Begin an empty tree; seed is for the jitter of restart delays. */
void	tree_init(struct tree *tree, note_fn *note, void *note_arg,
	    uint64_t seed);

/* Step: tell what happened, and let every supervisor go on until it waits. */
void	tree_step(struct tree *tree, const struct input *input);

/* Take the next thing to be done; false when there is none. */
bool	tree_next_action(struct tree *tree, struct action *ret_action);

/* When the tree wants to hear INPUT_TIMEOUT; HEAP_NEVER: never. */
static inline int64_t
tree_deadline_ms(const struct tree *tree)
{
	return heap_due_ms(&tree->deadlines);
}

/* Take a number among those of the notes, for something that happens outside
 * of the tree and may be what a request or a stop is due to. */
static inline uint64_t
tree_take_number(struct tree *tree)
{
	return ++tree->noted;
}

/* The child at a path such as "web/app"; "/" is the root. NULL: none. */
struct child *tree_find(const struct tree *tree, const char *path);

/*
 * Write the path of a child, cut to fit, always terminated; returns the
 * length that the whole path has.
 */
size_t	tree_path(const struct child *child, char *ret_path, size_t size);

#endif
