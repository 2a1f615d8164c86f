/* Leftovers: processes of an earlier daemon that did not live to end them. */
#include "config.h"

#include "process/leftover.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "core/spec.h"
#include "os/os.h"
#include "os/procfs.h"
#include "process/contain.h"

#define EXE_SIZE	2048	/* of the path of a program */
#define SLACK_TICKS	2	/* the kernel rounds, and so do we */
#define NAP_NS		5000000	/* between two looks */

/* A look at all processes. */
struct look {
	const struct leftover *records;
	size_t count;		/* of them */
	pid_t last;		/* that was reported */
	size_t found;		/* leftovers that were there */
	int error;		/* why something could not be seen; or 0 */
};

/* A process that may be a leftover. */
struct suspect {
	pid_t pid;
	struct procfs_stat stat;
	uint64_t path;		/* hash; 0: none */
	char name[SPEC_PATH_SIZE]; /* its REEVE_PATH */
};

/* Read a pid out of the name of a directory's entry; 0: it is none. */
static pid_t
read_pid(const char *name)
{
	char *end;
	long pid = strtol(name, &end, 10);

	return *end || end == name || pid != (pid_t)pid ? 0 : (pid_t)pid;
}

/*
 * Note why something of a process cannot be read. That may say enough: it is
 * gone, or another user's, or a thread of the kernel, or in the middle of an
 * exec. If not, a leftover may be overlooked.
 */
static void
note_unseen(struct look *look, int error)
{
	if (error != ENOENT && error != ESRCH && error != EACCES &&
	    error != EPERM && error != EAGAIN)
		look->error = error;
}

/* Tell whether a process runs the same program as this one. It is another
 * reeved, which takes care of its children itself. */
static bool
is_reeved(struct look *look, pid_t pid)
{
	char link[64], theirs[EXE_SIZE], ours[EXE_SIZE];
	ssize_t size, our_size;

	snprintf(link, sizeof(link), "/proc/%ld/exe", (long)pid);
	size = readlink(link, theirs, sizeof(theirs));
	our_size = readlink("/proc/self/exe", ours, sizeof(ours));
	if (size == -1 || our_size == -1)
		note_unseen(look, errno);
	return size > 0 && size == our_size &&
	    memcmp(theirs, ours, (size_t)size) == 0;
}

/* Tell whether a process may have adopted orphans of an earlier daemon: it is
 * init, or a subreaper that this daemon is below of as well. */
static bool
is_adopter(struct look *look, pid_t pid)
{
	struct procfs_stat stat = {.parent = getppid()};

	while (stat.parent > 1 && stat.parent != pid)
		if (procfs_stat(stat.parent, &stat) == -1) {
			note_unseen(look, errno);
			return false;
		}
	return stat.parent == pid && !is_reeved(look, pid) && look->error == 0;
}

/* Tell whether a process is the one of a record, or was left behind by it. */
static bool
is_leftover_of(struct look *look, const struct suspect *suspect,
    const struct leftover *record)
{
	const struct procfs_stat *stat = &suspect->stat;

	if (suspect->pid == record->pid &&
	    stat->started >= record->started - SLACK_TICKS &&
	    stat->started <= record->started + record->late + SLACK_TICKS)
		return true;
	if (suspect->path != record->path ||
	    stat->started < record->started - SLACK_TICKS)
		return false;
	return stat->session == record->pid || is_adopter(look, stat->parent);
}

/* Look at a process; false: there is none, it is dead, or it is this one. */
static bool
look_at_process(struct look *look, pid_t pid, struct suspect *ret_suspect)
{
	int found;

	if (pid <= 1 || pid == getpid())
		return false;
	if (procfs_stat(pid, &ret_suspect->stat) == -1) {
		note_unseen(look, errno);
		return false;
	}
	if (ret_suspect->stat.state == 'Z' || ret_suspect->stat.state == 'X')
		return false;
	ret_suspect->pid = pid;
	ret_suspect->path = 0;
	ret_suspect->name[0] = '\0';
	found = procfs_reeve_path(pid, ret_suspect->name,
	    sizeof(ret_suspect->name));
	if (found == 1)
		ret_suspect->path = hash_text(ret_suspect->name);
	else if (found == -1)
		note_unseen(look, errno);
	return true;
}

/* Tell whether a call is missing here, or a filter does not let it through. */
static bool
is_missing(int error)
{
	return error == ENOSYS || error == EPERM;
}

/* Kill a process by a handle, if it is still the one that was looked at; by
 * its pid where there are no handles. */
static bool
kill_same(const struct suspect *suspect)
{
	int handle = os_process_open(suspect->pid);
	struct procfs_stat now;
	int rc = -1;

	if (handle == -1 && !is_missing(errno))
		return false;
	if (procfs_stat(suspect->pid, &now) == 0 &&
	    now.started == suspect->stat.started) {
		rc = handle == -1 ? -1 : os_process_signal(handle, SIGKILL);
		if (handle == -1 || (rc == -1 && is_missing(errno)))
			rc = contain_signal_one(suspect->pid, SIGKILL);
	}
	if (handle != -1)
		close(handle);
	return rc == 0;
}

/* Name a leftover in the log, once: a killed one may be seen again before it
 * is gone. */
static void
report_killed(const struct suspect *suspect, pid_t *last)
{
	if (suspect->pid == *last)
		return;
	*last = suspect->pid;
	log_warning("'%s' (pid %ld) was left over by an earlier daemon: killed",
	    suspect->name, (long)suspect->pid);
}

/* Kill a process if it is a leftover. */
static void
end_if_leftover(struct look *look, pid_t pid)
{
	struct suspect suspect;
	size_t i = 0;

	if (!look_at_process(look, pid, &suspect))
		return;
	while (i < look->count &&
	    !is_leftover_of(look, &suspect, &look->records[i]))
		i++;
	if (i == look->count)
		return;
	look->found++;
	if (kill_same(&suspect))
		report_killed(&suspect, &look->last);
}

/* Kill every leftover that there is now. Returns whether one may be left. */
static bool
end_all_seen(struct look *look)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	look->found = 0;
	look->error = 0;
	if (!dir) {
		note_unseen(look, errno);
		return look->error != 0;
	}
	while ((entry = readdir(dir)))
		end_if_leftover(look, read_pid(entry->d_name));
	closedir(dir);
	return look->found > 0 || look->error != 0;
}

size_t
leftover_end(const struct leftover *records, size_t count, int64_t timeout_ms)
{
	const struct timespec nap = {.tv_nsec = NAP_NS};
	int64_t end_ms = clock_ms() + timeout_ms;
	struct look look = {.records = records, .count = count};

	if (count == 0)
		return 0;
	if (procfs_is_of_others()) {
		log_warning("/proc shows other processes: leftovers of an "
		    "earlier daemon cannot be found");
		return 0;
	}
	while (end_all_seen(&look)) {
		if (clock_ms() >= end_ms)
			break;
		nanosleep(&nap, NULL);
	}
	if (look.error == 0)
		return look.found;
	log_error("cannot see the leftovers of an earlier daemon: %s",
	    strerror(look.error));
	return look.found + 1;
}
