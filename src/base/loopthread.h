/*
 * A thread for the loop, while the main thread sleeps.
 *
 * A process has one list of children in the kernel for each of its threads:
 * a worker is put on that of the thread which forked it, an orphan that the
 * daemon inherits on that of the main thread. So when nothing forks in the
 * main thread, its list is the strangers and nothing else, and whether a dead
 * worker left anything behind is one short read, however many workers live.
 */
#ifndef REEVE_BASE_LOOPTHREAD_H
#define REEVE_BASE_LOOPTHREAD_H

#include <stddef.h>

/*
 * Make room for so many descriptors, while there is but one thread: each time
 * the kernel makes a table larger that threads share, it lets every processor
 * come to rest first, for many milliseconds of a busy machine. Room that there
 * may not be is not made.
 */
void	loopthread_reserve(size_t descriptors);

/*
 * Run a function in a thread of its own, in which all signals are delivered,
 * and wait for it; return what it returned. If no thread is to be had it runs
 * in the caller's.
 */
int	loopthread_run(int (*function)(void *), void *arg);

#endif
