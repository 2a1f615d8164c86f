/*
 * Runs a fuzz target over files, and over those in directories, so that the
 * corpus is a test wherever there is a compiler: replay FILE|DIRECTORY...
 * Each input has a process of its own, and one that does not end well is
 * named. Ends with the totals.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz.h"

struct totals {
	size_t passed;
	size_t failed;
};

/* Run the target on a file, in memory of just its size, so that a byte too far
 * is found. */
static void
run_input(const char *path, size_t size)
{
	uint8_t *bytes = malloc(size > 0 ? size : 1);
	FILE *in = fopen(path, "re");

	if (in == NULL || bytes == NULL ||
	    fread(bytes, 1, size, in) != size) {
		perror(path);
		exit(1);
	}
	fclose(in);
	LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	exit(0);
}

/* Run a file in a process of its own. */
static void
run_file(const char *path, size_t size, struct totals *totals)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		run_input(path, size);
	if (pid != -1 && waitpid(pid, &status, 0) == pid && status == 0) {
		totals->passed++;
		return;
	}
	printf("failed: %s (status 0x%x)\n", path, (unsigned)status);
	totals->failed++;
}

/* Run a file, or all files of a directory. */
static void
run_path(const char *path, struct totals *totals)
{
	struct dirent **names;
	struct stat status;
	char file[4096];
	int count;

	if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
		run_file(path, (size_t)status.st_size, totals);
	if (stat(path, &status) == -1 || !S_ISDIR(status.st_mode))
		return;
	count = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (stat(file, &status) == 0 && S_ISREG(status.st_mode))
			run_file(file, (size_t)status.st_size, totals);
		free(names[i]);
	}
	if (count >= 0)
		free(names);
}

/* The last name of a path. */
static const char *
last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

int
main(int argc, char **argv)
{
	struct totals totals = {0, 0};

	for (int i = 1; i < argc; i++)
		run_path(argv[i], &totals);
	printf("%s: %zu passed, %zu failed, 0 skipped\n", last_name(argv[0]),
	    totals.passed, totals.failed);
	return totals.failed > 0 || totals.passed == 0;
}
