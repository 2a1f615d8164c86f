/* Making a process with POSIX alone: fork(), and a pipe that exec closes. */
#include "config.h"

#if !REEVE_LINUX

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "process/contain.h"
#include "process/fork.h"

int
fork_init(struct forker *forker)
{
	*forker = (struct forker){.stack = NULL};
	return 0;
}

void
fork_release(struct forker *forker)
{
	(void)forker;
}

int
fork_unshare_files(unsigned first)
{
	(void)first;
	return 0;
}

/* Run the plan in the child, and write down how it failed. */
static void
run_child(struct exec_plan *plan, int report_fd)
{
	struct fd_move *report = &plan->moves[plan->move_count++];

	*report = (struct fd_move){report_fd, FDMAP_UNTIL_EXEC};
	exec_run(plan);
	/* a pipe takes that much whole; if not, the exit status must do */
	if (write(report->source, &plan->outcome, sizeof(plan->outcome)) == -1)
		_exit(126);
	_exit(127);
}

/* Wait for the exec, which closes the pipe, or for an outcome. If the pipe
 * cannot be read, the child is killed: it may run or not. */
static void
read_outcome(int fd, pid_t pid, struct exec_plan *plan)
{
	struct exec_outcome outcome;
	ssize_t size;

	do
		size = read(fd, &outcome, sizeof(outcome));
	while (size == -1 && errno == EINTR);
	if (size == sizeof(outcome))
		plan->outcome = outcome;
	if (size == -1) {
		plan->outcome.step = SPAWN_FORK;
		plan->outcome.error = errno;
		contain_signal_one(pid, SIGKILL);
	}
}

pid_t
fork_run(struct forker *forker, struct exec_plan *plan, int *ret_pidfd)
{
	sigset_t all, old;
	int fds[2], error;
	pid_t pid;

	(void)forker;
	if (pipe2(fds, O_CLOEXEC) == -1)
		return -1;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (pid == 0)
		run_child(plan, fds[1]);
	error = errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	close(fds[1]);
	if (pid != -1)
		read_outcome(fds[0], pid, plan);
	close(fds[0]);
	*ret_pidfd = -1;
	errno = error;
	return pid;
}

#endif
