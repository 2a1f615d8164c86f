/*
 * Memory that runs out while the configuration is read: every allocation
 * fails in its turn. Each time the answer must be that there is no memory, or
 * the whole truth, and nothing may leak.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/command.h"
#include "config/conf.h"
#include "config/diff.h"
#include "faults/wrap.h"

static const struct conf_machine machine = {0, 0, NULL, NULL};

/* Load a file that has so many children and errors, and print it. */
static enum wrap_end
load(const char *file, size_t nodes, size_t errors, FILE *null)
{
	struct conf *conf = conf_load_for(file, &machine);
	enum wrap_end end = WRAP_RIGHT;

	if (conf == NULL)
		return WRAP_SHORTAGE;
	if (conf->node_count != nodes || conf->error_count != errors)
		end = WRAP_WRONG;
	conf_print_errors(conf, null);
	if (errors == 0 && conf_print(conf, null) == -1)
		end = errno == ENOMEM ? WRAP_SHORTAGE : WRAP_WRONG;
	conf_free(conf);
	return end;
}

/* A file with everything, and one that it includes. */
static enum wrap_end
run_good(void *null)
{
	return load("good.conf", 6, 0, null);
}

/* A file with errors of all kinds. */
static enum wrap_end
run_bad(void *null)
{
	return load("bad.conf", 5, 11, null);
}

/* A command, expanded. */
static enum wrap_end
run_command(void *null)
{
	char *words[] = {(char[]){"a"}, (char[]){"${B} c$$"}, NULL};
	struct scratch scratch = { 0 };
	struct vars vars;
	char **argv = NULL, *name = NULL;
	enum wrap_end end = WRAP_RIGHT;
	int error;

	(void)null;
	vars_init(&vars, &scratch);
	error = vars_put(&vars, (char[]){"B=b"});
	if (error == 0)
		error = command_expand(words, &vars, &argv, &name);
	scratch_release(&scratch);
	if (error == ENOMEM)
		return argv == NULL ? WRAP_SHORTAGE : WRAP_WRONG;
	if (error != 0 || strcmp(argv[1], "b c$") != 0)
		end = WRAP_WRONG;
	free(argv);
	return end;
}

/* A program that is copied. */
static enum wrap_end
run_copy(void *null)
{
	static const char text[] = "[worker:x]\ncommand = /x y\nuser = uid:9\n"
	    "groups = gid:7\ngroup = gid:8\nlimit_cpu = 1\nexit_normal = 3\n"
	    "environment = A=b\nstdin = text:x\nstdout = file:/a\n";
	struct conf *conf = conf_parse("x", text, sizeof(text) - 1, &machine);
	struct program *copy;
	enum wrap_end end = WRAP_SHORTAGE;

	(void)null;
	if (conf == NULL)
		return WRAP_SHORTAGE;
	copy = program_copy(conf->nodes[1].program);
	if (copy != NULL)
		end = strcmp(copy->argv[1], "y") == 0 ? WRAP_RIGHT : WRAP_WRONG;
	program_free(copy);
	conf_free(conf);
	return end;
}

/* Two of [reeve] differ in a key that may not change: the answer is that, or
 * that there is no memory to compare them. */
static enum wrap_end
run_diff(void *null)
{
	static const char *const texts[] = {
		"[reeve]\nrun_dir = /a\n", "[reeve]\nrun_dir = /b\n",
	};
	struct conf *confs[2];
	struct strlist keys = { 0 };
	enum wrap_end end = WRAP_SHORTAGE;

	(void)null;
	for (size_t i = 0; i < 2; i++)
		confs[i] = conf_parse("x", texts[i], strlen(texts[i]),
		    &machine);
	if (confs[0] != NULL && confs[1] != NULL) {
		unsigned change = diff_daemons(&confs[0]->daemon,
		    &confs[1]->daemon, &keys);

		if (change & DIFF_REFUSED)
			end = keys.failed ? WRAP_SHORTAGE : WRAP_RIGHT;
		else if (!keys.failed)
			end = WRAP_WRONG;
	}
	strlist_release(&keys);
	conf_free(confs[0]);
	conf_free(confs[1]);
	return end;
}

static const struct wrap_case cases[] = {
	{"oom: good.conf", run_good, NULL},
	{"oom: bad.conf", run_bad, NULL},
	{"oom: command", run_command, NULL},
	{"oom: copy", run_copy, NULL},
	{"oom: diff", run_diff, NULL},
};

static const struct {
	const char *name;
	const char *text;
} files[] = {
	{"good.conf", "[reeve]\ninclude = *.inc\ninclude = more\n"
	    "run_dir = /a\nlog = /b\nenvironment_inherit = A B\n"
	    "control_group = gid:7\n[supervisor]\nmax_restarts = 5\n"
	    "[worker]\nuser = root\nenvironment = A=1\nexit_normal = 3\n"
	    "[worker:a]\ncommand = /a 'b c' ${D}\nenvironment = B=2 C=3\n"
	    "environment_file = /e\nstdin = text:\\n\nstdout = file:/o\n"
	    "limit_cpu = 5\nlimit_core = 0\ngroups = gid:5 gid:6\n"
	    "[supervisor:s]\n[dynamic:s/d]\ncommand = /d\n"},
	{"one.inc", "[worker]\ngroup = gid:9\n[worker:b]\ncommand = /b\n"},
	{"more", "[worker:s/c]\ncommand = /c\ndirectory = /tmp\n"},
	{"bad.conf", "x\n[worker:a]\nuser = 0day\ncommand = 'x\n"
	    "umask = 8\nfoo = 1\n[superviser:b]\n[worker:b/c]\n"
	    "command = /c\nsignificant = yes\nrestart_delay = 9m\n"
	    "restart_delay_max = 1s\n[worker:b/c]\n[reeve]\n"
	    "include = none\n[worker:d]\ncommand = a\n"},
};

/* Write the files into a new directory, and go there. */
static void
set_up(char *dir)
{
	if (mkdtemp(dir) == NULL || chdir(dir) == -1) {
		perror(dir);
		exit(1);
	}
	umask(022);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		FILE *out = fopen(files[i].name, "we");

		if (out == NULL || fputs(files[i].text, out) == EOF ||
		    fclose(out) == EOF) {
			perror(files[i].name);
			exit(1);
		}
	}
}

/* Remove what set_up() has made. */
static void
tear_down(const char *dir)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(files[i].name);
	if (chdir("/") == -1 || rmdir(dir) == -1)
		perror(dir);
}

int
main(void)
{
	char dir[] = "/tmp/reeve-oom.XXXXXX";
	size_t passed = 0, failed = 0;
	FILE *null;

	set_up(dir);
	null = fopen("/dev/null", "we");
	if (null == NULL)
		return 1;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wrap_case test = cases[i];

		test.arg = null;
		wrap_fail_each(&test, &passed, &failed);
	}
	fclose(null);
	tear_down(dir);
	printf("oom: %zu passed, %zu failed, 0 skipped\n", passed, failed);
	return failed > 0;
}
