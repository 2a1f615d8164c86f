/*
 * The methods that are served: one table, one row a method, one function each.
 * No name of a client is ever anything but looked up in it.
 *
 * The interface files say the same to clients; a unit test holds both against
 * each other.
 */
#ifndef REEVE_CONTROL_VERB_H
#define REEVE_CONTROL_VERB_H

#include "control/call.h"

#define VERBS_PARAMETERS_MAX 7

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
	const char *method;	/* with its interface */
	enum peer_right right;	/* that it takes */
	void (*run)(struct call *call);
	bool more;		/* makes sense with "more" alone */
	struct verb_parameter parameters[VERBS_PARAMETERS_MAX + 1];
};
extern const struct verb verbs[];
extern const size_t verbs_count;

/* Find the method of a call, see that the peer may call it, and check its
 * parameters; false: the call is answered. */
bool	verb_prepare(struct call *call, const char *method);

/* How long a prepared call has to wait for its client's quota, and use of it
 * if that is 0. */
int64_t	verb_wait_ms(struct call *call);

/* The interface files, as they are served. */
extern const char interface_control[], interface_service[];

/*
 * Parts of verbs. The child or the supervisor at a path; NULL: there is none,
 * and the call is answered.
 */
struct child *verb_child(struct call *call, const char *path);
struct sup *verb_sup(struct call *call, const char *path);

/* The path of what is at a path, as events have it: of "/web/" it is "web", in
 * ret_path. What is not there has the one that is given. */
const char *verb_own_path(const struct call *call, const char *path,
    char *ret_path, size_t size);

/* Record that a change is about to be made: in the log, and as an event, whose
 * number is returned. A signal that is sent is told as well, else 0. */
uint64_t verb_record(struct call *call, const char *path, int signal);

/* The verbs: verbslook.c, verbsstatus.c, verbschange.c, verbsstart.c,
 * verbsevents.c, verbslogs.c, verbsservice.c. */
void	verb_get_info(struct call *call);
void	verb_get_interface_description(struct call *call);
void	verb_ping(struct call *call);
void	verb_status(struct call *call);
void	verb_which_children(struct call *call);
void	verb_count_children(struct call *call);
void	verb_child_spec(struct call *call);
void	verb_start_child(struct call *call);
void	verb_terminate_child(struct call *call);
void	verb_restart_child(struct call *call);
void	verb_delete_child(struct call *call);
void	verb_restart(struct call *call);
void	verb_signal(struct call *call);
void	verb_events(struct call *call);
void	verb_logs(struct call *call);
void	verb_reload(struct call *call);
void	verb_reopen(struct call *call);
void	verb_shutdown(struct call *call);

#endif
