/*
 * The supervision tree, a pure state machine: the whole policy of the daemon.
 *
 * The shell tells what happened (tree_step), takes what is to be done
 * (tree_next_action) and does it; the outcome of every action comes back as
 * an event. Time comes in with the events. Nothing in here makes a system
 * call, reads a clock or allocates.
 *
 *	tree_step(&tree, &event);
 *	while (tree_next_action(&tree, &action))
 *		carry it out, queueing what comes of it as events;
 *	arm the one timer for tree_deadline_ms(&tree);
 *
 * Contract of the shell, for each worker:
 *   ACTION_START is answered by exactly one of INPUT_STARTED,
 *	INPUT_START_FAILED, INPUT_START_IGNORED or INPUT_START_SHORTAGE, also
 *	when it was killed meanwhile;
 *   INPUT_STARTED is followed by exactly one INPUT_EXITED, once the process
 *	is gone with all that it left behind;
 *   ACTION_STOP and ACTION_KILL are signals: they have no answer.
 *
 * The definition of the tree is set up before INPUT_START, or before the
 * request that brings it, with sup_define() and tree_add().
 */
#ifndef REEVE_CORE_TREE_H
#define REEVE_CORE_TREE_H

#include <stddef.h>

#include "core/sup.h"

enum input_type {
	INPUT_START,		/* start the tree */
	INPUT_STARTED,		/* child: it is up */
	INPUT_START_FAILED,	/* child: it is not; outcome: how it ended, if
				   it ran */
	INPUT_START_IGNORED,	/* child: it ran and needs no process */
	INPUT_START_SHORTAGE,	/* child: the system is short; its spec is not
				   to blame */
	INPUT_EXITED,		/* child: it is gone; outcome: how */
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

enum action_type {
	ACTION_START,		/* child: start its process */
	ACTION_STOP,		/* child: send its stop signal */
	ACTION_KILL,		/* child: kill it and all it started */
	ACTION_REPLY,		/* request: it is answered, and the shell's
				   again */
	ACTION_RELEASE,		/* child: the tree has forgotten it; free it,
				   and what is below it */
	ACTION_QUIT,		/* the root has ended: root->end says why */
};

struct action {
	enum action_type type;
	struct child *child;
	struct request *request;
};

enum request_type {
	REQUEST_START_CHILD,	/* child: the new one, in no tree */
	REQUEST_TERMINATE_CHILD, /* name */
	REQUEST_RESTART_CHILD,	/* name */
	REQUEST_DELETE_CHILD,	/* name */
	REQUEST_PLANNED_RESTART,	/* name; with the siblings that
					   the strategy names; not counted */
	REQUEST_GET_CHILDSPEC,	/* name -> child */
	REQUEST_WHICH_CHILDREN,	/* read sup->children when NOTE_ANSWER comes */
	REQUEST_COUNT_CHILDREN,	/* -> counts */
	REQUEST_CODE_CHANGE,	/* flags, definition: OTP's code_change */
	REQUEST_TYPE_COUNT
};

enum request_error {
	REQUEST_OK,
	REQUEST_UNDEFINED,	/* done, but there is no process: it was ignored
				   */
	REQUEST_NOPROC,		/* the supervisor is not running */
	REQUEST_SHUTDOWN,	/* the supervisor ended before it answered */
	REQUEST_NOT_FOUND,
	REQUEST_ALREADY_STARTED,
	REQUEST_ALREADY_PRESENT,
	REQUEST_RUNNING,
	REQUEST_RESTARTING,
	REQUEST_MAX_CHILDREN,
	REQUEST_UNSUPPORTED,	/* a dynamic supervisor has no such verb */
	REQUEST_BAD_SPEC,	/* fault, fault_name say what is wrong */
	REQUEST_START_FAILED,	/* child says how */
	REQUEST_SHORTAGE,	/* the system is short of something just now */
	REQUEST_UNKILLABLE,	/* a process of it will not go */
	REQUEST_ERROR_COUNT
};
extern const char *const request_error_names[REQUEST_ERROR_COUNT];

struct request_counts {
	uint32_t specs;
	uint32_t active;	/* have a process that lives */
	uint32_t supervisors;
	uint32_t workers;
};

/*
 * Something asked of one supervisor. The memory is the shell's, lent from
 * INPUT_REQUEST to ACTION_REPLY.
 *
 * REQUEST_START_CHILD: the child is the tree's if the answer is REQUEST_OK,
 * REQUEST_UNDEFINED or REQUEST_UNKILLABLE (it comes back by ACTION_RELEASE,
 * perhaps in the same step); with any other answer it is the shell's again,
 * unless the answer has no child any more: then the tree is killing it, and
 * it comes back by ACTION_RELEASE as well.
 * REQUEST_CODE_CHANGE: see change_sup() in request.h; on REQUEST_OK slots that
 * are no longer needed come back by ACTION_RELEASE, ring and definition are
 * the old ones; with any other answer, and if the init answer was to ignore,
 * everything is the shell's again.
 */
struct request {
	struct mail mail;
	struct action_node action;
	struct sup *sup;	/* whom it is for */
	enum request_type type;
	const char *name;	/* of the child meant */
	struct child *child;	/* in or out, by type */
	void *user;		/* the shell's own */
	uint64_t cause;		/* number of what it is due to; 0: nothing */
	bool waits;		/* REQUEST_RESTART_CHILD, in: if it is short of
				   something, the child is left restarting */
	/* REQUEST_CODE_CHANGE, in: */
	struct spec_flags flags;
	int64_t *ring;		/* for the new max_restarts; out: the old one */
	uint32_t ring_size;
	struct child **definition; /* new slots, one a child; out: the old array
				      */
	uint32_t definition_count;
	enum sup_init_answer init_answer; /* SUP_INIT_IGNORE: change nothing */
	bool also_down;		/* also if it does not run: for its next start
				   */
	/* out: */
	enum request_error error;
	enum spec_error fault;
	const char *fault_name;
	struct request_counts counts;
};

/*
 * What the tree says while it steps, for logs and tests: one call a note. It
 * may look at everything and change nothing.
 *
 * Notes are numbered from 1, and each has the number of the one that led to
 * it: of the end of a sibling, say, or of the request that asked for it. So
 * whoever follows the causes comes to why something happened. A note of an end
 * that nobody had asked for has none. NOTE_ANSWER has no numbers.
 */
enum note_type {
	NOTE_INIT,		/* sup begins to start its children */
	NOTE_STARTED,		/* child is up */
	NOTE_START_FAILED,	/* child */
	NOTE_START_IGNORED,	/* child */
	NOTE_SHORTAGE,		/* child waits: the system is short */
	NOTE_DELAYED,		/* child waits: its restart delay, until_ms */
	NOTE_STOP,		/* child is told to stop */
	NOTE_KILL,		/* child is killed */
	NOTE_DOWN,		/* child has ended; outcome */
	NOTE_UNKILLABLE,		/* child was killed and is not gone */
	NOTE_CHILD_TERMINATED,	/* OTP's error reports, of sup about child;
				   outcome */
	NOTE_START_ERROR,
	NOTE_SHUTDOWN_ERROR,
	NOTE_GAVE_UP,		/* reached_max_restart_intensity */
	NOTE_AUTO_SHUTDOWN,	/* sup ends because of child */
	NOTE_ANSWER,		/* request is answered */
	NOTE_TYPE_COUNT
};

struct note {
	enum note_type type;
	int64_t now_ms;
	struct sup *sup;	/* who says so; NULL: about the root */
	struct child *child;
	struct request *request;
	struct spec_outcome outcome;
	int64_t until_ms;
	uint64_t number;
	uint64_t cause;		/* a lower number; 0: none */
};

typedef void note_fn(void *arg, const struct note *note);

struct tree {
	struct sup *root;
	struct child **buckets;	/* children in a list, by parent and name */
	size_t bucket_count;	/* a power of two; 0: none yet */
	size_t child_count;	/* in the buckets */
	struct list runnable;	/* of struct sup that may have something to do
				   */
	struct list actions;	/* of struct action_node */
	struct heap deadlines;
	int64_t now_ms;		/* of the event being stepped */
	uint64_t random;	/* for jitter */
	uint64_t noted;		/* the last number that a note had */
	note_fn *note;
	void *note_arg;
	bool quit;		/* ACTION_QUIT is to be given out */
};

/* Begin an empty tree; seed is for the jitter of restart delays. */
void	tree_init(struct tree *tree, note_fn *note, void *note_arg,
	    uint64_t seed);

/*
 * Lend memory for the table of names: count pointers, a power of two, at
 * least as many as there will be children. Returns the memory lent before,
 * NULL at first. Not inside a step.
 */
struct child **tree_set_buckets(struct tree *tree, struct child **buckets,
		    size_t count);

/*
 * Define a supervisor that is in no tree or down: the children that it starts
 * with, in order, as an array of the caller's, lent until an upgrade or the
 * release. Sets their parents; they are checked under the supervisor's flags,
 * and a fault is both returned and what its start then answers.
 */
enum spec_error	sup_define(struct sup *sup, struct child **children,
		    uint32_t count);

/*
 * Take everything below a supervisor out of the table of names, before the
 * memory of it all is given back: of one that was released, or given back by
 * a request, or never came into a tree. The links of what is below it are
 * empty afterwards; its definition still names its children. Not in a step.
 */
void	sup_undefine(struct sup *sup);

/* Step: tell what happened, and let every supervisor go on until it waits. */
void	tree_step(struct tree *tree, const struct input *event);

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

/* The child of that name in the supervisor's list, the latest if a dynamic
 * one has several; NULL if there is none. */
struct child *tree_find_child(const struct tree *tree, const struct sup *sup,
		    const char *name, size_t name_len);

/* The child at a path such as "web/app"; "/" is the root. NULL: none. */
struct child *tree_find(const struct tree *tree, const char *path);

/*
 * Write the path of a child, cut to fit, always terminated; returns the
 * length that the whole path has.
 */
size_t	tree_path(const struct child *child, char *ret_path, size_t size);

/* Count the children of a supervisor, as OTP's count_children. */
void	sup_count_children(const struct sup *sup,
	    struct request_counts *ret_counts);

#endif
