/*
 * Run scenarios against the supervision core and compare what it does with
 * what Erlang/OTP did.
 *
 *	scenario FILE.scn		print the trace
 *	scenario --check FILE.scn ...	compare with FILE.trace beside it
 *	scenario --all DIR ...		compare all of some directories
 *	scenario --first DIR ...	the same, up to the first that differs
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario/compare.h"
#include "scenario/play.h"

struct totals {
	unsigned agree;
	unsigned differ;
	bool first;		/* stop at the first that differs */
};

/* Say what is wrong with a file. */
static bool
complain(const char *file, const char *what)
{
	printf("%s: %s\n", file, what);
	return false;
}

/* Read and play a scenario. */
static bool
play_file(struct arena *arena, const char *file, struct lines *ret_scenario,
    struct lines *ret_trace)
{
	struct scenario scenario;
	const char *wrong;

	if (!lines_read(arena, file, true, ret_scenario))
		return complain(file, strerror(errno));
	wrong = scn_parse(arena, ret_scenario, &scenario);
	if (!wrong)
		wrong = play(&scenario, ret_trace);
	return wrong ? complain(file, wrong) : true;
}

/* Play a scenario and print its trace. */
static int
print_file(const char *file)
{
	struct arena arena = { 0 };
	struct lines scenario, trace;
	bool good = play_file(&arena, file, &scenario, &trace);

	for (size_t i = 0; good && i < trace.count; i++)
		puts(trace.at[i].text);
	arena_release(&arena);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Play a scenario and compare its trace with the one beside it. */
static bool
compare_file(const char *file)
{
	struct arena arena = { 0 };
	struct lines scenario, expected, actual;
	const char *beside = arena_printf(&arena, "%.*s.trace",
	    (int)(strlen(file) - strlen(".scn")), file);
	bool good = play_file(&arena, file, &scenario, &actual);

	if (good && !lines_read(&arena, beside, false, &expected))
		good = complain(beside, strerror(errno));
	good = good && compare_traces(&arena, file, &scenario, &expected,
	    &actual);
	arena_release(&arena);
	return good;
}

/* Check a scenario in a process of its own, so that one that ends badly is
 * named and hides no other. */
static bool
check_file(const char *file)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		exit(compare_file(file) ? EXIT_SUCCESS : EXIT_FAILURE);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return complain(file, strerror(errno));
	if (WIFSIGNALED(status))
		return complain(file, strsignal(WTERMSIG(status)));
	return WEXITSTATUS(status) == EXIT_SUCCESS;
}

/* Count a scenario; returns whether to go on with the next. */
static bool
count_file(const char *file, struct totals *totals)
{
	if (check_file(file))
		totals->agree++;
	else
		totals->differ++;
	return !totals->first || totals->differ == 0;
}

/* Tell whether a file of a directory is a scenario, for scandir. */
static int
is_scenario(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".scn") == 0;
}

/* Check every scenario of a directory, in name order. */
static bool
check_directory(const char *directory, struct totals *totals)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, is_scenario, alphasort);
	bool goes_on = true;

	if (count < 0)
		return complain(directory, strerror(errno));
	for (int i = 0; i < count; i++) {
		struct arena arena = { 0 };

		goes_on = goes_on && count_file(arena_printf(&arena, "%s/%s",
		    directory, entries[i]->d_name), totals);
		arena_release(&arena);
		free(entries[i]);
	}
	free(entries);
	return true;
}

/* Check what the arguments name: files, or directories. */
static bool
check_all(char **names, bool directories, struct totals *totals)
{
	bool good = true;

	for (; *names && (!totals->first || totals->differ == 0); names++) {
		if (directories)
			good = check_directory(*names, totals) && good;
		else
			count_file(*names, totals);
	}
	return good;
}

int
main(int argc, char **argv)
{
	struct totals totals = { .agree = 0 };
	bool all = argc > 2 && strcmp(argv[1], "--all") == 0;
	bool good;

	totals.first = argc > 2 && strcmp(argv[1], "--first") == 0;
	if (argc == 2 && argv[1][0] != '-')
		return print_file(argv[1]);
	if (!all && !totals.first &&
	    (argc < 3 || strcmp(argv[1], "--check") != 0)) {
		fputs("usage: scenario FILE.scn | --check FILE.scn ... | "
		    "--all DIRECTORY ... |\n       --first DIRECTORY ...\n",
		    stderr);
		return 64;
	}
	good = check_all(argv + 2, all || totals.first, &totals);
	printf("%u agree, %u differ\n", totals.agree, totals.differ);
	printf("scenario: %u passed, %u failed, 0 skipped\n", totals.agree,
	    totals.differ);
	return good && totals.differ == 0 && totals.agree > 0 ?
	    EXIT_SUCCESS : EXIT_FAILURE;
}
