/* Asking the daemon from the command line, and saying why it refuses. */
#include "config.h"

#include "ctl/ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/interface.h"

/* The details of errors, in the order in which they are said. */
static const struct {
	const char *name;
	const char *before;
} details[] = {
	{ "path", ": " },
	{ "key", ": " },
	{ "parameter", ": " },
	{ "method", ": " },
	{ "needs", ": needs " },
	{ "what", ": too many " },
	{ "pid", ", " },
	{ "limit", ", " },
	{ "max_children", ", " },
	{ "why", ": " },
};

/* Write one detail of an error, if it has it; numbers with their name. */
static void
print_detail(const json_t *parameters, const char *name, const char *before)
{
	const json_t *value = json_object_get(parameters, name);
	char text[2048];

	if (json_is_string(value))
		fprintf(stderr, "%s%s", before, show_member(parameters, name,
		    text, sizeof(text)));
	else if (json_is_integer(value))
		fprintf(stderr, "%s%s %" JSON_INTEGER_FORMAT, before, name,
		    json_integer_value(value));
}

/* Write a list of errors, a line each. */
static void
print_list(const json_t *list)
{
	const json_t *item;
	char text[SHOW_PATH_SIZE];
	size_t i;

	json_array_foreach(list, i, item)
		fprintf(stderr, "%s\n", show_safe(json_string_value(item),
		    text, sizeof(text)));
}

/* Say why the daemon refused. */
static enum cmd_exit
say_refused(const struct client_reply *reply)
{
	const char *words = interface_error_words(reply->error);
	char text[256];

	if (!words) {		/* of a daemon of another version */
		fprintf(stderr, "reevectl: %s\n", show_safe(reply->error, text,
		    sizeof(text)));
		return CMD_REFUSED;
	}
	fprintf(stderr, "reevectl: %s", words);
	for (size_t i = 0; i < LENGTH(details); i++)
		print_detail(reply->parameters, details[i].name,
		    details[i].before);
	fputc('\n', stderr);
	print_list(json_object_get(reply->parameters, "errors"));
	return strcmp(reply->error, INTERFACE_CONTROL ".PermissionDenied") ==
	    0 ? CMD_NOT_PERMITTED : CMD_REFUSED;
}

/* Say that the conversation broke, from errno. */
static enum cmd_exit
say_broken(void)
{
	int error = errno;

	fprintf(stderr, "reevectl: %s\n", error == ECONNRESET ?
	    "the daemon closed the connection" : error == EPROTO ?
	    "the program at the socket is not reeved" : strerror(error));
	return error == ENOMEM ? CMD_OUT_OF_MEMORY : CMD_NO_DAEMON;
}

enum cmd_exit
ask_daemon(struct client *client, const char *method, json_t *parameters,
    bool more, ask_fn *take, void *arg)
{
	enum cmd_exit exit_code = CMD_DONE;
	struct client_reply reply;
	bool goes_on = true;

	if (client_call(client, method, parameters, more) < 0)
		return say_broken();
	while (goes_on) {
		if (client_next(client, &reply) < 0)
			return say_broken();
		if (reply.error)
			exit_code = say_refused(&reply);
		goes_on = !reply.error && take(arg, reply.parameters) &&
		    reply.continues;
		client_reply_clear(&reply);
	}
	return exit_code;
}
