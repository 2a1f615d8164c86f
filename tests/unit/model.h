/*
 * A daemon without a system: the tree of a configuration, whose workers are no
 * processes, with a control side and no sockets. What a worker does says the
 * name of its program:
 *
 *	/good	starts, and stops when it is told to
 *	/bad	does not start
 *	/slow	is not ready before model_ready()
 *	/done	needs no process
 *	/deaf	has to be killed
 *	/stone	does not even die of that, before model_exit()
 */
#ifndef REEVE_TESTS_MODEL_H
#define REEVE_TESTS_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "control/host.h"
#include "control/peer.h"
#include "control/session.h"
#include "core/tree.h"

struct model {
	struct engine engine;	/* only its tree is in use */
	struct reload reload;	/* none is ever carried out */
	struct host host;
	struct conf *conf;	/* that it was made of, without its nodes */
	struct list news;	/* of struct worker with something pending */
	int64_t now_ms;
	pid_t last_pid;
	unsigned stops;		/* orderly stops that were asked for */
	unsigned kills;		/* ends at once that were */
	unsigned reopens;
	bool is_slow;		/* to open the log again takes time */
	unsigned reloads;
	unsigned forgotten;	/* reloads whose client went */
	int signal;		/* sent last */
	pid_t signalled;	/* the process that got it */
	bool ended;		/* the tree has */
	bool wakes;		/* some session was woken */
	reload_done_fn *done;	/* of the client that waits for a reload */
	void *done_arg;
};

/* Make one from a configuration that has no errors, and start its tree; NULL:
 * memory is short. */
struct model *model_new(const char *text);

/* Stop everything, and free all. */
void	model_free(struct model *model);

/* Let all happen that can without time passing; let time pass. */
void	model_settle(struct model *model);
void	model_pass(struct model *model, int64_t ms);

/* A worker is ready; one ends: with a code, or if that is negative by a
 * signal. */
void	model_ready(struct model *model, const char *path);
void	model_exit(struct model *model, const char *path, int code);

/* The pid of a worker, 0: none; its child. */
pid_t	model_pid(struct model *model, const char *path);
struct child *model_child(struct model *model, const char *path);

/* End the tree, as the daemon's pump would; for a cause. */
void	model_stop(struct model *model, bool now);
void	model_stop_for(struct model *model, bool now, uint64_t cause);

/* A client of some right and uid. */
struct session *model_client(struct model *model, enum peer_right right,
		    uid_t uid);

/* Let a session do all that it can now. */
void	model_serve(struct model *model, struct session *session);

/* Send a call, as text without its NUL, and serve. */
void	model_send(struct model *model, struct session *session,
	    const char *text);

/* Take the next message of what a session has to send; NULL: there is none. */
json_t	*model_receive(struct session *session);

/*
 * Call a method of io.reeve.Control, or any if there is a dot in its name, with
 * parameters as text (NULL: none), and return the one reply.
 */
json_t	*model_call(struct model *model, struct session *session,
	    const char *method, const char *parameters);

#endif
