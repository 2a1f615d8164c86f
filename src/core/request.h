/*
 * A request: something that is asked of one supervisor, as OTP's calls. It
 * waits in the supervisor's mailbox for its turn; serve.c answers it.
 */
#ifndef REEVE_CORE_REQUEST_H
#define REEVE_CORE_REQUEST_H

#include "core/child.h"

enum request_type {
	REQUEST_START_CHILD,	/* child: the new one, in no tree */
	REQUEST_TERMINATE_CHILD, /* name */
	REQUEST_RESTART_CHILD,	/* name */
	REQUEST_DELETE_CHILD,	/* name */
	REQUEST_PLANNED_RESTART, /* name: with the siblings that the strategy
				    names; not counted */
	REQUEST_GET_CHILDSPEC,	/* name -> child */
	REQUEST_WHICH_CHILDREN,	/* read sup->children when NOTE_ANSWER comes */
	REQUEST_COUNT_CHILDREN,	/* -> counts */
	REQUEST_CODE_CHANGE,	/* flags, definition */
	REQUEST_TYPE_COUNT
};

/*
 * The answers: X(NAME, word). This is the only list of them: the enum and the
 * words below come from it. A table that says more of each answer (a varlink
 * error, a sentence) begins with designated initialisers and asserts that its
 * length is REQUEST_ERROR_COUNT, or is made by an X of its own.
 */
#define REQUEST_ERRORS(X) \
	X(OK, ok) \
	X(UNDEFINED, undefined)		/* done, but there is no process: the \
					   start was ignored */ \
	X(NOPROC, noproc)		/* the supervisor does not run */ \
	X(SHUTDOWN, shutdown)		/* it ended before it answered */ \
	X(NOT_FOUND, not_found) \
	X(ALREADY_STARTED, already_started) \
	X(ALREADY_PRESENT, already_present) \
	X(RUNNING, running) \
	X(RESTARTING, restarting) \
	X(MAX_CHILDREN, max_children) \
	X(UNSUPPORTED, unsupported)	/* a dynamic supervisor has no such \
					   verb */ \
	X(BAD_SPEC, bad_spec)		/* fault, fault_name: what is wrong */ \
	X(START_FAILED, start_failed)	/* child: how it failed */ \
	X(SHORTAGE, shortage)		/* the system is short of something */ \
	X(UNKILLABLE, unkillable)	/* a process of it will not go */

enum request_error {
#define X(name, word) REQUEST_##name,
	REQUEST_ERRORS(X)
#undef X
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
 * The memory of a request is the shell's, lent from INPUT_REQUEST to
 * ACTION_REPLY.
 *
 * REQUEST_START_CHILD: with the answer REQUEST_OK, REQUEST_UNDEFINED or
 * REQUEST_UNKILLABLE the child is the tree's, which gives it back by
 * ACTION_RELEASE, perhaps in the same step. With any other answer the child is
 * the shell's again. If the answer has no child any more, the tree is killing
 * it and gives it back by ACTION_RELEASE as well.
 *
 * REQUEST_CODE_CHANGE: see change_sup(). With REQUEST_OK, slots that are no
 * longer needed come back by ACTION_RELEASE; ring and definition are the old
 * ones. With any other answer, and if the init answer was to ignore,
 * everything is the shell's again.
 */
struct request {
	struct mail mail;
	struct action_node action;
	struct sup *sup;	/* the supervisor that is asked */
	enum request_type type;
	const char *name;	/* of the child meant */
	struct child *child;	/* in or out, by type */
	void *user;		/* the shell's own */
	uint64_t cause;		/* number of what it is due to; 0: nothing */
	bool waits;		/* REQUEST_RESTART_CHILD, in: in a shortage the
				   child is left restarting */
	/* REQUEST_CODE_CHANGE, in: */
	struct spec_flags flags;
	int64_t *ring;		/* for the new max_restarts; out: the old one */
	uint32_t ring_size;
	struct child **definition; /* new slots, one for each child; out: the
				      old array */
	uint32_t definition_count;
	enum spec_init_answer init_answer; /* SPEC_INIT_IGNORE: no change */
	bool also_down;		/* also if it does not run: for its next start
				   */
	/* out: */
	enum request_error error;
	enum spec_error fault;
	const char *fault_name;
	struct request_counts counts;
};

/* The request that a piece of mail is. */
static inline struct request *
request_of(struct mail *mail)
{
	return list_entry(mail, struct request, mail);
}

#endif
