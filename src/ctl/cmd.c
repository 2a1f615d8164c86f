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

/* A member of a reply; the whole reply, if the member is NULL. */
static const json_t *
member_of(const struct client_reply *reply, const char *member)
{
	return member ? json_object_get(reply->parameters, member) :
	    reply->parameters;
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
	value = member_of(&reply, member);
	if (cmd_has(ctx, OPTION_JSON))
		show_json(&ctx->show, value);
	else if (show)
		show(&ctx->show, value);
	client_reply_clear(&reply);
	return CMD_DONE;
}

enum cmd_exit
cmd_stream(struct cmd_context *ctx, const char *method, json_t *parameters,
    const char *member, cmd_show_fn *show)
{
	enum cmd_exit exit_code = ask_begin(ctx->client, method, parameters);
	struct client_reply reply;
	const json_t *value;

	for (bool more = true; more && !exit_code && !ferror(ctx->show.out);) {
		exit_code = ask_next(ctx->client, &reply);
		if (exit_code)
			break;
		value = member_of(&reply, member);
		if (json_object_size(value) == 0)
			value = NULL;
		if (value && cmd_has(ctx, OPTION_JSON))
			show_json(&ctx->show, value);
		else if (value)
			show(&ctx->show, value);
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

enum cmd_exit
cmd_start(struct cmd_context *ctx, const char *method, json_t *parameters,
    const char *path)
{
	struct client_reply reply;
	enum cmd_exit exit_code = ask_daemon(ctx->client, method, parameters,
	    &reply);

	if (exit_code)
		return exit_code;
	if (cmd_has(ctx, OPTION_JSON))
		show_json(&ctx->show, reply.parameters);
	else
		show_started(&ctx->show, reply.parameters, path);
	client_reply_clear(&reply);
	return CMD_DONE;
}
