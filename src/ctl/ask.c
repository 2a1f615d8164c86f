/* Calling the daemon from the command line, and saying why it refused. */
#include "config.h"

#include "ctl/ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"

#define INTERFACE	"io.reeve.Control."
#define SERVICE		"org.varlink.service."

/* OTP's word for an error of the interface, and the exit code it leads to. */
static const struct {
	const char *error;	/* behind INTERFACE, or with its own */
	const char *word;
	enum cmd_exit exit;
} errors[] = {
	{ "PermissionDenied", "permission denied", CMD_NOT_PERMITTED },
	{ "BadMessage", "bad message", CMD_REFUSED },
	{ "NotFound", "not_found", CMD_REFUSED },
	{ "NotASupervisor", "not a supervisor", CMD_REFUSED },
	{ "NotAWorker", "not a worker", CMD_REFUSED },
	{ "AlreadyStarted", "already_started", CMD_REFUSED },
	{ "AlreadyPresent", "already_present", CMD_REFUSED },
	{ "Running", "running", CMD_REFUSED },
	{ "Restarting", "restarting", CMD_REFUSED },
	{ "Unkillable", "unkillable", CMD_REFUSED },
	{ "MaxChildren", "max_children", CMD_REFUSED },
	{ "Unsupported", "unsupported", CMD_REFUSED },
	{ "BadSpec", "bad_spec", CMD_REFUSED },
	{ "StartFailed", "start_failed", CMD_REFUSED },
	{ "Shortage", "shortage", CMD_REFUSED },
	{ "NoProcess", "noproc", CMD_REFUSED },
	{ "SupervisorEnded", "shutdown", CMD_REFUSED },
	{ "ConfigErrors", "refused, nothing is changed", CMD_REFUSED },
	{ "ReloadIncomplete", "not done in full", CMD_REFUSED },
	{ "LogUnavailable", "no log", CMD_REFUSED },
	{ "Busy", "busy", CMD_REFUSED },
	{ "OutOfMemory", "out of memory", CMD_REFUSED },
	/* of a daemon of another version, or of the words of the user */
	{ SERVICE "InvalidParameter", "wrong or missing", CMD_REFUSED },
	{ SERVICE "MethodNotFound", "the daemon knows no", CMD_REFUSED },
};

/* Write one detail of an error, if it has it. */
static void
print_detail(const json_t *parameters, const char *key, const char *before)
{
	const json_t *value = json_object_get(parameters, key);
	char text[2048];

	if (json_is_string(value))
		fprintf(stderr, "%s%s", before,
		    text_sanitise(json_string_value(value),
		    json_string_length(value), text, sizeof(text)));
	else if (json_is_integer(value))
		fprintf(stderr, "%s%s %" JSON_INTEGER_FORMAT, before, key,
		    json_integer_value(value));
}

/* Write a list of errors, a line each. */
static void
print_list(const json_t *list)
{
	const json_t *item;
	char text[4096];
	size_t i;

	json_array_foreach(list, i, item)
		fprintf(stderr, "%s\n", text_sanitise(json_string_value(item),
		    json_string_length(item), text, sizeof(text)));
}

enum cmd_exit
ask_refused(const struct client_reply *reply)
{
	const char *name = reply->error;
	size_t len = strlen(INTERFACE), i;
	char text[256];

	if (strncmp(name, INTERFACE, len) == 0)
		name += len;
	for (i = 0; i < LENGTH(errors); i++)
		if (strcmp(errors[i].error, name) == 0)
			break;
	fputs("reevectl: ", stderr);
	if (i == LENGTH(errors)) {
		fprintf(stderr, "%s\n", text_sanitise(name, strlen(name), text,
		    sizeof(text)));
		return CMD_REFUSED;
	}
	fputs(errors[i].word, stderr);
	print_detail(reply->parameters, "path", ": ");
	print_detail(reply->parameters, "key", ": ");
	print_detail(reply->parameters, "parameter", ": ");
	print_detail(reply->parameters, "method", ": ");
	print_detail(reply->parameters, "needs", ": needs ");
	print_detail(reply->parameters, "what", ": too many ");
	print_detail(reply->parameters, "pid", ", ");
	print_detail(reply->parameters, "limit", ", ");
	print_detail(reply->parameters, "max_children", ", ");
	print_detail(reply->parameters, "why", ": ");
	fputc('\n', stderr);
	print_list(json_object_get(reply->parameters, "errors"));
	return errors[i].exit;
}

enum cmd_exit
ask_broken(void)
{
	int error = errno;

	fprintf(stderr, "reevectl: %s\n", error == ECONNRESET ?
	    "the daemon hung up" : error == EPROTO ?
	    "what answers there is no reeved" : strerror(error));
	return error == ENOMEM ? CMD_OUT_OF_MEMORY : CMD_NO_DAEMON;
}

/* Write a piece of JSON in ASCII: DEL is all that may have to be escaped. */
static int
write_json(const char *text, size_t size, void *arg)
{
	FILE *out = arg;

	for (size_t i = 0; i < size; i++)
		if (text[i] == 0x7f)
			fputs("\\u007F", out);
		else
			fputc(text[i], out);
	return 0;
}

void
show_json(const json_t *value)
{
	json_dump_callback(value, write_json, stdout,
	    JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	fflush(stdout);
}

enum cmd_exit
ask_daemon(struct cmd_context *ctl, const char *method, json_t *parameters,
    struct client_reply *ret_reply)
{
	enum cmd_exit exit_code;

	if (client_call(ctl->client, method, parameters, false) < 0 ||
	    client_next(ctl->client, ret_reply) < 0)
		return ask_broken();
	if (!ret_reply->error)
		return CMD_DONE;
	exit_code = ask_refused(ret_reply);
	client_reply_clear(ret_reply);
	return exit_code;
}

enum cmd_exit
ask_plain(struct cmd_context *ctl, const char *method, json_t *parameters)
{
	struct client_reply reply;
	enum cmd_exit exit_code = ask_daemon(ctl, method, parameters, &reply);

	if (exit_code == CMD_DONE)
		client_reply_clear(&reply);
	return exit_code;
}
