/* What the verbs of reevectl share: calls, and why one was refused. */
#include "config.h"

#include "ctl/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/interface.h"
#include "ctl/wait.h"

const struct cmd *
cmd_find(const char *name)
{
	for (const struct cmd *const *cmd = cmdtable; *cmd; cmd++)
		if (strcmp((*cmd)->name, name) == 0)
			return *cmd;
	return NULL;
}

char *
cmd_word(const struct cmd *cmd, size_t index, char ret_name[CMD_WORD_SIZE],
    bool *ret_optional)
{
	const char *at = cmd->usage, *end = at + strcspn(at, " ]");

	/* "path ..." is any number of paths */
	for (; index > 0 && *at && strncmp(end, " ...", 4) != 0; index--) {
		at = end + strspn(end, " ]");
		end = at + strcspn(at, " ]");
	}
	if (ret_optional)
		*ret_optional = *at == '[' || !*at;
	at += *at == '[';
	snprintf(ret_name, CMD_WORD_SIZE, "%.*s", (int)(end - at), at);
	return ret_name;
}

json_t *
cmd_array(char *const *words)
{
	json_t *array = json_array();

	for (; words && *words; words++)
		json_array_append_new(array, json_string(*words));
	return array;
}

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
say_refused(const struct cmd_context *ctx, const struct client_reply *reply)
{
	const char *words = interface_error_words(reply->error);
	char text[256];

	if (ctx->is_quiet)
		return CMD_REFUSED;
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

/* Tell whether a change was asked for, which may be made although no answer
 * has come. */
static bool
may_have_changed(const struct cmd_context *ctx)
{
	const struct cmd_args *args = &ctx->args;

	return args->cmd && args->cmd->group == CMD_CHANGE &&
	    !args->options[OPTION_DRY_RUN] && client_has_sent(ctx->client);
}

/* Say that the conversation broke, from errno. */
static enum cmd_exit
say_broken(struct cmd_context *ctx)
{
	int error = errno;
	bool is_lost = may_have_changed(ctx) &&
	    (error == ECONNRESET || error == ETIMEDOUT);

	ctx->error = error;
	if (ctx->is_quiet)
		return CMD_NO_DAEMON;
	if (error == ETIMEDOUT)
		wait_say_silent(ctx);
	else
		fprintf(stderr, "reevectl: %s\n", error == ECONNRESET ?
		    "the daemon closed the connection" : error == EPROTO ?
		    "the program at the socket is not reeved" :
		    strerror(error));
	if (is_lost)
		fputs("it is not known whether the request is carried out\n",
		    stderr);
	return error == ENOMEM ? CMD_OUT_OF_MEMORY :
	    is_lost ? CMD_ANSWER_LOST : CMD_NO_DAEMON;
}

/* Take a reply; false: no further one is wanted. */
typedef bool take_fn(void *arg, const json_t *parameters);

/* Call a method, with `more' one that has any number of replies, and take its
 * replies as they come. The parameters are taken over. */
static enum cmd_exit
ask_daemon(struct cmd_context *ctx, const char *method, json_t *parameters,
    bool more, take_fn *take, void *arg)
{
	enum cmd_exit exit_code = CMD_DONE;
	struct client_reply reply;
	bool goes_on = true;
	struct wait wait;

	if (client_call(ctx->client, method, parameters, more) < 0)
		return say_broken(ctx);
	wait_init(&wait, ctx);
	while (goes_on) {
		if (wait_next(&wait, &reply) < 0)
			return say_broken(ctx);
		if (reply.error)
			exit_code = say_refused(ctx, &reply);
		goes_on = !reply.error && take(arg, reply.parameters) &&
		    reply.continues;
		client_reply_clear(&reply);
	}
	return exit_code;
}

/* Add the words, under their names, to the parameters of a method. */
static void
add_words(struct cmd_context *ctx, json_t *parameters)
{
	char name[CMD_WORD_SIZE];

	for (size_t i = 0; i < ctx->args.count; i++) {
		const char *word = ctx->args.words[i];

		cmd_word(ctx->args.cmd, i, name, NULL);
		json_object_set_new(parameters, name, json_string(word));
		if (strcmp(name, "path") == 0)
			ctx->show.path = word;
	}
}

/* Add the options, and what stands after "--". */
static void
add_options(const struct cmd_args *args, json_t *parameters)
{
	for (int id = OPTION_GLOBAL_COUNT; id < OPTION_COUNT; id++) {
		const struct option_row *row = &option_rows[id];

		if (args->options[id] && row->parameter)
			json_object_set_new(parameters, row->parameter,
			    row->value ? json_string(args->options[id]) :
			    json_true());
	}
	if (args->environment)
		json_object_set(parameters, "environment", args->environment);
	if (args->command)
		json_object_set_new(parameters, "arguments",
		    cmd_array(args->command));
}

static void
show_value(const struct cmd_context *ctx, const json_t *value)
{
	if (ctx->args.options[OPTION_JSON])
		show_json(&ctx->show, value);
	else if (ctx->args.cmd->show)
		ctx->args.cmd->show(&ctx->show, value);
}

static bool
show_reply(void *arg, const json_t *parameters)
{
	const struct cmd_context *ctx = arg;
	const struct cmd *cmd = ctx->args.cmd;
	const json_t *value = cmd->member ? json_object_get(parameters,
	    cmd->member) : parameters;

	if (!cmd->is_stream || json_object_size(value) > 0)
		show_value(ctx, value);
	fflush(ctx->show.out);
	return !ferror(ctx->show.out);
}

enum cmd_exit
cmd_call_with(struct cmd_context *ctx, json_t *parameters)
{
	const struct cmd *cmd = ctx->args.cmd;

	add_words(ctx, parameters);
	add_options(&ctx->args, parameters);
	if (json_object_size(parameters) == 0) {
		json_decref(parameters);
		parameters = NULL;
	}
	return ask_daemon(ctx, cmd->method, parameters, cmd->is_stream,
	    show_reply, ctx);
}

enum cmd_exit
cmd_call(struct cmd_context *ctx)
{
	return cmd_call_with(ctx, json_object());
}

static bool
add_children(void *children, const json_t *parameters)
{
	json_array_extend(children, json_object_get(parameters, "children"));
	return true;
}

enum cmd_exit
cmd_fetch_status(struct cmd_context *ctx, json_t *paths, json_t **ret_children)
{
	enum cmd_exit exit_code;

	*ret_children = json_array();
	exit_code = ask_daemon(ctx, "Status", json_pack("{so*}", "paths",
	    paths), true, add_children, *ret_children);
	if (exit_code)
		json_decref(*ret_children);
	return exit_code;
}

/* Take a reply, and nothing of it. */
static bool
take_nothing(void *arg, const json_t *parameters)
{
	(void)arg;
	(void)parameters;
	return true;
}

enum cmd_exit
cmd_check(struct cmd_context *ctx)
{
	return ask_daemon(ctx, "Ping", NULL, false, take_nothing, NULL);
}

enum cmd_exit
cmd_list(struct cmd_context *ctx)
{
	json_t *children;
	enum cmd_exit exit_code = cmd_fetch_status(ctx, NULL, &children);

	if (exit_code)
		return exit_code;
	show_value(ctx, children);
	json_decref(children);
	return CMD_DONE;
}
