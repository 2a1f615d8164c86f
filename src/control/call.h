/*
 * A call that is being served: what verbs see of a client. A verb replies at
 * once, or begins a stream of replies, or submits a request to the tree
 * (pending.h), whose answer brings the reply later.
 */
#ifndef REEVE_CONTROL_CALL_H
#define REEVE_CONTROL_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "control/host.h"
#include "control/peer.h"
#include "core/list.h"

#define CALL_OUTPUT_MAX	((size_t)1 << 20) /* bytes that wait to be sent */
#define CALL_OUTPUT_LOW	((size_t)64 << 10) /* streams wait above that */

struct call;
struct method;

/* What a stream does next. */
enum stream_news {
	STREAM_MORE,		/* it has more to reply now */
	STREAM_SLEEPS,		/* until call_wake() */
	STREAM_ENDS,		/* the last reply is given */
};

struct stream;

/* Reply a few times, never for long; STREAM_ENDS after the last reply or an
 * error. hung_up: the client sends no more, and may be gone; a stream that
 * slept would never know. */
typedef enum stream_news stream_next_fn(struct stream *stream,
	    struct call *call, bool hung_up);

struct stream {
	struct call *call;
	stream_next_fn *next;
	void (*free)(struct stream *stream);
};

enum call_state {
	CALL_NONE,		/* there is no call */
	CALL_PUT_OFF,		/* until resume_ms: the quota is used up */
	CALL_WAITS,		/* for the answer to a request */
	CALL_STREAMS,
	CALL_SLEEPS,		/* a stream that waits for call_wake() */
};

struct pending;

struct call {
	struct host *host;
	const struct peer *peer;
	const struct method *method;
	json_t *parameters;	/* checked; NULL: none */
	bool more;
	bool oneway;
	/* The session's: */
	enum call_state state;
	struct bytes *output;
	struct stream *stream;
	struct pending *pending; /* CALL_WAITS */
	struct list follower;	/* in host->followers or host->reopenings:
				   CALL_SLEEPS */
	int64_t resume_ms;
	int64_t now_ms;		/* when the session was served last */
	bool broken;		/* a reply is lost: the client is dropped */
	void (*wake)(void *arg);
	void *wake_arg;
};

/* Reply: for the last time, or (call_continue) not. The parameters are taken
 * over; NULL means that there was no memory for them, and is an error. An empty
 * reply is call_done(). */
void	call_reply(struct call *call, json_t *parameters);
void	call_continue(struct call *call, json_t *parameters);
void	call_done(struct call *call);

/* Refuse, by an error of io.reeve.Control, or by one whose name has a dot. */
void	call_fail(struct call *call, const char *error, json_t *parameters);

/* Refuse by an error whose parameters are texts: name, text, name, text, and so
 * on; the array ends with NULL. */
#define call_fail_with(call, error, ...) \
	call_fail_texts(call, error, (const char *const[]){ __VA_ARGS__, NULL })
void	call_fail_texts(struct call *call, const char *error,
	    const char *const *texts);

/* Refuse because a limit is reached. */
void	call_busy(struct call *call, const char *what, int64_t limit);

/* Refuse the value of a parameter. */
void	call_fail_parameter(struct call *call, const char *name);

/* Make a stream for a call: so many bytes that begin with a struct stream, all
 * further ones are zero. NULL: out of memory, and the call is answered. */
void	*call_new_stream(struct call *call, size_t size, stream_next_fn *next,
	    void (*free)(struct stream *stream));

/* Begin a stream, which is taken over. */
void	call_stream(struct stream *stream);

/* A stream that sleeps may go on; or the call is answered. */
void	call_wake(struct call *call);

/* Write bytes, or a value, that are part of a reply. */
void	call_write(struct call *call, const char *bytes, size_t size);
void	call_write_json(struct call *call, const json_t *value);

/* Parameters by name; if not given NULL, otherwise, or false. */
const char *call_text(const struct call *call, const char *name);
int64_t	call_number(const struct call *call, const char *name,
	    int64_t otherwise);
bool	call_flag(const struct call *call, const char *name);
const json_t *call_list(const struct call *call, const char *name);

#endif
