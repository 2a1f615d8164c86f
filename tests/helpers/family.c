/*
 * family PID: each process that descends from one, "PID PARENT STATE" a line.
 * family -w PID: of its children that live, the workers: "PATH PID" a line, by
 * their REEVE_PATH. A child that has none yet, as it has just been forked, is
 * awaited for a second; then its line begins with the blank.
 *
 * By what Linux says in /proc.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	MOST = 20000,		/* processes */
	ENVIRONMENT_SIZE = 1 << 18,
	TRIES = 100,		/* to read a path */
	PAUSE_NS = 10000000,	/* between two of them */
};

static struct member {
	long pid;
	long parent;
	char state;
} members[MOST];
static size_t count;

/* Read what there is in a file of /proc; how much, or 0. */
static size_t
read_file(long pid, const char *name, char *bytes, size_t size)
{
	char path[64];
	size_t used = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	while (used < size - 1 &&
	    (n = read(fd, bytes + used, size - 1 - used)) > 0)
		used += (size_t)n;
	close(fd);
	bytes[used] = '\0';
	return used;
}

/* Read the state and the parent of a process; false: it is gone. The name, in
 * parentheses, may have any bytes. */
static bool
read_member(long pid, struct member *member)
{
	char text[1024], *end;

	if (read_file(pid, "stat", text, sizeof(text)) == 0)
		return false;
	end = strrchr(text, ')');
	member->pid = pid;
	return end && sscanf(end, ") %c %ld", &member->state,
	    &member->parent) == 2;
}

/* Read all processes that there are. */
static void
read_all(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc && count < MOST && (entry = readdir(proc))) {
		long pid = strtol(entry->d_name, NULL, 10);

		if (pid > 0 && read_member(pid, &members[count]))
			count++;
	}
	if (proc)
		closedir(proc);
}

/* The parent of a process; 0: it is not known. */
static long
parent_of(long pid)
{
	for (size_t i = 0; i < count; i++)
		if (members[i].pid == pid)
			return members[i].parent;
	return 0;
}

/* Tell whether a process descends from another. The table is not of one moment:
 * numbers may form a ring. */
static bool
descends(const struct member *member, long top)
{
	long at = member->parent;

	for (size_t i = 0; i < count && at > 1 && at != top; i++)
		at = parent_of(at);
	return at == top;
}

/* Write "PATH PID" of a worker; false: it has no path. */
static bool
tell_path(long pid)
{
	static char bytes[ENVIRONMENT_SIZE];
	static const char name[] = "REEVE_PATH=";
	size_t size = read_file(pid, "environ", bytes, sizeof(bytes));

	for (size_t at = 0; at < size; at += strlen(bytes + at) + 1) {
		if (strncmp(bytes + at, name, strlen(name)) != 0)
			continue;
		printf("%s %ld\n", bytes + at + strlen(name), pid);
		return true;
	}
	return false;
}

/* Write it of a child, unless it ends before it has one. */
static void
tell_worker(long pid)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	struct member now;

	for (int i = 0; i < TRIES; i++) {
		if (tell_path(pid) || !read_member(pid, &now) ||
		    now.state == 'Z')
			return;
		nanosleep(&pause, NULL);
	}
	printf(" %ld\n", pid);
}

int
main(int argc, char **argv)
{
	bool workers = argc == 3 && strcmp(argv[1], "-w") == 0;
	long top = argc == 2 + workers ?
	    strtol(argv[1 + workers], NULL, 10) : 0;

	if (top <= 0) {
		fprintf(stderr, "usage: family [-w] PID\n");
		return 2;
	}
	read_all();
	for (size_t i = 0; i < count; i++) {
		const struct member *member = &members[i];

		if (workers && member->parent == top && member->state != 'Z')
			tell_worker(member->pid);
		else if (!workers && descends(member, top))
			printf("%ld %ld %c\n", member->pid, member->parent,
			    member->state);
	}
	return 0;
}
