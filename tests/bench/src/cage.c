/*
 * cage OUTPUT COMMAND...: run a supervisor so that nothing of it is left over.
 *
 * It is a child subreaper: what the supervisor makes an orphan becomes a child
 * of the cage. It is told, in lines on stdin:
 *
 *   run		start the command	says: started PID NS (of before)
 *   sig NUMBER		signal it		says: signalled NS
 *
 * and says when it happens, in lines on stdout:
 *
 *   exited PID STATUS NS	the command has ended
 *   empty NS		no process is left
 *
 * At the end of stdin, also when whoever wrote to it is killed, it kills all
 * that lives below it and ends.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util.h"

enum {
	TRIES = 400,		/* to kill all that is left */
	PAUSE_US = 5000,	/* between two of them */
};

struct cage {
	const char *output;
	char **command;
	pid_t pid;		/* of the command; 0: not started */
	bool is_full;		/* something was started and not all is gone */
	char line[256];		/* what has come of the next line */
	size_t line_size;
};

/* A process of the machine. */
struct entry {
	pid_t pid, parent;
	bool is_ours;
};

/* All of them. */
struct table {
	struct entry *entries;
	size_t count, room;
};

/* Be the command, with the signals as a shell would leave them; those that are
 * ignored here are only SIGPIPE. */
static _Noreturn void
become(const struct cage *cage)
{
	int input = open("/dev/null", O_RDONLY);
	int output = open(cage->output, O_WRONLY | O_CREAT | O_APPEND, 0644);
	sigset_t none;

	dup2(input, 0);
	dup2(output, 1);
	dup2(output, 2);
	close(input);
	close(output);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(cage->command[0], cage->command);
	perror(cage->command[0]);
	_exit(127);
}

/* Do what the line `run' asks for. */
static void
run(struct cage *cage)
{
	uint64_t start_ns = now_ns();

	cage->pid = fork();
	if (cage->pid == -1)
		die("fork");
	if (cage->pid == 0)
		become(cage);
	cage->is_full = true;
	printf("started %d %" PRIu64 "\n", cage->pid, start_ns);
}

/* Reap all that has ended. */
static void
reap(struct cage *cage)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == cage->pid)
			printf("exited %d %d %" PRIu64 "\n", pid, status,
			    now_ns());
	if (pid == -1 && errno == ECHILD && cage->is_full) {
		cage->is_full = false;
		printf("empty %" PRIu64 "\n", now_ns());
	}
}

/* Read who the parent of a process is; false if it is gone or dead. */
static bool
read_entry(const char *pid, struct entry *ret_entry)
{
	char path[64], text[512], *end;
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (size <= 0)
		return false;
	text[size] = '\0';
	end = strrchr(text, ')');	/* the name may hold anything */
	if (!end || end[2] == 'Z')
		return false;
	*ret_entry = (struct entry){
		.pid = (pid_t)number_of(pid),
		.parent = (pid_t)number_of(end + 4),
	};
	return true;
}

/* Add a process to the table. */
static void
add_entry(struct table *table, const struct entry *entry)
{
	if (table->count == table->room) {
		table->room = table->room * 2 + 1024;
		table->entries = realloc(table->entries,
		    table->room * sizeof(*table->entries));
		if (!table->entries)
			die("realloc");
	}
	table->entries[table->count++] = *entry;
}

/* Put entries into the order of their pids. */
static int
compare_entries(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return (left->pid > right->pid) - (left->pid < right->pid);
}

/* Read the table of all processes, in the order of their pids. */
static void
read_table(struct table *table)
{
	DIR *proc = opendir("/proc");
	struct dirent *name;
	struct entry entry;

	table->count = 0;
	while (proc && (name = readdir(proc)))
		if (name->d_name[0] >= '1' && name->d_name[0] <= '9' &&
		    read_entry(name->d_name, &entry))
			add_entry(table, &entry);
	if (proc)
		closedir(proc);
	if (table->count > 0)
		qsort(table->entries, table->count, sizeof(*table->entries),
		    compare_entries);
}

/* Tell whether a process lives below us; those above it are known already. */
static bool
is_ours(const struct table *table, const struct entry *entry)
{
	struct entry key = { .pid = entry->parent };
	const struct entry *parent;

	if (entry->parent == getpid())
		return true;
	parent = bsearch(&key, table->entries, table->count, sizeof(key),
	    compare_entries);
	return parent && parent->is_ours;
}

/* Signal all that lives below us, parents first; return how many. */
static size_t
signal_all(struct table *table, int number)
{
	size_t count = 0, before;

	read_table(table);
	do {
		before = count;
		for (size_t i = 0; i < table->count; i++) {
			struct entry *entry = &table->entries[i];

			if (entry->is_ours || !is_ours(table, entry))
				continue;
			entry->is_ours = true;
			kill(entry->pid, number);
			count++;
		}
	} while (count > before);
	return count;
}

/* Kill all that is left, and end. */
static _Noreturn void
finish(void)
{
	struct table table = { 0 };

	for (int i = 0; i < TRIES; i++) {
		signal_all(&table, SIGSTOP);	/* nobody forks meanwhile */
		if (signal_all(&table, SIGKILL) == 0)
			break;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		sleep_us(PAUSE_US);
	}
	exit(0);
}

/* Do what a line asks for. */
static void
obey(struct cage *cage, const char *line)
{
	uint64_t start_ns;

	if (strcmp(line, "run") == 0) {
		run(cage);
	} else if (strncmp(line, "sig ", 4) == 0 && cage->pid > 0) {
		start_ns = now_ns();
		kill(cage->pid, (int)number_of(line + 4));
		printf("signalled %" PRIu64 "\n", start_ns);
	}
}

/* Read lines, and obey those that are whole. */
static void
read_lines(struct cage *cage)
{
	ssize_t size = read(STDIN_FILENO, cage->line + cage->line_size,
	    sizeof(cage->line) - 1 - cage->line_size);
	char *end;

	if (size <= 0)
		finish();
	cage->line_size += (size_t)size;
	cage->line[cage->line_size] = '\0';
	while ((end = strchr(cage->line, '\n'))) {
		*end++ = '\0';
		obey(cage, cage->line);
		cage->line_size -= (size_t)(end - cage->line);
		memmove(cage->line, end, cage->line_size + 1);
	}
}

/* Hear of signals. */
static void
read_signals(struct cage *cage, int fd)
{
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP)
			finish();
	reap(cage);
}

/* Have signals come by a descriptor. SIGINT is not for us: who reads our lines
 * decides, by closing stdin. */
static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
main(int argc, char **argv)
{
	struct cage cage = { 0 };
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .events = POLLIN },
	};

	if (argc < 3) {
		fprintf(stderr, "usage: cage OUTPUT COMMAND...\n");
		return 64;
	}
	cage.output = argv[1];
	cage.command = argv + 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	fds[1].fd = open_signals();
	for (;;) {
		if (poll(fds, 2, -1) == -1 && errno != EINTR)
			die("poll");
		if (fds[1].revents)
			read_signals(&cage, fds[1].fd);
		if (fds[0].revents)
			read_lines(&cage);
	}
}
