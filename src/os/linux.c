/* What the system offers, on Linux. */
#include "config.h"

#if REEVE_LINUX

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "os/os.h"

/* Younger than some C libraries; the numbers are the same everywhere but on
 * Alpha, whose library knows them. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif

/* On 32 bits the calls without the 32 take ids of 16. */
#ifdef SYS_setresuid32
#define SETRESUID SYS_setresuid32
#define SETRESGID SYS_setresgid32
#define SETGROUPS SYS_setgroups32
#else
#define SETRESUID SYS_setresuid
#define SETRESGID SYS_setresgid
#define SETGROUPS SYS_setgroups
#endif

#define UNSHARE		2	/* CLOSE_RANGE_UNSHARE */
#define NO_MAGIC_LINKS	0x02	/* RESOLVE_NO_MAGICLINKS */
#define NO_LINKS	0x04	/* RESOLVE_NO_SYMLINKS */

/* struct open_how, which older headers do not have. */
struct how {
	uint64_t flags;
	uint64_t mode;
	uint64_t resolve;
};

/* The kernel's struct sigaction, of which only the handler's place matters. A
 * C library's own sigaction() refuses the signals that it keeps for itself, 32
 * and 33. */
struct action {
#ifdef __mips__
	unsigned flags;
#endif
	unsigned long handler;
	unsigned long rest[32];
};

/* Set what a signal does, or look at it. */
static int
change_action(int number, const struct action *action, struct action *ret_old)
{
	return (int)syscall(SYS_rt_sigaction, number, action, ret_old,
	    (NSIG - 1) / CHAR_BIT);
}

int
os_reset_signal(int number)
{
	const struct action action = {.handler = (unsigned long)SIG_DFL};

	return change_action(number, &action, NULL);
}

int
os_ignore_signal(int number)
{
	const struct action action = {.handler = (unsigned long)SIG_IGN};

	return change_action(number, &action, NULL);
}

bool
os_has_default(int number)
{
	struct action action = {.handler = (unsigned long)SIG_DFL};

	return change_action(number, NULL, &action) == -1 ||
	    action.handler == (unsigned long)SIG_DFL;
}

int
os_close_range(unsigned first, unsigned last)
{
	return (int)syscall(SYS_close_range, first, last, 0);
}

int
os_own_descriptors(const int *fds, size_t count)
{
	int highest = -1;

	for (size_t i = 0; i < count; i++)
		if (fds[i] > highest)
			highest = fds[i];
	if (syscall(SYS_close_range, (unsigned)(highest + 1), UINT_MAX,
	    UNSHARE) == -1)
		return -1;
	for (int fd = 0; fd < highest; fd++) {
		bool is_kept = false;

		for (size_t i = 0; i < count; i++)
			is_kept |= fds[i] == fd;
		if (!is_kept)
			close(fd);
	}
	return 0;
}

int
os_oom_score_adj(void)
{
	char text[16] = "";
	int fd = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return 0;
	if (read(fd, text, sizeof(text) - 1) <= 0)
		text[0] = '\0';
	close(fd);
	return (int)strtol(text, NULL, 10);
}

/* Write a score into a file. */
static int
write_score(const char *path, const char *score)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (fd == -1)
		return -1;
	written = write(fd, score, strlen(score));
	os_close(fd);
	return written == -1 ? -1 : 0;
}

int
os_set_oom_score_adj(const char *score)
{
	return write_score("/proc/self/oom_score_adj", score);
}

int
os_set_oom_score_adj_of(pid_t pid, int score)
{
	char path[64], text[16];

	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", (int)pid);
	snprintf(text, sizeof(text), "%d", score);
	return write_score(path, text);
}

int
os_set_limit_of(pid_t pid, int resource, const struct rlimit *limit)
{
	/* the type of the resource is the C library's own */
	return prlimit(pid, (unsigned)resource, limit, NULL);
}

void
os_set_dumpable(bool dumpable)
{
	prctl(PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0);
}

void
os_harden(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	os_set_dumpable(false);
}

bool
os_is_subreaper(void)
{
	int is_subreaper = 0;

	return getpid() == 1 ||
	    (prctl(PR_GET_CHILD_SUBREAPER, &is_subreaper, 0, 0, 0) == 0 &&
	    is_subreaper);
}

int
os_open_without_links(const char *path, int flags, mode_t mode)
{
	struct how how = {
		.flags = (uint64_t)flags,
		.mode = mode,
		.resolve = NO_LINKS | NO_MAGIC_LINKS,
	};

	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

/* The calls for the ids go past the C library: with more than one thread it
 * would change those of the daemon's threads as well. */
int
os_set_user(uid_t uid)
{
	return (int)syscall(SETRESUID, uid, uid, uid);
}

int
os_set_group(gid_t gid)
{
	return (int)syscall(SETRESGID, gid, gid, gid);
}

int
os_set_groups(size_t count, const gid_t *groups)
{
	return (int)syscall(SETGROUPS, count, groups);
}

bool
os_has_ids(uid_t uid, gid_t gid)
{
	uid_t uids[3];
	gid_t gids[3];

	if (getresuid(&uids[0], &uids[1], &uids[2]) == -1 ||
	    getresgid(&gids[0], &gids[1], &gids[2]) == -1)
		return false;
	for (int i = 0; i < 3; i++) {
		if (uid != (uid_t)-1 && uids[i] != uid)
			return false;
		if (gid != (gid_t)-1 && gids[i] != gid)
			return false;
	}
	return true;
}

int
os_die_with(pid_t parent)
{
	/* if a filter forbids that, orphans stay until the next daemon ends
	 * them, as on another Unix */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1 &&
	    errno != ENOSYS && errno != EPERM && errno != EINVAL)
		return -1;
	if (getppid() == parent)
		return 0;
	errno = ESRCH;
	return -1;
}

/* Fill a new file, make it unchangeable, and go back to its beginning. */
static int
fill(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, bytes, size);

		if (written == -1)
			return -1;
		bytes += written;
		size -= (size_t)written;
	}
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE |
	    F_SEAL_SEAL) == -1)
		return -1;
	return lseek(fd, 0, SEEK_SET) == -1 ? -1 : 0;
}

int
os_memory_file(const char *bytes, size_t size)
{
	int fd = memfd_create("reeve-stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return -1;
	if (fill(fd, bytes, size) == 0)
		return fd;
	os_close(fd);
	return -1;
}

int
os_process_open(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int
os_process_signal(int handle, int number)
{
	return (int)syscall(SYS_pidfd_send_signal, handle, number, NULL, 0);
}

/* Ask for the supplementary groups. A kernel that cannot tell, or a filter that
 * forbids it, counts as no groups. */
static int
ask_groups(int fd, struct os_peer *peer)
{
	socklen_t size = 64 * sizeof(gid_t);

	for (;;) {
		gid_t *groups = realloc(peer->groups, size);

		if (!groups)
			return -1;
		peer->groups = groups;
		if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups,
		    &size) == 0)
			break;
		if (errno == ENOPROTOOPT || errno == ENOSYS || errno == EPERM)
			return 0;
		if (errno != ERANGE)	/* size says now what is needed */
			return -1;
	}
	peer->group_count = size / sizeof(gid_t);
	return 0;
}

int
os_peer(int fd, struct os_peer *ret_peer)
{
	struct os_peer peer = {.groups = NULL};
	struct ucred ucred;
	socklen_t size = sizeof(ucred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &ucred, &size) == -1)
		return -1;
	peer.uid = ucred.uid;
	peer.gid = ucred.gid;
	peer.pid = ucred.pid;
	if (ask_groups(fd, &peer) == -1) {
		free(peer.groups);
		return -1;
	}
	*ret_peer = peer;
	return 0;
}

int64_t
os_boot_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_BOOTTIME, &now) == -1)
		return 0;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

#endif
