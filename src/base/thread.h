/* Beginning a thread that gets no signals: the loop's thread has them all. */
#ifndef REEVE_BASE_THREAD_H
#define REEVE_BASE_THREAD_H

#include <pthread.h>
#include <stddef.h>

/* Begin one, with all signals blocked from its first moment on, and a stack of
 * that size if the system can do that. 0, or an errno. */
int	thread_begin(pthread_t *ret_thread, size_t stack_size,
	    void *(*run)(void *arg), void *arg);

#endif
