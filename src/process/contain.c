/* What a worker has started: its process group. */
#include "config.h"

#include "process/contain.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>

int
contain_signal(pid_t main_pid, int signal)
{
	assert(main_pid > 1);	/* -1 would be every process there is */
	return kill(-main_pid, signal);
}

int
contain_signal_one(pid_t pid, int signal)
{
	assert(pid > 1);	/* 0 would be the daemon's own group */
	return kill(pid, signal);
}

bool
contain_is_empty(pid_t main_pid)
{
	return contain_signal(main_pid, 0) == -1 && errno == ESRCH;
}
