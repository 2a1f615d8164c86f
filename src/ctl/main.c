/* reevectl: asks and changes a running reeved from the command line. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/complete.h"
#include "ctl/line.h"

/*
 * Allocate for JSON, or end the program. When an allocation fails in the midst
 * of a text, the library goes on and leaves a gap; so a call could lack a
 * parameter and be another call.
 */
static void *
allocate(size_t size)
{
	void *memory = malloc(size);

	if (memory)
		return memory;
	fprintf(stderr, "reevectl: out of memory\n");
	exit(CMD_OUT_OF_MEMORY);
}

/* Connect, or say why not. */
static enum cmd_exit
connect_daemon(struct cmd_context *ctx)
{
	const struct cmd_args *args = &ctx->args;
	const char *path = args->options[OPTION_SOCKET];
	char socket[PATH_MAX], text[PATH_MAX];
	int error;

	if (!path)
		path = client_default_socket(socket, sizeof(socket));
	ctx->client = client_open(path);
	if (ctx->client)
		return CMD_DONE;
	error = errno;
	show_safe(path, text, sizeof(text));
	if (error != EACCES) {
		fprintf(stderr, "reevectl: no reeved at '%s': %s\n"
		    "'reevectl -s socket' asks a reeved that listens "
		    "elsewhere\n",
		    text, strerror(error));
		return CMD_NO_DAEMON;
	}
	fprintf(stderr, "reevectl: not permitted to connect to '%s'\n", text);
	/* of status with a path, 3 would mean that something does not run */
	return strcmp(args->cmd->name, "status") == 0 && args->count > 0 ?
	    CMD_STATUS_UNKNOWN : CMD_NOT_PERMITTED;
}

/* Run the verb, with a connection if it needs one. */
static enum cmd_exit
run_verb(struct cmd_context *ctx)
{
	const struct cmd *cmd = ctx->args.cmd;
	enum cmd_exit exit_code = cmd->group == CMD_OFFLINE ? CMD_DONE :
	    connect_daemon(ctx);

	if (exit_code)
		return exit_code;
	exit_code = cmd->run(ctx);
	client_close(ctx->client);
	return exit_code;
}

int
main(int argc, char **argv)
{
	struct cmd_context ctx = { .client = NULL };
	enum cmd_exit exit_code;

	setlocale(LC_ALL, "");
	json_set_alloc_funcs(allocate, free);
	if (argc > 1 && strcmp(argv[1], "--complete") == 0)
		return complete_line(argv + 2);
	line_read(argc, argv, &ctx.args);
	show_init(&ctx.show);
	exit_code = run_verb(&ctx);
	json_decref(ctx.args.environment);
	if ((fflush(stdout) != 0 || ferror(stdout)) && exit_code == CMD_DONE) {
		fprintf(stderr, "reevectl: cannot write all of the output\n");
		exit_code = CMD_REFUSED;
	}
	return (int)exit_code;
}
