/* Beginning a thread that gets no signals. */
#include "config.h"

#include "base/thread.h"

#include <signal.h>

int
thread_begin(pthread_t *ret_thread, size_t stack_size, void *(*run)(void *arg),
    void *arg)
{
	pthread_attr_t attr;
	sigset_t all, old;
	int error = pthread_attr_init(&attr);

	if (error)
		return error;
	pthread_attr_setstacksize(&attr, stack_size);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	error = pthread_create(ret_thread, &attr, run, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return error;
}
