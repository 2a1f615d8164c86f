/* What the system offers, with POSIX alone. */
#include "config.h"

#if !REEVE_LINUX

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/os.h"

/* Functions for which POSIX has nothing. */
#define MISSING(...)							\
	int								\
	__VA_ARGS__							\
	{								\
		errno = ENOSYS;						\
		return -1;						\
	}

#pragma GCC diagnostic ignored "-Wunused-parameter"
MISSING(os_close_range(unsigned first, unsigned last))
MISSING(os_own_descriptors(const int *fds, size_t count))
MISSING(os_set_oom_score_adj(const char *score))
MISSING(os_set_oom_score_adj_of(pid_t pid, int score))
MISSING(os_set_limit_of(pid_t pid, int resource, const struct rlimit *limit))
MISSING(os_open_without_links(const char *path, int flags, mode_t mode))
MISSING(os_memory_file(const char *bytes, size_t size))
MISSING(os_process_open(pid_t pid))
MISSING(os_process_signal(int handle, int number))

int
os_reset_signal(int number)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};

	return sigaction(number, &action, NULL);
}

int
os_ignore_signal(int number)
{
	const struct sigaction action = {.sa_handler = SIG_IGN};

	return sigaction(number, &action, NULL);
}

bool
os_has_default(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == -1 ||
	    action.sa_handler == SIG_DFL;
}

int
os_oom_score_adj(void)
{
	return 0;
}

void
os_set_dumpable(bool dumpable)
{
}

void
os_harden(void)
{
}

bool
os_is_subreaper(void)
{
	return getpid() == 1;
}

int
os_set_user(uid_t uid)
{
	return setreuid(uid, uid);
}

int
os_set_group(gid_t gid)
{
	return setregid(gid, gid);
}

int
os_set_groups(size_t count, const gid_t *groups)
{
	return setgroups(count, groups);
}

bool
os_has_ids(uid_t uid, gid_t gid)
{
	return (uid == (uid_t)-1 || (getuid() == uid && geteuid() == uid)) &&
	    (gid == (gid_t)-1 || (getgid() == gid && getegid() == gid));
}

int
os_die_with(pid_t parent)
{
	/* there is no way to do it later */
	if (getppid() == parent)
		return 0;
	errno = ESRCH;
	return -1;
}

/*
 * There is more than one way: the BSDs have a call; Linux has an option of that
 * name, and compiles this file to test what other systems do.
 */
int
os_peer(int fd, struct os_peer *ret_peer)
{
	struct os_peer peer = {.groups = NULL};
#ifdef HAVE_GETPEEREID
	if (getpeereid(fd, &peer.uid, &peer.gid) == -1)
		return -1;
#elif defined(SO_PEERCRED)
	struct ucred ucred;
	socklen_t size = sizeof(ucred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &ucred, &size) == -1)
		return -1;
	peer.uid = ucred.uid;
	peer.gid = ucred.gid;
#else
	errno = ENOSYS;
	return -1;
#endif
	*ret_peer = peer;
	return 0;
}

int64_t
os_boot_ns(void)
{
	return 0;
}

#endif
