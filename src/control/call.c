/* A call that is being served. */
#include "config.h"

#include "control/call.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/interface.h"
#include "base/varlink.h"

#define CONTROL		INTERFACE_CONTROL "."
#define NAME_SIZE	128

/* The call is over; a stream ends it itself, by STREAM_ENDS. */
static void
end_call(struct call *call)
{
	assert(!call->pending);
	if (!call->stream)
		call->state = CALL_NONE;
}

static void
write_error(struct call *call, const char *error, json_t *parameters)
{
	if (call->oneway)
		json_decref(parameters);
	else if (!varlink_error(call->output, CALL_OUTPUT_MAX, error,
	    parameters))
		call->broken = true;
}

/* Write a reply; if there is no memory for it, the error that says so. */
static void
write_reply(struct call *call, json_t *parameters, bool continues)
{
	if (call->oneway) {
		json_decref(parameters);
	} else if (!parameters || !varlink_reply(call->output, CALL_OUTPUT_MAX,
	    parameters, continues)) {
		write_error(call, CONTROL "OutOfMemory", NULL);
		call->broken |= continues;
	}
}

void
call_reply(struct call *call, json_t *parameters)
{
	write_reply(call, parameters, false);
	end_call(call);
}

void
call_done(struct call *call)
{
	call_reply(call, json_object());
}

void
call_continue(struct call *call, json_t *parameters)
{
	write_reply(call, parameters, true);
}

void
call_fail(struct call *call, const char *error, json_t *parameters)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%s%s", strchr(error, '.') ? "" :
	    CONTROL, error);
	write_error(call, name, parameters);
	end_call(call);
}

void
call_fail_texts(struct call *call, const char *error, const char *const *texts)
{
	struct varlink_object parameters;

	varlink_begin(&parameters);
	for (; *texts; texts += 2)
		varlink_put_text(&parameters, texts[0], texts[1]);
	call_fail(call, error, varlink_end(&parameters));
}

void
call_busy(struct call *call, const char *what, int64_t limit)
{
	call_fail(call, "Busy", json_pack("{ss sI}", "what", what, "limit",
	    (json_int_t)limit));
}

void
call_fail_parameter(struct call *call, const char *name)
{
	call_fail_with(call, INTERFACE_SERVICE ".InvalidParameter",
	    "parameter", name);
}

void *
call_new_stream(struct call *call, size_t size, stream_next_fn *next,
    void (*free)(struct stream *stream))
{
	struct stream *stream = calloc(1, size);

	if (!stream) {
		call_reply(call, NULL);
		return NULL;
	}
	*stream = (struct stream){ .call = call, .next = next, .free = free };
	return stream;
}

void
call_stream(struct stream *stream)
{
	struct call *call = stream->call;

	assert(!call->stream && !call->pending);
	call->stream = stream;
	call->state = CALL_STREAMS;
}

void
call_wake(struct call *call)
{
	if (call->state == CALL_SLEEPS)
		call->state = CALL_STREAMS;
	call->wake(call->wake_arg);
}

void
call_write(struct call *call, const char *bytes, size_t size)
{
	if (!call->oneway && !bytes_append(call->output, bytes, size,
	    CALL_OUTPUT_MAX))
		call->broken = true;
}

void
call_write_json(struct call *call, const json_t *value)
{
	if (!call->oneway && !varlink_write(call->output, CALL_OUTPUT_MAX,
	    value))
		call->broken = true;
}

const char *
call_text(const struct call *call, const char *name)
{
	return json_string_value(json_object_get(call->parameters, name));
}

int64_t
call_number(const struct call *call, const char *name, int64_t otherwise)
{
	const json_t *value = json_object_get(call->parameters, name);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool
call_flag(const struct call *call, const char *name)
{
	return json_is_true(json_object_get(call->parameters, name));
}

const json_t *
call_list(const struct call *call, const char *name)
{
	const json_t *value = json_object_get(call->parameters, name);

	return json_is_array(value) ? value : NULL;
}
