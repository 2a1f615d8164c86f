/*
 * Making a process on Linux: clone() with the daemon's memory, so that the cost
 * does not depend on how large the daemon is, and the outcome needs no pipe.
 *
 * The daemon does not stand still meanwhile, as it would with vfork(): a
 * process that hangs before its exec (its program is on a dead mount, its user
 * stops it) would hold the daemon up as long, and a SIGKILL would not end that.
 * When the process has another memory, by its exec or by its end, the kernel
 * sets a word to 0 and wakes who waits for it (CLONE_CHILD_CLEARTID).
 *
 * So both run at once in one memory. The child has a stack of its own, and the
 * thread-local memory, where errno is, of a thread that does nothing but sleep:
 * its home. Where there can be none (the compiler cannot tell where a thread
 * has its memory, a filter forbids threads) it is vfork() again.
 *
 * Where the kernel has close_range(), the child begins with the daemon's table
 * of descriptors as well, and then takes a copy of its low end only: else the
 * thousands of pidfds of a daemon would be copied and closed at every start.
 */
#include "config.h"

#if REEVE_LINUX

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#include "base/clock.h"
#include "base/thread.h"
#include "os/os.h"
#include "process/exec.h"
#include "process/fork.h"

#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x1000
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
/* On 32 bits there are two, for two sizes of time. */
#if defined(SYS_futex_time64) && (!defined(__GLIBC__) || \
    !defined(SYS_futex) || (defined(_TIME_BITS) && _TIME_BITS == 64))
#define FUTEX SYS_futex_time64
#else
#define FUTEX SYS_futex
#endif
#define UNSHARE 2		/* CLOSE_RANGE_UNSHARE */

/* On 32 bits of x86 the kernel wants more than a pointer for it. */
#if REEVE_THREAD_POINTER && !defined(__i386__)
#define HAS_HOMES 1
#else
#define HAS_HOMES 0
#endif

#define STACK_SIZE (96 << 10)
#define GUARD_SIZE (64 << 10)	/* a page, however large pages are */
#define THREAD_STACK_SIZE (64 << 10)
#define ANSWER_LOOKS 40		/* an answer that takes longer never comes */
#define ANSWER_NS 50000000	/* between two looks */

struct fork_home {
	char *stack;		/* behind its guard */
	pthread_t thread;	/* that sleeps */
	void *local;		/* its thread-local memory; NULL: no thread */
	sem_t begun;		/* it sleeps */
	sem_t over;		/* it is to end */
};

/* Wait a while, as long as a word has a value. Futexes of the kernel's own are
 * not private. False: the time is over, or it cannot be waited for. */
static bool
wait_while(int32_t *word, int32_t value, const struct timespec *most)
{
	return syscall(FUTEX, word, FUTEX_WAIT, value, most, NULL, 0) ==
	    0 || errno == EAGAIN || errno == EINTR;
}

static void
wake(int32_t *word)
{
	syscall(FUTEX, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static int32_t
load(const int32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

bool
fork_can_ask(const struct fork_place *place)
{
	return place->home && place->home->local;
}

int
fork_ask(struct fork_place *place)
{
	const struct timespec most = {.tv_nsec = ANSWER_NS};
	int looks = ANSWER_LOOKS;

	__atomic_store_n(&place->state, FORK_ASKS, __ATOMIC_RELEASE);
	wake(&place->state);
	while (load(&place->state) == FORK_ASKS && looks > 0)
		looks -= !wait_while(&place->state, FORK_ASKS, &most);
	if (looks > 0)
		return 0;
	errno = ETIMEDOUT;	/* the daemon has gone */
	return -1;
}

void
fork_answer(struct fork_place *place)
{
	int32_t expected = FORK_ASKS;

	/* who has waited too long may have ended since it was seen to ask */
	if (__atomic_compare_exchange_n(&place->state, &expected, FORK_BUSY,
	    false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		wake(&place->state);
}

enum fork_state
fork_wait(struct fork_place *place, struct exec_plan *plan, int64_t most_us)
{
	int64_t until_us = clock_us() + most_us;
	int32_t state;

	(void)plan;
	while ((state = load(&place->state)) == FORK_BUSY) {
		int64_t left_us = most_us == 0 ? 0 : until_us - clock_us();
		const struct timespec most = {
			.tv_sec = left_us / 1000000,
			.tv_nsec = left_us % 1000000 * 1000,
		};

		if (left_us <= 0)
			break;
		if (!wait_while(&place->state, FORK_BUSY, &most))
			break;
	}
	return (enum fork_state)state;
}

int
fork_unshare_files(unsigned first)
{
	return (int)syscall(SYS_close_range, first, UINT_MAX, UNSHARE);
}

void
fork_init(struct forker *forker)
{
	forker->has_pidfd = true;
	/* No descriptor has the highest number, so this closes none. To try
	 * fork_unshare_files() would split the table of this thread from that
	 * of the main thread. */
	forker->shares_files = os_close_range(UINT_MAX, UINT_MAX) == 0;
}

#if HAS_HOMES
/* A thread that lends its thread-local memory, and so must not use it. */
static void *
sleep_at_home(void *arg)
{
	struct fork_home *home = arg;

	home->local = __builtin_thread_pointer();
	sem_post(&home->begun);
	while (sem_wait(&home->over) == -1)
		continue;
	return NULL;
}

/* Make the thread. 0 as well if there can be none; else an errno: a
 * shortage. */
static int
start_thread(struct fork_home *home)
{
	int error;

	sem_init(&home->begun, 0, 0);
	sem_init(&home->over, 0, 0);
	error = thread_begin(&home->thread, THREAD_STACK_SIZE, sleep_at_home,
	    home);
	while (error == 0 && sem_wait(&home->begun) == -1)
		continue;
	return error == EAGAIN || error == ENOMEM ? error : 0;
}

static void
end_thread(struct fork_home *home)
{
	if (!home->local)
		return;
	sem_post(&home->over);
	pthread_join(home->thread, NULL);
}
#else
static int
start_thread(struct fork_home *home)
{
	(void)home;
	return 0;
}

static void
end_thread(struct fork_home *home)
{
	(void)home;
}
#endif

int
fork_place_open(struct fork_place *place)
{
	struct fork_home *home = calloc(1, sizeof(*home));
	int error;

	*place = (struct fork_place){.home = home, .report_fd = -1};
	if (!home)
		return -1;
	home->stack = mmap(NULL, GUARD_SIZE + STACK_SIZE,
	    PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	error = home->stack == MAP_FAILED ? errno : start_thread(home);
	if (error == 0) {
		mprotect(home->stack, GUARD_SIZE, PROT_NONE);
		return 0;
	}
	if (home->stack != MAP_FAILED)
		munmap(home->stack, GUARD_SIZE + STACK_SIZE);
	free(home);
	place->home = NULL;
	errno = error;
	return -1;
}

void
fork_place_close(struct fork_place *place)
{
	if (!place->home)
		return;
	end_thread(place->home);
	munmap(place->home->stack, GUARD_SIZE + STACK_SIZE);
	free(place->home);
	place->home = NULL;
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

/* Clone, with a pidfd if there is a place for it. */
static pid_t
clone_with(const struct forker *forker, struct fork_place *place,
    struct exec_plan *plan, int *pidfd)
{
	char *top = place->home->stack + GUARD_SIZE + STACK_SIZE;
	int flags = CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD;

	flags |= place->home->local ? CLONE_SETTLS : CLONE_VFORK;
	if (forker->shares_files)
		flags |= CLONE_FILES;
	if (pidfd)
		flags |= CLONE_PIDFD;
	place->state = FORK_BUSY;
	return clone(run_child, top, flags, plan, pidfd, place->home->local,
	    &place->state);
}

/* Clone, with a pidfd if the system gives one. */
static pid_t
clone_child(struct forker *forker, struct fork_place *place,
    struct exec_plan *plan, int *pidfd)
{
	pid_t pid = -1;

	if (forker->has_pidfd)
		pid = clone_with(forker, place, plan, pidfd);
	if (forker->has_pidfd && (pid != -1 || !may_do_without(errno)))
		return pid;
	if (errno != EMFILE && errno != ENFILE)
		forker->has_pidfd = false;
	*pidfd = -1;
	return clone_with(forker, place, plan, NULL);
}

pid_t
fork_run(struct forker *forker, struct fork_place *place,
    struct exec_plan *plan, int *ret_pidfd)
{
	sigset_t all, old;
	int pidfd = -1;
	int error;
	pid_t pid;

	plan->unshare = forker->shares_files;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = clone_child(forker, place, plan, &pidfd);
	error = errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	*ret_pidfd = pid == -1 ? -1 : pidfd;
	errno = error;
	return pid;
}

#endif
