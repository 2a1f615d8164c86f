/* The session of one client. */
#include "config.h"

#include "control/session.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/varlink.h"
#include "control/call.h"
#include "control/pending.h"
#include "control/verbtable.h"

struct session {
	struct peer peer;
	struct bytes input;
	struct bytes output;
	size_t searched;	/* bytes of input that have no NUL */
	struct varlink_call message; /* that is being served */
	struct call call;
	bool hung_up;
	bool refused;		/* it has sent what is no call: no more is
				   read */
};

struct session *
session_new(struct host *host, const struct peer *peer,
    void (*wake)(void *arg), void *wake_arg)
{
	struct session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	session->peer = *peer;
	session->call = (struct call){
		.host = host,
		.peer = &session->peer,
		.output = &session->output,
		.wake = wake,
		.wake_arg = wake_arg,
	};
	list_init(&session->call.follower);
	return session;
}

void
session_free(struct session *session)
{
	struct call *call = &session->call;

	if (call->pending)
		pending_forget(call->pending);
	if (call->stream)
		call->stream->free(call->stream);
	varlink_call_release(&session->message);
	bytes_release(&session->input);
	bytes_release(&session->output);
	free(session);
}

size_t
session_room(const struct session *session)
{
	if (session->hung_up || session->refused || session->call.broken)
		return 0;
	return VARLINK_MESSAGE_MAX + 1 - session->input.size;
}

int
session_feed(struct session *session, const char *bytes, size_t size)
{
	return bytes_append(&session->input, bytes, size,
	    VARLINK_MESSAGE_MAX + 1) ? 0 : -1;
}

void
session_hang_up(struct session *session)
{
	session->hung_up = true;
}

bool
session_only_streams(const struct session *session)
{
	return session->call.stream && session->input.size == 0;
}

struct bytes *
session_output(struct session *session)
{
	return &session->output;
}

/* Refuse what is no call, or cannot be read, and everything after it. */
static void
refuse_message(struct session *session, const char *why)
{
	session->call.oneway = false;
	if (why == varlink_shortage)
		call_reply(&session->call, NULL);
	else
		call_fail_with(&session->call, "BadMessage", "why", why);
	session->refused = true;
	bytes_release(&session->input);
}

/* The length of the first message without its NUL; -1: its end has not come. */
static ptrdiff_t
message_length(struct session *session)
{
	struct bytes *input = &session->input;
	const char *end = NULL;

	if (input->size > session->searched)
		end = memchr(bytes_first(input) + session->searched, '\0',
		    input->size - session->searched);
	if (end)
		return end - bytes_first(input);
	session->searched = input->size;
	return -1;
}

/* Run the verb of a call, unless the client's quota is used up: then put it
 * off. */
static void
run_call(struct session *session)
{
	struct call *call = &session->call;
	int64_t wait_ms = verbtable_wait_ms(call);

	call->state = CALL_NONE;
	if (wait_ms == 0) {
		call->method->verb->run(call);
		return;
	}
	call->state = CALL_PUT_OFF;
	call->resume_ms = call->now_ms + wait_ms;
}

/* Read a call, and begin to serve it. */
static void
begin_call(struct session *session, size_t size)
{
	struct varlink_call *message = &session->message;
	struct call *call = &session->call;
	const char *fault = varlink_parse(bytes_first(&session->input), size,
	    message);

	if (fault) {
		refuse_message(session, fault);
		return;
	}
	bytes_take(&session->input, size + 1);
	session->searched = 0;
	call->parameters = message->parameters;
	call->more = message->more;
	call->oneway = message->oneway;
	if (verbtable_prepare(call, message->method))
		run_call(session);
}

/* Begin the next call, if it has come. */
static bool
begin_next(struct session *session)
{
	ptrdiff_t size;

	varlink_call_release(&session->message);
	if (session->refused)
		return false;
	size = message_length(session);
	if (size >= 0) {
		begin_call(session, (size_t)size);
		return true;
	}
	if (session->input.size > VARLINK_MESSAGE_MAX) {
		refuse_message(session, "it is longer than 256 KiB");
		return true;
	}
	return false;
}

static void
continue_stream(struct session *session)
{
	struct call *call = &session->call;

	switch (call->stream->next(call->stream, call, session->hung_up)) {
	case STREAM_MORE:
		call->state = CALL_STREAMS;
		break;
	case STREAM_SLEEPS:
		call->state = CALL_SLEEPS;
		break;
	case STREAM_ENDS:
		call->stream->free(call->stream);
		call->stream = NULL;
		call->state = CALL_NONE;
		break;
	}
}

bool
session_serve(struct session *session, int64_t now_ms)
{
	struct call *call = &session->call;

	if (call->broken || session->output.size >= CALL_OUTPUT_LOW)
		return false;
	call->now_ms = now_ms;
	switch (call->state) {
	case CALL_NONE:
		return begin_next(session);
	case CALL_PUT_OFF:
		if (now_ms < call->resume_ms)
			return false;
		run_call(session);
		return true;
	case CALL_SLEEPS:
		if (!session->hung_up)
			return false;
		continue_stream(session);
		return call->state != CALL_SLEEPS; /* a reload sleeps on */
	case CALL_STREAMS:
		continue_stream(session);
		return true;
	default:
		return false;
	}
}

bool
session_finish(struct session *session, int64_t now_ms)
{
	return session->call.state == CALL_STREAMS &&
	    session_serve(session, now_ms);
}

enum session_state
session_state(const struct session *session)
{
	if (session->call.broken)
		return SESSION_OVER;
	if (session->call.state != CALL_NONE)
		return SESSION_BUSY;
	if (session->refused)
		return SESSION_OVER;
	if (session->input.size == session->searched && session->hung_up)
		return SESSION_OVER;
	return session->input.size > 0 ? SESSION_RECEIVING : SESSION_IDLE;
}

int64_t
session_due_ms(const struct session *session)
{
	return session->call.state == CALL_PUT_OFF ? session->call.resume_ms :
	    HEAP_NEVER;
}
