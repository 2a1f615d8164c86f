/*
 * jail SECONDS COMMAND...: run a test so that nothing of it outlives it.
 *
 * The test is killed when its time is up. Whatever it leaves behind, orphans
 * and daemons included, becomes a child of ours (Linux), is given two seconds
 * to end by itself, then is named and killed, and the test has failed.
 * The exit status is the command's, 124 for one that took too long, 125 for
 * one that left something behind.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum {
	STATUS_LATE = 124,
	STATUS_LEFTOVERS = 125,
	GRACE_MS = 2000,	/* for what is just about to end */
	PAUSE_MS = 10,		/* between two looks */
};

/* The monotonic time. */
static long long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Let a little time pass. */
static void
pause_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE_MS * 1000000 }, NULL);
}

/* Read the parent, state and name of a process; false if it is gone. */
static bool
read_stat(const char *pid, int *ret_parent, char *ret_state, char ret_name[64])
{
	char path[64];
	FILE *stat;
	int read;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	stat = fopen(path, "re");
	if (!stat)
		return false;
	read = fscanf(stat, "%*d (%63[^)]) %c %d", ret_name, ret_state,
	    ret_parent);
	fclose(stat);
	return read == 3;
}

/* Name and kill our children. */
static void
kill_children(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char name[64], state;
	int parent;

	while (proc && (entry = readdir(proc))) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
		    !read_stat(entry->d_name, &parent, &state, name) ||
		    parent != getpid() || state == 'Z')
			continue;
		fprintf(stderr, "left behind: %s %s\n", entry->d_name, name);
		kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL);
	}
	if (proc)
		closedir(proc);
}

/* Reap until the child ends or the time comes; tell whether it has ended. */
static bool
await(pid_t child, long long until_ms, int *ret_status)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid == child) {
			*ret_status = status;
			return true;
		}
		if (pid > 0)
			continue;
		if (pid == -1 && errno == ECHILD)
			return false;
		if (now_ms() >= until_ms)
			return false;
		pause_a_little();
	}
}

/* Wait for all that is left to end, then end it; tell whether any was. */
static bool
clear_away(int grace_ms)
{
	long long until_ms = now_ms() + grace_ms;
	bool left = false;

	await(-1, until_ms, &(int){ 0 });
	while (waitpid(-1, NULL, WNOHANG) != -1) {
		left = true;
		kill_children();
		await(-1, now_ms() + 100, &(int){ 0 });
	}
	return left;
}

/* Become the command, in a group of its own; does not return. No shell could
 * undo that nohup(1) has HUP ignored. */
static void
execute(char **command)
{
	setpgid(0, 0);
	signal(SIGHUP, SIG_DFL);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

int
main(int argc, char **argv)
{
	long long until_ms;
	int status = 0;
	pid_t child;

	if (argc < 3) {
		fprintf(stderr, "usage: jail SECONDS COMMAND...\n");
		return 64;
	}
#ifdef __linux__
	prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
	until_ms = now_ms() + strtol(argv[1], NULL, 10) * 1000;
	child = fork();
	if (child == -1) {
		perror("fork");
		return 71;
	}
	if (child == 0)
		execute(argv + 2);
	if (!await(child, until_ms, &status)) {
		fprintf(stderr, "took more than %s seconds\n", argv[1]);
		kill(-child, SIGKILL);
		clear_away(0);
		return STATUS_LATE;
	}
	if (clear_away(GRACE_MS))
		return STATUS_LEFTOVERS;
	kill(-child, SIGKILL);	/* where there are no subreapers */
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}
