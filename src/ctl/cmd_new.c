/*
 * `reevectl new NAME': a small project that runs at once, as `mix new NAME
 * --sup' writes one: a configuration with a supervisor and a worker, the
 * worker, and a README that says what to do with them.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/command.h"
#include "base/strlist.h"
#include "ctl/cmd.h"

#define PATH_SIZE	4096

static const char conf_text[] =
"; The tree of %1$s; see reeve.conf(5). Run it with\n"
";\treeved -c reeve.conf\n"
"\n"
"[reeve]\n"
"run_dir = %3$s\n"
"\n"
"; The root: more than 3 restarts in 5 seconds, and it gives up.\n"
"[supervisor]\n"
"strategy = one_for_one\n"
"max_restarts = 3\n"
"max_seconds = 5s\n"
"\n"
"[worker:%1$s]\n"
"command = ./%1$s\n"
"directory = %2$s\n"
"restart = permanent\n"
"stdout = inherit\n"
"stderr = inherit\n";

static const char worker_text[] =
"#!/bin/sh\n"
"# The worker of %1$s: counts, until it is told to stop.\n"
"trap 'echo \"%1$s: stopping\"; exit 0' TERM\n"
"n=0\n"
"while :; do\n"
"\tn=$((n + 1))\n"
"\techo \"%1$s: $n, restart $REEVE_RESTARTS\"\n"
"\tsleep 1 & wait $!\n"
"done\n";

static const char readme_text[] =
"# %1$s\n"
"\n"
"    reeved -c reeve.conf                        start it, in the foreground\n"
"    reevectl -s run/reeve.sock status           look at it\n"
"    reevectl -s run/reeve.sock signal %1$s KILL  kill the worker: it is back\n"
"    reevectl -s run/reeve.sock events           what happened, and why\n"
"    reevectl -s run/reeve.sock shutdown         stop\n"
"\n"
"Four kills in five seconds are more than its supervisor bears: it gives up,\n"
"and reeved ends with exit code 1.\n";

/* What the texts are filled in with. */
struct project {
	const char *name;
	const char *directory;	/* as the configuration wants it quoted */
	const char *run_dir;	/* the same */
};

static enum cmd_exit
fail_new(const char *what, const char *name)
{
	fprintf(stderr, "reevectl: %s '%s': %s\n", what, name,
	    strerror(errno));
	return CMD_REFUSED;
}

/* Write one file of the project, never over one that exists. */
static int
write_file(int dir, const char *file, mode_t mode, const char *text,
    const struct project *project)
{
	int fd = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, mode);
	int written;

	if (fd < 0)
		return -1;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	written = dprintf(fd, text, project->name, project->directory,
	    project->run_dir);	/* the texts above */
#pragma GCC diagnostic pop
	return close(fd) < 0 || written < 0 ? -1 : 0;
}

static int
write_files(int dir, const struct project *project)
{
	if (write_file(dir, "reeve.conf", 0644, conf_text, project) < 0 ||
	    write_file(dir, project->name, 0755, worker_text, project) < 0)
		return -1;
	return write_file(dir, "README", 0644, readme_text, project);
}

/* Tell whether a name can be that of a worker, and of a file beside the
 * others. */
static bool
is_name(const char *name)
{
	static const char *const taken[] = {
		".", "..", "reeve.conf", "README", "run",
	};

	for (size_t i = 0; i < LENGTH(taken); i++)
		if (strcmp(name, taken[i]) == 0)
			return false;
	return *name && strlen(name) <= 64 && *name != '-' &&
	    strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_.@-") == strlen(name);
}

/* Add a path with a suffix, quoted for the configuration. */
static void
add_quoted(struct strlist *list, const char *path, const char *below)
{
	char whole[PATH_SIZE + 8];

	snprintf(whole, sizeof(whole), "%s%s", path, below);
	command_quote(list, whole);
	strlist_end(list);
}

static enum cmd_exit
make_project(const struct project *project)
{
	const char *name = project->name;
	int dir;

	if (mkdir(name, 0755) < 0)
		return fail_new("cannot make", name);
	dir = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir < 0)
		return fail_new("cannot open", name);
	if (write_files(dir, project) < 0) {
		close(dir);
		return fail_new("cannot write below", name);
	}
	close(dir);
	printf("%s: reeve.conf, %s, README\n"
	    "now: cd %s && reeved -c reeve.conf\n", name, name, name);
	return CMD_DONE;
}

static enum cmd_exit
bad_name(const char *name)
{
	char text[256];

	fprintf(stderr, "reevectl: '%s' is no name for a project: up to 64 of "
	    "A-Z a-z 0-9 _ . @ - are allowed, not with - first, and not "
	    "the name of another file of it\n",
	    show_safe(name, text, sizeof(text)));
	return CMD_USAGE;
}

static enum cmd_exit
run_new(struct cmd_context *ctx)
{
	struct project project = { .name = ctx->args.words[0] };
	struct strlist quoted = { 0 };
	enum cmd_exit exit_code;
	char path[PATH_SIZE];
	size_t len;

	if (!is_name(project.name))
		return bad_name(project.name);
	if (!getcwd(path, sizeof(path) - strlen(project.name) - 2))
		return fail_new("cannot tell the directory for", project.name);
	len = strlen(path);
	snprintf(path + len, sizeof(path) - len, "/%s", project.name);
	add_quoted(&quoted, path, "");
	add_quoted(&quoted, path, "/run");
	if (quoted.failed) {
		exit_code = fail_new("cannot make", project.name);
	} else {
		project.directory = strlist_first(&quoted);
		project.run_dir = strlist_after(project.directory);
		exit_code = make_project(&project);
	}
	strlist_release(&quoted);
	return exit_code;
}

const struct cmd cmd_new = {
	.name = "new",
	.usage = "name",
	.what = "write a small project that runs at once",
	.group = CMD_OFFLINE,
	.run = run_new,
};
