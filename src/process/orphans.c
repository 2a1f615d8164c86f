/* Orphans: children of the daemon that it has not started. */
#include "config.h"

#include "process/orphans.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/hash.h"
#include "os/os.h"
#include "os/procfs.h"
#include "process/contain.h"
#include "process/reap.h"

#define READ_SIZE	4096
#define ROUNDS		8	/* of one look, while each reaps something */
#define EXEC_US		100000	/* for which a new one may be in an exec */

struct orphan {
	pid_t pid;
	pid_t session;		/* when first seen */
	uint64_t path;		/* hash of its REEVE_PATH; 0: none */
	bool unsure;		/* its environment is to be looked at again */
	bool unread;		/* nothing is known, for want of descriptors */
	int64_t seen_us;	/* since when it is in the list */
};

struct orphans {
	orphans_known_fn *is_known;
	void *arg;
	struct orphan *list;	/* in the kernel's order */
	size_t count;
	size_t room;
	uint64_t reaped;
	int fd;			/* the list of children */
	int spare;		/* given up to read of an orphan when there is
				   no other; or -1 */
};

struct orphans *
orphans_new(void *arg, orphans_known_fn *is_known)
{
	struct orphans *orphans = calloc(1, sizeof(*orphans));
	char path[64];

	if (!orphans)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
	    (long)getpid());
	errno = ENOENT;
	orphans->fd = os_is_subreaper() && procfs_is_ours() ?
	    open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (orphans->fd == -1) {
		free(orphans);
		return NULL;
	}
	orphans->spare = fcntl(orphans->fd, F_DUPFD_CLOEXEC, 0);
	orphans->arg = arg;
	orphans->is_known = is_known;
	return orphans;
}

void
orphans_free(struct orphans *orphans)
{
	if (!orphans)
		return;
	close(orphans->fd);
	if (orphans->spare != -1)
		close(orphans->spare);
	free(orphans->list);
	free(orphans);
}

static bool
is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* Read an orphan's REEVE_PATH as procfs_reeve_path() does, if need be with the
 * last descriptor. */
static int
read_path(struct orphans *orphans, pid_t pid, char *ret_path, size_t size)
{
	int found = procfs_reeve_path(pid, ret_path, size);
	int error;

	if (found != -1 || !is_shortage(errno) || orphans->spare == -1)
		return found;
	close(orphans->spare);
	found = procfs_reeve_path(pid, ret_path, size);
	error = errno;
	orphans->spare = fcntl(orphans->fd, F_DUPFD_CLOEXEC, 0);
	errno = error;
	return found;
}

/* Find out which worker an orphan belongs to. */
static void
examine_orphan(struct orphans *orphans, struct orphan *orphan)
{
	pid_t session = orphan->session ? -1 : getsid(orphan->pid);
	char path[SPEC_PATH_SIZE];
	int found;

	if (session != -1)
		orphan->session = session;
	found = read_path(orphans, orphan->pid, path, sizeof(path));
	if (found == 1)
		orphan->path = hash_text(path);
	orphan->unread = found == -1 && is_shortage(errno);
	orphan->unsure = orphan->unread ||
	    (found == -1 && errno == EAGAIN);
}

/*
 * Take note of a child. `at' is where it should stand if it is known: both
 * lists grow at the end only, so they are in the same order. Nothing is reaped
 * in here: it would move the rest of the list under the reader.
 */
static int
note_child(struct orphans *orphans, pid_t pid, size_t *at)
{
	struct orphan *orphan;

	if (*at < orphans->count && orphans->list[*at].pid == pid) {
		++*at;
		return 0;
	}
	if (orphans->is_known(orphans->arg, pid))
		return 0;
	for (size_t i = 0; i < orphans->count; i++)
		if (orphans->list[i].pid == pid)
			return 0;
	if (ARRAY_RESERVE(orphans->list, orphans->room,
	    orphans->count + 1) == -1)
		return -1;
	orphan = &orphans->list[orphans->count++];
	*orphan = (struct orphan){
		.pid = pid,
		.seen_us = clock_us(),
		.unsure = true,
	};
	*at = orphans->count;
	return 0;
}

static int
read_list(struct orphans *orphans)
{
	char chunk[READ_SIZE];
	off_t offset = 0;
	pid_t pid = 0;		/* of digits so far, over the end of a chunk */
	size_t at = 0;
	ssize_t size;

	while ((size = pread(orphans->fd, chunk, sizeof(chunk), offset)) > 0) {
		offset += size;
		for (ssize_t i = 0; i < size; i++) {
			if (chunk[i] >= '0' && chunk[i] <= '9') {
				pid = pid * 10 + (chunk[i] - '0');
				continue;
			}
			if (pid > 0 && note_child(orphans, pid, &at) == -1)
				return -1;
			pid = 0;
		}
	}
	return size == -1 ? -1 : 0;
}

static bool
reap_child(struct orphans *orphans, pid_t pid)
{
	struct spec_outcome unused;

	if (reap_take(pid, &unused) != REAP_DONE)
		return false;
	orphans->reaped++;
	return true;
}

/* Reap the orphans that are dead, and look again at those that were not clear.
 * Returns how many could not be looked at. */
static size_t
look_at_each(struct orphans *orphans)
{
	size_t kept = 0, unread = 0;

	for (size_t i = 0; i < orphans->count; i++) {
		struct orphan *orphan = &orphans->list[i];

		if (reap_child(orphans, orphan->pid))
			continue;
		if (orphan->unsure)
			examine_orphan(orphans, orphan);
		unread += orphan->unread;
		orphans->list[kept++] = *orphan;
	}
	orphans->count = kept;
	return unread;
}

/* Tell whether a new orphan has no environment. It may be in the middle of an
 * exec; but some never have one. */
static bool
is_one_in_exec(const struct orphans *orphans)
{
	int64_t since_us = clock_us() - EXEC_US;

	for (size_t i = 0; i < orphans->count; i++) {
		const struct orphan *orphan = &orphans->list[i];

		if (orphan->unsure && !orphan->unread &&
		    orphan->seen_us > since_us)
			return true;
	}
	return false;
}

int
orphans_look(struct orphans *orphans, struct orphans_view *ret_view)
{
	int rounds = ROUNDS;
	uint64_t reaped;
	size_t unread;

	do {
		if (read_list(orphans) == -1)
			return -1;
		if (orphans->spare == -1)
			orphans->spare = fcntl(orphans->fd, F_DUPFD_CLOEXEC, 0);
		reaped = orphans->reaped;
		unread = look_at_each(orphans);
		/* one that died after the list was read may have left children,
		 * which were not in it */
	} while (orphans->reaped != reaped && --rounds > 0);
	*ret_view = (struct orphans_view){
		.count = orphans->count,
		.is_whole = unread == 0,
		.may_hide = rounds == 0 || is_one_in_exec(orphans),
	};
	return 0;
}

void
orphans_kill(struct orphans *orphans, void *arg, orphans_claim_fn *is_claimed)
{
	for (size_t i = 0; i < orphans->count; i++) {
		const struct orphan *orphan = &orphans->list[i];

		if (is_claimed(arg, orphan->session, orphan->path))
			contain_signal_one(orphan->pid, SIGKILL);
	}
}
