/*
 * probe [FILE]: write down everything that a process inherits, a line each, to
 * the file or to stdout: what its launcher let slip is in there.
 *
 *	blocked, ignored, caught MASK	signals, as in /proc/self/status;
 *			with POSIX alone none that the C library keeps
 *	fd N TARGET			descriptors
 *	env NAME=VALUE, cwd, umask, uid, gid, groups, pid group session,
 *	limit NAME SOFT HARD, nice, oom
 *	parent-death N	the signal when its parent dies
 *	tty ERRNO			of opening /dev/tty; 0: it opens
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/*
 * Signals that the C library keeps to itself: what a launcher has done to them
 * cannot be undone with POSIX alone.
 */
static unsigned long long
kept_signals(void)
{
	unsigned long long kept = 0;
#if !REEVE_LINUX
	struct sigaction action;

	for (int number = 1; number <= 64; number++)
		if (sigaction(number, NULL, &action) == -1)
			kept |= 1ULL << (number - 1);
#endif
	return kept;
}

/* Write down a line's mask under a name, if the line has that key. */
static void
show_if(FILE *out, const char *line, const char *key, const char *name)
{
	if (strncmp(line, key, strlen(key)) == 0)
		fprintf(out, "%s %016llx\n", name,
		    strtoull(line + strlen(key), NULL, 16) & ~kept_signals());
}

/* Write down the signals that are not as at birth. */
static void
show_signals(FILE *out)
{
	static const struct {
		const char *key;
		const char *name;
	} keys[] = {
		{"SigBlk:", "blocked"},
		{"SigIgn:", "ignored"},
		{"SigCgt:", "caught"},
	};
	FILE *status = fopen("/proc/self/status", "re");
	char *line = NULL;
	size_t size = 0;

	while (status && getline(&line, &size, status) > 0)
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			show_if(out, line, keys[i].key, keys[i].name);
	free(line);
	if (status)
		fclose(status);
}

/* Write down the open descriptors. */
static void
show_descriptors(FILE *out, int own)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char target[256];
		ssize_t size = readlinkat(dirfd(dir), entry->d_name, target,
		    sizeof(target) - 1);
		int fd = (int)strtol(entry->d_name, NULL, 10);

		if (entry->d_name[0] == '.' || size < 0 || fd == dirfd(dir) ||
		    fd == own)
			continue;
		target[size] = '\0';
		fprintf(out, "fd %d %s\n", fd, target);
	}
	if (dir)
		closedir(dir);
}

/* Write down who it is. */
static void
show_ids(FILE *out)
{
	gid_t groups[256];
	uid_t uid[3];
	gid_t gid[3];
	int count = getgroups(256, groups);

	getresuid(&uid[0], &uid[1], &uid[2]);
	getresgid(&gid[0], &gid[1], &gid[2]);
	fprintf(out, "uid %ld %ld %ld\n", (long)uid[0], (long)uid[1],
	    (long)uid[2]);
	fprintf(out, "gid %ld %ld %ld\n", (long)gid[0], (long)gid[1],
	    (long)gid[2]);
	fprintf(out, "groups");
	for (int i = 0; i < count; i++)
		fprintf(out, " %ld", (long)groups[i]);
	fprintf(out, "\npid %ld %ld %ld\n", (long)getpid(), (long)getpgrp(),
	    (long)getsid(0));
}

/* Write down limits and priorities. */
static void
show_limits(FILE *out)
{
	static const struct {
		const char *name;
		int resource;
	} limits[] = {
		{"nofile", RLIMIT_NOFILE},
		{"core", RLIMIT_CORE},
		{"as", RLIMIT_AS},
		{"cpu", RLIMIT_CPU},
	};
	FILE *score = fopen("/proc/self/oom_score_adj", "re");
	struct rlimit limit;
	int number;

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		getrlimit((unsigned)limits[i].resource, &limit);
		fprintf(out, "limit %s %lld %lld\n", limits[i].name,
		    (long long)limit.rlim_cur, (long long)limit.rlim_max);
	}
	fprintf(out, "nice %d\n", getpriority(PRIO_PROCESS, 0));
	if (score && fscanf(score, "%d", &number) == 1)
		fprintf(out, "oom %d\n", number);
	if (score)
		fclose(score);
}

/* Write down where it is. */
static void
show_places(FILE *out)
{
	char cwd[4096];
	mode_t mask = umask(0);
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
#ifdef __linux__
	int death = 0;

	prctl(PR_GET_PDEATHSIG, &death);
	fprintf(out, "parent-death %d\n", death);
#endif
	fprintf(out, "tty %d\n", tty == -1 ? errno : 0);
	if (tty != -1)
		close(tty);
	fprintf(out, "umask %03o\n", (unsigned)mask);
	fprintf(out, "cwd %s\n", getcwd(cwd, sizeof(cwd)) ? cwd : "?");
}

int
main(int argc, char **argv)
{
	FILE *out = argc > 1 ? fopen(argv[1], "we") : stdout;

	if (!out)
		return 1;
	show_descriptors(out, argc > 1 ? fileno(out) : -1);
	show_signals(out);
	show_ids(out);
	show_limits(out);
	show_places(out);
	for (char **var = environ; *var; var++)
		fprintf(out, "env %s\n", *var);
	return fclose(out) == 0 ? 0 : 1;
}
