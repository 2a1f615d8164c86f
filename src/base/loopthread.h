/*
 * A thread for the loop, while the main thread sleeps.
 *
 * A process has one list of children in the kernel for each of its threads:
 * a worker is on the list of the thread which forked it, an orphan that the
 * daemon inherits is on the list of the main thread. So if nothing forks in the
 * main thread, its list has the orphans and nothing else, and one short read
 * tells whether a dead worker left processes, however many workers live.
 */
#ifndef REEVE_BASE_LOOPTHREAD_H
#define REEVE_BASE_LOOPTHREAD_H

#include <stddef.h>

/*
 * Make room for so many descriptors, while there is only one thread: each time
 * the kernel enlarges a table that threads share, it waits until every
 * processor has been idle or switched, many milliseconds on a busy machine. If
 * a limit forbids so many, less room is made.
 */
void	loopthread_reserve(size_t descriptors);

/*
 * Run a function in a thread of its own, which gets all signals, and wait for
 * it; return what it returned. If no thread can be made it runs in the
 * caller's.
 */
int	loopthread_run(int (*function)(void *), void *arg);

#endif
