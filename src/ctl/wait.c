/* Waiting for the tree: for whom, and whether the daemon still answers. */
#include "config.h"

#include "ctl/wait.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "os/procfs.h"

#define FIRST_LOOK_MS	1000	/* then twice as long each time, up to this: */
#define LOOK_MS_MAX	10000
#define USUAL_COLUMNS	80	/* of a terminal that does not say */

/* The shorter of two times. */
static int64_t
shorter(int64_t a_ms, int64_t b_ms)
{
	return a_ms < b_ms ? a_ms : b_ms;
}

void
wait_init(struct wait *wait, struct cmd_context *ctx)
{
	*wait = (struct wait){
		.ctx = ctx,
		.pause_ms = shorter(FIRST_LOOK_MS, ctx->args.timeout_ms),
	};
}

/* Find the supervisor that has to serve the verb: the one that is named, or
 * that of the child that is named; else the root. */
static void
find_supervisor(const struct cmd_args *args, char *ret_path, size_t size)
{
	char name[CMD_WORD_SIZE], *slash;

	cmd_word(args->cmd, 0, name, NULL);
	snprintf(ret_path, size, "%s", args->count > 0 ? args->words[0] : "");
	slash = strrchr(ret_path, '/');
	if (strcmp(name, "supervisor") != 0)
		*(slash ? slash : ret_path) = '\0';
	if (!*ret_path)
		snprintf(ret_path, size, "/");
}

/* Tell whether a path is that of a supervisor's own child. */
static bool
is_child(const char *path, const char *supervisor)
{
	size_t len = strcmp(supervisor, "/") == 0 ? 0 : strlen(supervisor);

	if (len > 0) {
		if (strncmp(path, supervisor, len) != 0 || path[len] != '/')
			return false;
		path += len + 1;
	}
	return *path && !strchr(path, '/');
}

/* What the supervisor of a child does with it at the moment; NULL: nothing. */
static const char *
deed_of(const json_t *child)
{
	const char *state = json_string_value(json_object_get(child, "state"));

	if (!state)
		return NULL;
	return strcmp(state, "starting") == 0 ? "starts" :
	    strcmp(state, "stopping") == 0 ? "stops" : NULL;
}

/*
 * Find the child that a supervisor starts or stops at the moment; NULL: none.
 * If it is a supervisor that starts or stops a child itself, that one is found,
 * and so on. Parents come before their children.
 */
static const json_t *
find_busy(const json_t *children, const char *supervisor)
{
	const json_t *child, *found = NULL;
	size_t i;

	json_array_foreach(children, i, child) {
		const char *path = json_string_value(json_object_get(child,
		    "path"));

		if (!path || !deed_of(child) || !is_child(path, supervisor))
			continue;
		found = child;
		supervisor = path;
	}
	return found;
}

void
wait_describe(const struct cmd_args *args, const json_t *children,
    char *ret_text, size_t size)
{
	char supervisor[SHOW_PATH_SIZE], path[SHOW_PATH_SIZE];
	char text[SHOW_PATH_SIZE];
	const json_t *busy;
	char *slash;

	find_supervisor(args, supervisor, sizeof(supervisor));
	busy = find_busy(children, supervisor);
	if (!busy) {
		snprintf(ret_text, size, "%s", show_safe(supervisor, text,
		    sizeof(text)));
		return;
	}
	show_member(busy, "path", text, sizeof(text));
	snprintf(path, sizeof(path), "%s", text);
	slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	snprintf(ret_text, size, "%s, which %s %s", slash ? path : "/",
	    deed_of(busy), text);
}

/* How many columns a line on the terminal may have. */
static int
columns(void)
{
	struct winsize window;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == -1 ||
	    window.ws_col == 0)
		return USUAL_COLUMNS;
	return window.ws_col;
}

/* Take the line away again. */
static void
wipe(struct wait *wait)
{
	if (wait->shown > 0)
		fprintf(stderr, "\r%*s\r", wait->shown, "");
	wait->shown = 0;
}

/* Say on the terminal for whom the verb waits, in place of what was said. The
 * line is cut: one that is too long could not be taken away. */
static void
say(struct wait *wait, const json_t *children)
{
	char who[3 * SHOW_PATH_SIZE], line[4 * SHOW_PATH_SIZE];
	int most = columns() - 1, length;

	wait_describe(&wait->ctx->args, children, who, sizeof(who));
	length = snprintf(line, sizeof(line), "reevectl: waits for %s", who);
	wipe(wait);
	wait->shown = length < most ? length : most;
	fprintf(stderr, "%.*s", wait->shown, line);
}

/* Ask the daemon something else, of which the answer is at hand, and take what
 * is of use. False: it does not answer. */
static bool
look(struct wait *wait)
{
	const struct cmd_context *ctx = wait->ctx;
	bool tells = ctx->args.cmd->waits && isatty(STDERR_FILENO);
	struct cmd_context other = {
		.client = client_open(ctx->socket, ctx->args.timeout_ms),
		.is_quiet = true,
	};
	json_t *children = NULL;
	enum cmd_exit exit_code;

	if (!other.client)	/* if it is gone, our connection will tell */
		return errno != ETIMEDOUT;
	exit_code = tells ? cmd_fetch_status(&other, NULL, &children) :
	    cmd_check(&other);
	client_close(other.client);
	if (tells && exit_code == CMD_DONE) {
		say(wait, children);
		json_decref(children);
	}
	return other.error != ETIMEDOUT;
}

/* Note that the daemon answers. */
static void
wait_on(struct wait *wait)
{
	const struct cmd_args *args = &wait->ctx->args;

	wait->pause_ms = args->cmd->waits ? shorter(2 * wait->pause_ms,
	    shorter(args->timeout_ms, LOOK_MS_MAX)) : CLIENT_FOREVER;
}

int
wait_next(struct wait *wait, struct client_reply *ret_reply)
{
	const struct cmd_args *args = &wait->ctx->args;
	struct client *client = wait->ctx->client;
	int rc, error;

	if (!args->cmd || (!args->cmd->waits && !args->options[OPTION_FOLLOW]))
		return client_next(client, ret_reply);
	for (;;) {
		client_set_patience(client, wait->pause_ms);
		rc = client_next(client, ret_reply);
		error = errno;
		if (rc == 0 || error != ETIMEDOUT)
			break;
		if (!look(wait)) {	/* it may have answered just now */
			client_set_patience(client, 0);
			rc = client_next(client, ret_reply);
			error = errno;
			break;
		}
		wait_on(wait);
	}
	wipe(wait);
	if (rc == 0)
		wait_on(wait);
	errno = error;
	return rc;
}

void
wait_say_silent(const struct cmd_context *ctx)
{
	pid_t pid = client_peer(ctx->client);
	struct procfs_stat stat = { .state = '?' };
	char time[32], who[32] = "";

	if (pid > 0)
		snprintf(who, sizeof(who), " (pid %d)", (int)pid);
	if (pid > 0 && procfs_is_ours() && procfs_stat(pid, &stat) < 0)
		stat.state = '?';
	fprintf(stderr, "reevectl: reeved%s has not answered for %s", who,
	    clock_duration(ctx->args.timeout_ms, time, sizeof(time)));
	if (stat.state == 'T')
		fprintf(stderr, ": it is stopped (state T)\n"
		    "'kill -CONT %d' lets it go on\n", (int)pid);
	else if (stat.state == 't')
		fprintf(stderr, ": a debugger has stopped it (state t)\n");
	else
		fprintf(stderr, "\n'reevectl --timeout 1m' waits longer\n");
}
