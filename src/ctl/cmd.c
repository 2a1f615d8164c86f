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

json_t *
cmd_array(char *const *words)
{
	json_t *array = json_array();

	for (; words && *words; words++)
		json_array_append_new(array, json_string(*words));
	return array;
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
	return ask_daemon(ctx->client, cmd->method, parameters, cmd->is_stream,
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
cmd_fetch_status(struct client *client, json_t *paths, json_t **ret_children)
{
	enum cmd_exit exit_code;

	*ret_children = json_array();
	exit_code = ask_daemon(client, "Status", json_pack("{so*}", "paths",
	    paths), true, add_children, *ret_children);
	if (exit_code)
		json_decref(*ret_children);
	return exit_code;
}

enum cmd_exit
cmd_list(struct cmd_context *ctx)
{
	json_t *children;
	enum cmd_exit exit_code = cmd_fetch_status(ctx->client, NULL,
	    &children);

	if (exit_code)
		return exit_code;
	show_value(ctx, children);
	json_decref(children);
	return CMD_DONE;
}
