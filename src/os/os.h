/*
 * What Linux offers in one way, and another Unix in another or not at all:
 * linux.c and posix.c, of which one is compiled. Ways of making a process are
 * in process/fork.h.
 *
 * The room os has what systems do differently: one file a system and subject.
 * It includes only its own headers. Begin here.
 *
 * Those marked (child) are called between fork and exec, where memory may be
 * shared with the daemon: they make system calls and nothing else.
 */
#ifndef REEVE_OS_OS_H
#define REEVE_OS_OS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <unistd.h>

/* Close a descriptor, and leave errno as it is: for what follows a failure. */
static inline void
os_close(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

/* Reset a signal's disposition (child), or ignore it: 0, or -1; tell whether it
 * has its default. On Linux also of those that the C library keeps for itself,
 * which it refuses. */
int	os_reset_signal(int number);
int	os_ignore_signal(int number);
bool	os_has_default(int number);

/* Close a range of descriptors, both ends included, in one call (child): 0,
 * or -1 when there is no such call. */
int	os_close_range(unsigned first, unsigned last);

/* Give the calling thread a table of descriptors of its own, with these and no
 * others (-1: none): 0, or -1 when there is no such call. */
int	os_own_descriptors(const int *fds, size_t count);

/* The score of this process for the out-of-memory killer; 0: no such thing. */
int	os_oom_score_adj(void);

/* Set that score, in decimal, of the process itself (child): 0, or -1. */
int	os_set_oom_score_adj(const char *score);

/* Set that score, or a limit, of another process: 0, or -1; ENOSYS when there
 * is no such call. */
int	os_set_oom_score_adj_of(pid_t pid, int score);
int	os_set_limit_of(pid_t pid, int resource, const struct rlimit *limit);

/* Take root's ownership off this process's files in /proc, or put it back
 * on, with core dumps and tracing: without, a child of an ordinary user could
 * not set its score. All who share the memory have it so (child). */
void	os_set_dumpable(bool dumpable);

/* Become a subreaper and forbid core dumps and tracing, where that exists. */
void	os_harden(void);

/* Tell whether orphans among the descendants become this process's. */
bool	os_is_subreaper(void);

/* open() with no link followed anywhere on the path: -1 with ENOSYS when there
 * is no such call (child). */
int	os_open_without_links(const char *path, int flags, mode_t mode);

/* Set all user or group ids, or the supplementary groups (child): 0, or -1. */
int	os_set_user(uid_t uid);
int	os_set_group(gid_t gid);
int	os_set_groups(size_t count, const gid_t *groups);

/* Tell whether all user ids and all group ids are these; (uid_t)-1 and
 * (gid_t)-1: any (child). */
bool	os_has_ids(uid_t uid, gid_t gid);

/* Die when the parent with this pid does, where that exists (child): 0, or -1;
 * ESRCH if it is dead already. */
int	os_die_with(pid_t parent);

/* Put bytes into a file that exists in memory only, to be read from its
 * beginning and never changed; -1 when there is no such thing. */
int	os_memory_file(const char *bytes, size_t size);

/* Get a handle of a process, or -1; send it a signal, 0, or -1. */
int	os_process_open(pid_t pid);
int	os_process_signal(int handle, int number);

/* The process that has connected to a Unix socket, as the kernel knows it. */
struct os_peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;		/* 0: not known */
	gid_t *groups;		/* supplementary, malloc'd; or NULL */
	size_t group_count;
};

/* Ask for that: 0, or -1. */
int	os_peer(int fd, struct os_peer *ret_peer);

/* Nanoseconds since the boot, on the clock that dates processes. */
int64_t	os_boot_ns(void);

#endif
