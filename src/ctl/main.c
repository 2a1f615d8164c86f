/* reevectl: asks and changes a running reeved from the command line. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
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

/* Say why there is no connection, from errno. */
static enum cmd_exit
say_unconnected(const struct cmd_context *ctx)
{
	const struct cmd_args *args = &ctx->args;
	char text[PATH_MAX], time[32];
	int error = errno;

	show_safe(ctx->socket, text, sizeof(text));
	if (error == ETIMEDOUT) {
		fprintf(stderr, "reevectl: reeved at '%s' has not accepted the "
		    "connection for %s: others wait, too\n", text,
		    clock_duration(args->timeout_ms, time, sizeof(time)));
		return CMD_NO_DAEMON;
	}
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
	enum cmd_exit exit_code;

	if (ctx->args.cmd->group == CMD_OFFLINE)
		return ctx->args.cmd->run(ctx);
	ctx->client = client_open(ctx->socket, ctx->args.timeout_ms);
	if (!ctx->client)
		return say_unconnected(ctx);
	exit_code = ctx->args.cmd->run(ctx);
	client_close(ctx->client);
	return exit_code;
}

int
main(int argc, char **argv)
{
	struct cmd_context ctx = { .client = NULL };
	enum cmd_exit exit_code;
	char socket[PATH_MAX];

	setlocale(LC_ALL, "");
	json_set_alloc_funcs(allocate, free);
	if (argc > 1 && strcmp(argv[1], "--complete") == 0)
		return complete_line(argv + 2);
	line_read(argc, argv, &ctx.args);
	show_init(&ctx.show);
	ctx.socket = ctx.args.options[OPTION_SOCKET];
	if (!ctx.socket)
		ctx.socket = client_default_socket(socket, sizeof(socket));
	exit_code = run_verb(&ctx);
	json_decref(ctx.args.environment);
	if ((fflush(stdout) != 0 || ferror(stdout)) && exit_code == CMD_DONE) {
		fprintf(stderr, "reevectl: cannot write all of the output\n");
		exit_code = CMD_REFUSED;
	}
	return (int)exit_code;
}
