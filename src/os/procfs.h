/*
 * What /proc tells of other processes. It may be out of date a moment later: to
 * act on it, hold the process some other way, as an unreaped child or by a
 * handle.
 */
#ifndef REEVE_OS_PROCFS_H
#define REEVE_OS_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCFS_TICKS 100	/* a second, of procfs_stat.started */

struct procfs_stat {
	char state;		/* 'R', 'S', 'Z' … */
	pid_t parent;
	pid_t group;
	pid_t session;
	int64_t started;	/* ticks since the boot */
};

/* Tell whether /proc is there and shows the pids that this process sees. */
bool	procfs_is_ours(void);

/* Tell whether /proc is there, and shows the pids that others see, those of
 * another pid namespace. */
bool	procfs_is_of_others(void);

/* Read a process's stat: 0, or -1 with errno; ENOENT: there is none. */
int	procfs_stat(pid_t pid, struct procfs_stat *ret_stat);

/*
 * Find REEVE_PATH in a process's environment, and copy its value. Returns 1; 0
 * when it has none; -1 with errno; EAGAIN: the environment is empty, as it is
 * in the middle of an exec.
 */
int	procfs_reeve_path(pid_t pid, char *ret_path, size_t size);

#endif
