/* What /proc tells of other processes. */
#include "config.h"

#include "os/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/os.h"

#define STAT_MAX	1024
#define ENVIRON_CHUNK	4096
#define ENVIRON_MAX	(2 << 20)	/* as much as the kernel allows */

/* Read the pid that /proc has for this process; -1 if it does not say. */
static long
read_self(void)
{
	char text[32];
	ssize_t size = readlink("/proc/self", text, sizeof(text) - 1);

	if (size <= 0)
		return -1;
	text[size] = '\0';
	return strtol(text, NULL, 10);
}

bool
procfs_is_ours(void)
{
	return read_self() == getpid();
}

bool
procfs_is_of_others(void)
{
	long self = read_self();
	struct stat st;

	/* if it does not show this process the link leads nowhere */
	if (self == -1)
		return errno == ENOENT && lstat("/proc/self", &st) == 0;
	return self != getpid();
}

/* Open a file of a process. */
static int
open_of(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int
procfs_stat(pid_t pid, struct procfs_stat *ret_stat)
{
	char text[STAT_MAX];
	int fd = open_of(pid, "stat");
	long parent, group, session;
	int64_t started;
	ssize_t size;
	char *name_end;
	char state;

	if (fd == -1)
		return -1;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (size <= 0) {
		errno = size == 0 ? ENOENT : errno;
		return -1;
	}
	text[size] = '\0';
	/* the name may hold anything, also parentheses: the last one ends it */
	name_end = strrchr(text, ')');
	if (!name_end || sscanf(name_end + 1, " %c %ld %ld %ld %*d %*d %*u %*u "
	    "%*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %" SCNd64, &state,
	    &parent, &group, &session, &started) != 5) {
		errno = EINVAL;
		return -1;
	}
	*ret_stat = (struct procfs_stat){
		.state = state,
		.parent = (pid_t)parent,
		.group = (pid_t)group,
		.session = (pid_t)session,
		.started = started,
	};
	return 0;
}

/* A search for REEVE_PATH through an environment that comes in pieces. */
struct search {
	size_t matched;		/* bytes of the name, at a variable's start;
				   SIZE_MAX: it is another variable */
	size_t used;		/* bytes of the value */
	char *value;
	size_t size;
};

/* Look at one more byte; true when the value is complete. */
static bool
search_byte(struct search *search, char byte)
{
	static const char name[] = "REEVE_PATH=";
	const size_t name_size = sizeof(name) - 1;

	if (search->matched == name_size) {
		if (search->used + 1 < search->size && byte)
			search->value[search->used++] = byte;
		return !byte;
	}
	if (!byte)
		search->matched = 0;
	else if (search->matched != SIZE_MAX && byte == name[search->matched])
		search->matched++;
	else
		search->matched = SIZE_MAX;
	return false;
}

/* Search a whole environment; as procfs_reeve_path(). */
static int
search_all(int fd, struct search *search)
{
	char chunk[ENVIRON_CHUNK];
	size_t total = 0;
	ssize_t size;

	while ((size = read(fd, chunk, sizeof(chunk))) > 0) {
		for (ssize_t i = 0; i < size; i++)
			if (search_byte(search, chunk[i]))
				return 1;
		total += (size_t)size;
		if (total > ENVIRON_MAX)
			return 0;
	}
	if (size == -1)
		return -1;
	errno = EAGAIN;
	return total == 0 ? -1 : 0;
}

int
procfs_reeve_path(pid_t pid, char *ret_path, size_t size)
{
	struct search search = {.value = ret_path, .size = size};
	int fd = open_of(pid, "environ");
	int rc;

	if (fd == -1)
		return -1;
	rc = search_all(fd, &search);
	os_close(fd);
	if (rc == 1)
		ret_path[search.used] = '\0';
	return rc;
}
