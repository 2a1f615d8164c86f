/*
 * Making a process on Linux: clone() with the daemon's memory. The daemon waits
 * until the child has called exec, so the outcome needs no pipe, and the cost
 * does not depend on how large the daemon is.
 *
 * Where the kernel has close_range(), the child begins with the daemon's table
 * of descriptors as well, and then takes a copy of its low end only: else the
 * thousands of pidfds of a daemon would be copied and closed at every start.
 */
#include "config.h"

#if REEVE_LINUX

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "os/os.h"
#include "process/fork.h"

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#define UNSHARE 2		/* CLOSE_RANGE_UNSHARE */

#define STACK_SIZE (64 << 10)
#define GUARD_SIZE (64 << 10)	/* a page, however large pages are */

int
fork_unshare_files(unsigned first)
{
	return (int)syscall(SYS_close_range, first, UINT_MAX, UNSHARE);
}

int
fork_init(struct forker *forker)
{
	char *stack = mmap(NULL, GUARD_SIZE + STACK_SIZE,
	    PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (stack == MAP_FAILED)
		return -1;
	mprotect(stack, GUARD_SIZE, PROT_NONE);
	forker->stack = stack;
	forker->has_pidfd = true;
	/* No descriptor has the highest number, so this closes none. To try
	 * fork_unshare_files() would split the table of this thread from that
	 * of the main thread. */
	forker->shares_files = os_close_range(UINT_MAX, UINT_MAX) == 0;
	return 0;
}

void
fork_release(struct forker *forker)
{
	munmap(forker->stack, GUARD_SIZE + STACK_SIZE);
	forker->stack = NULL;
}

/* Let the address sanitizer forget the frames of the child before on the same
 * stack, which has left them by its exec, and by no return. */
static void
forget_frames(void)
{
#ifdef __SANITIZE_ADDRESS__
	const size_t size = STACK_SIZE - 4096;

	__asan_unpoison_memory_region(
	    (char *)__builtin_frame_address(0) - size, size);
#endif
}

/* Run the plan in the child. It ends by returning: a tool that watches the
 * memory would take the C library's _exit() for the daemon's. */
static int
run_child(void *arg)
{
	forget_frames();
	exec_run(arg);
	return 127;
}

/* Tell whether a clone was refused because of the pidfd it was to bring. */
static bool
may_do_without(int error)
{
	return error == EMFILE || error == ENFILE || error == EINVAL ||
	    error == EPERM || error == ENOSYS;
}

/* Clone, with a pidfd if the system gives one. */
static pid_t
clone_child(struct forker *forker, struct exec_plan *plan, int *pidfd)
{
	char *top = forker->stack + GUARD_SIZE + STACK_SIZE;
	int flags = CLONE_VM | CLONE_VFORK | SIGCHLD;
	pid_t pid = -1;

	if (forker->shares_files)
		flags |= CLONE_FILES;
	if (forker->has_pidfd)
		pid = clone(run_child, top, flags | CLONE_PIDFD, plan, pidfd);
	if (forker->has_pidfd && (pid != -1 || !may_do_without(errno)))
		return pid;
	if (errno != EMFILE && errno != ENFILE)
		forker->has_pidfd = false;
	*pidfd = -1;
	return clone(run_child, top, flags, plan);
}

pid_t
fork_run(struct forker *forker, struct exec_plan *plan, int *ret_pidfd)
{
	sigset_t all, old;
	int pidfd = -1;
	int error;
	pid_t pid;

	plan->unshare = forker->shares_files;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = clone_child(forker, plan, &pidfd);
	error = errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	*ret_pidfd = pid == -1 ? -1 : pidfd;
	errno = error;
	return pid;
}

#endif
