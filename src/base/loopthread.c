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

/* Make the thread, with a small stack if possible. */
static int
start(pthread_t *thread, struct call *call)
{
	pthread_attr_t attr;
	int error;

	if (pthread_attr_init(&attr) != 0)
		return -1;
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	error = pthread_create(thread, &attr, run, call);
	pthread_attr_destroy(&attr);
	return error == 0 ? 0 : -1;
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
	if (start(&thread, &call) == -1) {
		pthread_sigmask(SIG_SETMASK, &call.mask, NULL);
		return function(arg);
	}
	pthread_join(thread, NULL);
	pthread_sigmask(SIG_SETMASK, &call.mask, NULL);
	return call.result;
}
