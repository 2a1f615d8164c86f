/*
 * Verbs: what a client can ask for. Each has a file, verb_<name>.c, which
 * defines one struct verb. Which parameters a method takes is said by the
 * interface's .varlink file; verbtable.h has the table made from it.
 */
#ifndef REEVE_CONTROL_VERB_H
#define REEVE_CONTROL_VERB_H

#include "control/call.h"

enum verb_type {
	VERB_TEXT,
	VERB_NUMBER,
	VERB_FLAG,
	VERB_TEXTS,		/* an array of strings */
};

struct verb_parameter {
	const char *name;	/* NULL: no more */
	enum verb_type type;
	bool optional;		/* may be missing, or null */
};

struct verb {
	enum peer_right right;	/* that a client needs */
	bool more;		/* the call must say "more" */
	enum request_type request; /* that pending_ask() makes */
	void (*run)(struct call *call);
};

/* A method of an interface, and the verb that serves it. */
struct method {
	const char *name;	/* with its interface */
	const struct verb *verb;
	const struct verb_parameter *parameters;
};

/* The method's name without its interface. */
const char *verb_name(const struct method *method);

/* The child, the supervisor, or the worker at a path; NULL: there is none, and
 * the call is answered. */
struct child *verb_child(struct call *call, const char *path);
struct sup *verb_sup(struct call *call, const char *path);
struct worker *verb_worker(struct call *call, const char *path);

/*
 * The path of a child as events have it, written into ret_path: "web" for
 * "/web/". If there is no such child, the path that was given.
 */
const char *verb_own_path(const struct call *call, const char *path,
    char *ret_path, size_t size);

/*
 * Record that a call is about to change something: a line of the log, and an
 * event, whose number is returned. signal: the signal that is sent, or 0.
 */
uint64_t verb_record(struct call *call, const char *path, int signal);

#endif
