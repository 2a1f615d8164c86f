/* A thread for the loop, while the main thread sleeps. */
#include "config.h"

#include "base/loopthread.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/thread.h"

#define STACK_SIZE (512 << 10)

struct call {
	int (*function)(void *);
	void *arg;
	sigset_t mask;		/* the caller's, for the thread */
	int result;
};

/* The thread: take the mask that the main thread had, and run. */
static void *
run(void *arg)
{
	struct call *call = arg;

	pthread_sigmask(SIG_SETMASK, &call->mask, NULL);
	call->result = call->function(call->arg);
	return NULL;
}

void
loopthread_reserve(size_t descriptors)
{
	long most = sysconf(_SC_OPEN_MAX);
	int fd;

	if (most > INT_MAX)
		most = INT_MAX;
	if (most > 0 && descriptors >= (size_t)most)
		descriptors = (size_t)most - 1;
	fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, (int)descriptors);
	if (fd != -1)
		close(fd);
}

int
loopthread_run(int (*function)(void *), void *arg)
{
	struct call call = {.function = function, .arg = arg};
	pthread_t thread;
	sigset_t all;

#ifdef __GLIBC__
	/* One heap: only one thread runs at a time, so one arena will do. */
	mallopt(M_ARENA_MAX, 1);
#endif
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &call.mask);
	if (thread_begin(&thread, STACK_SIZE, run, &call) != 0) {
		pthread_sigmask(SIG_SETMASK, &call.mask, NULL);
		return function(arg);
	}
	pthread_join(thread, NULL);
	pthread_sigmask(SIG_SETMASK, &call.mask, NULL);
	return call.result;
}
