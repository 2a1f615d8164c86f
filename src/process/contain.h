/*
 * What a worker has started, as far as the kernel keeps it together: the one
 * place where a pid or a group is given to kill(2).
 *
 * It is the process group of the worker's main process, which has the number of
 * that process; what has left the group is found by orphans.h. A number must be
 * the worker's own when it is used: that of a process that is not reaped yet,
 * see reap.h. (leftover.c looks at the start time of a process first.)
 */
#ifndef REEVE_PROCESS_CONTAIN_H
#define REEVE_PROCESS_CONTAIN_H

#include <stdbool.h>
#include <sys/types.h>

/* Send a signal to all of it; to one process alone: 0, or -1 with errno. */
int	contain_signal(pid_t main_pid, int signal);
int	contain_signal_one(pid_t pid, int signal);

/* Tell whether nothing of it is left, not even a zombie. Its main process may
 * be reaped: while something is left, the kernel keeps the number for it. */
bool	contain_is_empty(pid_t main_pid);

#endif
