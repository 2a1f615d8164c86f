/*
 * Making a process with POSIX alone: fork(), and a pipe that exec closes.
 *
 * The child has memory of its own: what it hangs at is not known here, and it
 * cannot be asked to read a file for the daemon.
 */
#include "config.h"

#if !REEVE_LINUX

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "os/os.h"
#include "process/exec.h"
#include "process/fork.h"

void
fork_init(struct forker *forker)
{
	*forker = (struct forker){.has_pidfd = false};
}

int
fork_place_open(struct fork_place *place)
{
	*place = (struct fork_place){.report_fd = -1};
	return 0;
}

void
fork_place_close(struct fork_place *place)
{
	if (place->report_fd != -1)
		close(place->report_fd);
	place->report_fd = -1;
}

bool
fork_can_ask(const struct fork_place *place)
{
	(void)place;
	return false;
}

int
fork_ask(struct fork_place *place)
{
	(void)place;
	errno = ENOSYS;
	return -1;
}

void
fork_answer(struct fork_place *place)
{
	(void)place;
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
static_assert(sizeof(struct exec_outcome) <= _POSIX_PIPE_BUF,
    "a pipe takes it whole");

/* Read what the child has to tell; false: nothing yet. If that cannot be read,
 * it is not known how far the child is: it is killed, and has failed. */
static bool
read_outcome(struct fork_place *place, struct exec_plan *plan)
{
	struct exec_outcome outcome;
	ssize_t size = read(place->report_fd, &outcome, sizeof(outcome));

	if (size == -1 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (size == -1) {
		plan->outcome.step = SPAWN_FORK;
		plan->outcome.error = errno;
		kill(place->pid, SIGKILL);
	}
	if (size == sizeof(outcome))
		plan->outcome = outcome;
	fork_place_close(place);
	return true;
}

enum fork_state
fork_wait(struct fork_place *place, struct exec_plan *plan, int64_t most_us)
{
	struct pollfd entry = {.fd = place->report_fd, .events = POLLIN};

	if (place->report_fd == -1)
		return FORK_GONE;
	if (most_us > 0)
		poll(&entry, 1, (int)((most_us + 999) / 1000));
	return read_outcome(place, plan) ? FORK_GONE : FORK_BUSY;
}

pid_t
fork_run(struct forker *forker, struct fork_place *place,
    struct exec_plan *plan, int *ret_pidfd)
{
	sigset_t all, old;
	int fds[2], error;
	pid_t pid;

	(void)forker;
	*ret_pidfd = -1;
	if (pipe2(fds, O_CLOEXEC) == -1)
		return -1;
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (pid == 0)
		run_child(plan, fds[1]);
	error = errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	close(fds[1]);
	if (pid == -1)
		close(fds[0]);
	else
		*place = (struct fork_place){.report_fd = fds[0], .pid = pid};
	errno = error;
	return pid;
}

#endif
