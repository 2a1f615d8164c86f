/* The children of a daemon, and its files, as they look from outside. */
#include "children.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAMES_MOST	25

const char *
children_read(const char *path, char *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = fd == -1 ? 0 : read(fd, text, CHILDREN_TEXT_SIZE - 1);

	text[size > 0 ? size : 0] = '\0';
	if (fd != -1)
		close(fd);
	return text;
}

void
children_write(const char *path, const char *format, ...)
{
	FILE *file = fopen(path, "we");
	va_list args;

	if (!file) {
		perror(path);
		exit(1);
	}
	va_start(args, format);
	vfprintf(file, format, args);
	va_end(args);
	fclose(file);
}

/* Read the parent and the state of a process; false: it is gone. */
static bool
read_stat(const char *pid, long *ret_parent, char *ret_state)
{
	char path[PATH_MAX], text[CHILDREN_TEXT_SIZE];
	const char *end;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	end = strrchr(children_read(path, text), ')');
	return end && sscanf(end, ") %c %ld", ret_state, ret_parent) == 2;
}

/* The name that a process was told to say; "?" if it is another one's. */
static void
read_name(const char *pid, char *name, size_t size)
{
	char path[PATH_MAX], line[512] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(name, size, "?");
	if (fd == -1)
		return;
	if (read(fd, line, sizeof(line) - 1) > 0) {
		for (size_t i = 0; i + 5 < sizeof(line); i++)
			if (memcmp(&line[i], "\0say", 5) == 0)
				snprintf(name, size, "%s", &line[i + 5]);
	}
	close(fd);
}

/* Order two names. */
static int
compare_names(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

const char *
children_names(pid_t parent, char *text)
{
	char names[NAMES_MOST + 1] = "", name[16], state;
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	size_t count = 0;
	long of;

	while (dir && (entry = readdir(dir)) && count < NAMES_MOST) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
		    !read_stat(entry->d_name, &of, &state) || of != parent)
			continue;
		read_name(entry->d_name, name, sizeof(name));
		names[count++] = (char)(state == 'Z' ? '!' : name[0]);
	}
	closedir(dir);
	qsort(names, count, 1, compare_names);
	memcpy(text, names, sizeof(names));
	return text;
}

void
children_kill(pid_t parent)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	char state;
	long of;

	while (dir && (entry = readdir(dir)))
		if (read_stat(entry->d_name, &of, &state) && of == parent)
			kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL);
	closedir(dir);
}

/* Remove one thing. */
static int
remove_one(const char *path, const struct stat *st, int type,
    struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

void
children_remove(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
