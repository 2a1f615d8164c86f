/* Varlink messages: from bytes and to bytes. */
#include "config.h"

#include "base/varlink.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonread.h"
#include "base/text.h"

const char varlink_shortage[] = "memory is short";

/*
 * Tell whether brackets nest deeper than is allowed, before anything walks
 * into them; inside of strings they are no brackets.
 */
static bool
is_too_deep(const char *bytes, size_t size)
{
	bool in_string = false;
	unsigned depth = 0;

	for (size_t i = 0; i < size; i++) {
		char c = bytes[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > VARLINK_DEPTH_MAX)
				return true;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

/* Read a member that is true, false or not there. */
static bool
read_flag(const json_t *message, const char *key, bool *ret_flag)
{
	const json_t *value = json_object_get(message, key);

	if (value && !json_is_boolean(value) && !json_is_null(value))
		return false;
	*ret_flag = json_is_true(value);
	return true;
}

/* Read the members of a message; NULL, or what is wrong. */
static const char *
read_members(json_t *message, struct varlink_call *call)
{
	json_t *parameters = json_object_get(message, "parameters");

	call->method = json_string_value(json_object_get(message, "method"));
	if (!call->method)
		return "it has no method";
	if (parameters && !json_is_object(parameters) &&
	    !json_is_null(parameters))
		return "its parameters are no object";
	call->parameters = json_is_object(parameters) ? parameters : NULL;
	if (!read_flag(message, "more", &call->more) ||
	    !read_flag(message, "oneway", &call->oneway))
		return "more and oneway are true or false";
	return NULL;
}

const char *
varlink_parse(const char *bytes, size_t size, struct varlink_call *ret_call)
{
	struct varlink_call call = { 0 };
	const char *fault;
	bool shortage;

	if (is_too_deep(bytes, size))
		return "it nests too deeply";
	call.message = jsonread(bytes, size, &shortage);
	if (shortage)
		fault = varlink_shortage;
	else if (!json_is_object(call.message))
		fault = "it is no JSON object with each key once";
	else
		fault = read_members(call.message, &call);
	if (fault)
		json_decref(call.message);
	else
		*ret_call = call;
	return fault;
}

void
varlink_call_release(struct varlink_call *call)
{
	json_decref(call->message);
	*call = (struct varlink_call){ 0 };
}

void
varlink_begin(struct varlink_object *object)
{
	object->json = json_object();
	object->failed = !object->json;
}

void
varlink_put(struct varlink_object *object, const char *key, json_t *value)
{
	if (json_object_set_new_nocheck(object->json, key, value) < 0)
		object->failed = true;
}

void
varlink_put_text(struct varlink_object *object, const char *key,
    const char *text)
{
	varlink_put(object, key, varlink_string(text, strlen(text)));
}

void
varlink_put_int(struct varlink_object *object, const char *key, int64_t number)
{
	varlink_put(object, key, json_integer(number));
}

void
varlink_put_bool(struct varlink_object *object, const char *key, bool value)
{
	varlink_put(object, key, json_boolean(value));
}

json_t *
varlink_end(struct varlink_object *object)
{
	if (!object->failed)
		return object->json;
	json_decref(object->json);
	return NULL;
}

/* The same where some bytes are no UTF-8. */
static json_t *
escaped_string(const char *bytes, size_t size)
{
	char *text = size < SIZE_MAX / TEXT_ESCAPED ?
	    malloc(size * TEXT_ESCAPED + 1) : NULL;
	char *end = text;
	json_t *string;
	size_t n;

	if (!text)
		return NULL;
	for (size_t i = 0; i < size; i += n ? n : 1) {
		n = text_utf8_length(bytes + i, size - i);
		if (n > 0) {
			memcpy(end, bytes + i, n);
			end += n;
		} else {
			end = text_escape(end, bytes[i]);
		}
	}
	string = json_stringn_nocheck(text, (size_t)(end - text));
	free(text);
	return string;
}

json_t *
varlink_string(const char *bytes, size_t size)
{
	if (text_is_utf8(bytes, size))
		return json_stringn_nocheck(bytes, size);
	return escaped_string(bytes, size);
}

json_t *
varlink_strings(char *const *texts)
{
	json_t *array = json_array();

	for (; texts && *texts; texts++) {
		json_t *text = varlink_string(*texts, strlen(*texts));

		if (json_array_append_new(array, text) == 0)
			continue;
		json_decref(array);
		return NULL;
	}
	return array;
}

/* Where text goes to, for jansson. */
struct sink {
	struct bytes *output;
	size_t max;
	bool failed;		/* jansson does not always ask */
};

/* Take a piece of what jansson writes. */
static int
sink_write(const char *text, size_t size, void *arg)
{
	struct sink *sink = arg;

	if (!bytes_append(sink->output, text, size, sink->max))
		sink->failed = true;
	return sink->failed ? -1 : 0;
}

bool
varlink_write(struct bytes *output, size_t max, const json_t *value)
{
	struct sink sink = { output, max, false };
	size_t before = output->size;

	if (value && json_dump_callback(value, sink_write, &sink,
	    JSON_COMPACT) == 0 && !sink.failed)
		return true;
	output->size = before;	/* what was written of it does not count */
	return false;
}

/* Append a message with its NUL, and drop it. */
static bool
send_message(struct bytes *output, size_t max, struct varlink_object *message)
{
	json_t *json = varlink_end(message);
	size_t before = output->size;
	bool ok = varlink_write(output, max, json) &&
	    bytes_append(output, "", 1, max);

	if (!ok)
		output->size = before;
	json_decref(json);
	return ok;
}

bool
varlink_reply(struct bytes *output, size_t max, json_t *parameters,
    bool continues)
{
	struct varlink_object message;

	varlink_begin(&message);
	varlink_put(&message, "parameters",
	    parameters ? parameters : json_object());
	if (continues)
		varlink_put_bool(&message, "continues", true);
	return send_message(output, max, &message);
}

bool
varlink_error(struct bytes *output, size_t max, const char *name,
    json_t *parameters)
{
	struct varlink_object message;

	varlink_begin(&message);
	varlink_put_text(&message, "error", name);
	varlink_put(&message, "parameters",
	    parameters ? parameters : json_object());
	return send_message(output, max, &message);
}
