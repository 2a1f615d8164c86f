/* What the verbs of reevectl share. */
#include "config.h"

#include "ctl/cmd.h"

#include <stdio.h>
#include <string.h>

#include "ctl/ask.h"

const struct cmd *
cmd_find(const char *name)
{
	for (const struct cmd *const *cmd = cmdtable; *cmd; cmd++)
		if (strcmp((*cmd)->name, name) == 0)
			return *cmd;
	return NULL;
}

bool
cmd_has(const struct cmd_context *ctx, enum option_id option)
{
	return ctx->args.options[option];
}

json_t *
cmd_path_parameter(const struct cmd_context *ctx)
{
	return json_pack("{ss}", "path", ctx->args.words[0]);
}

json_t *
cmd_array(char *const *words)
{
	json_t *array = json_array();

	for (; words && *words; words++)
		json_array_append_new(array, json_string(*words));
	return array;
}

enum cmd_exit
cmd_ask(struct cmd_context *ctx, const char *method, json_t *parameters,
    const char *member, cmd_show_fn *show)
{
	struct client_reply reply;
	enum cmd_exit exit_code = ask_daemon(ctx->client, method, parameters,
	    &reply);
	const json_t *value;

	if (exit_code)
		return exit_code;
	value = member ? json_object_get(reply.parameters, member) :
	    reply.parameters;
	if (cmd_has(ctx, OPTION_JSON))
		show_json(&ctx->show, value);
	else if (show)
		show(ctx, value);
	client_reply_clear(&reply);
	return CMD_DONE;
}

enum cmd_exit
cmd_stream(struct cmd_context *ctx, const char *method, json_t *parameters,
    cmd_show_fn *show)
{
	enum cmd_exit exit_code = ask_begin(ctx->client, method, parameters);
	struct client_reply reply;

	for (bool more = true; more && !exit_code && !ferror(ctx->show.out);) {
		exit_code = ask_next(ctx->client, &reply);
		if (exit_code)
			break;
		show(ctx, reply.parameters);
		fflush(ctx->show.out);
		more = reply.continues;
		client_reply_clear(&reply);
	}
	return exit_code;
}

enum cmd_exit
cmd_fetch_status(struct cmd_context *ctx, json_t *paths,
    json_t **ret_children)
{
	json_t *children = json_array();
	enum cmd_exit exit_code = ask_begin(ctx->client, "Status",
	    json_pack("{so*}", "paths", paths));
	struct client_reply reply;

	for (bool more = true; more && !exit_code;) {
		exit_code = ask_next(ctx->client, &reply);
		if (exit_code)
			break;
		json_array_extend(children, json_object_get(reply.parameters,
		    "children"));
		more = reply.continues;
		client_reply_clear(&reply);
	}
	if (exit_code)
		json_decref(children);
	else
		*ret_children = children;
	return exit_code;
}

void
cmd_show_started(const struct cmd_context *ctx, const char *path,
    const json_t *reply)
{
	const json_t *pid = json_object_get(reply, "pid");
	char text[SHOW_PATH_SIZE];

	fprintf(ctx->show.out, "%s started", show_safe(path, text,
	    sizeof(text)));
	if (json_is_integer(pid))
		fprintf(ctx->show.out, ", pid %" JSON_INTEGER_FORMAT,
		    json_integer_value(pid));
	fputc('\n', ctx->show.out);
}
