/*
 * Making a process: fork_linux.c and fork_posix.c, of which one is compiled.
 *
 * The daemon waits for no process without a bound: fork_run() returns as soon
 * as there is one, and fork_wait() tells how far it is. Until its exec the
 * process has a place in the daemon, which nothing else may use.
 */
#ifndef REEVE_PROCESS_FORK_H
#define REEVE_PROCESS_FORK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct exec_plan;

/* What all forks share. */
struct forker {
	bool has_pidfd;		/* the system gives them */
	bool shares_files;	/* children are born with the daemon's table of
				   descriptors, and leave it: copying one of
				   thousands is most of the price of a fork */
};

/* How far a process is. */
enum fork_state {
	FORK_GONE,		/* its exec has succeeded, or it has ended: it
				   uses nothing of the daemon's any more */
	FORK_BUSY,		/* on its way to the exec */
	FORK_ASKS,		/* it waits for fork_answer() */
};

/* Where a process is until its exec. One at a time. */
struct fork_place {
	struct fork_home *home;	/* Linux: a stack, and an errno of its own */
	int32_t state;		/* Linux: enum fork_state, which both sides and
				   the kernel write */
	int report_fd;		/* POSIX: the exec closes its other end; -1 */
	pid_t pid;		/* POSIX: of the process */
};

/* Find out what the system has. */
void	fork_init(struct forker *forker);

/* Make a place; give it back: only once its process is gone. 0, or -1. */
int	fork_place_open(struct fork_place *place);
void	fork_place_close(struct fork_place *place);

/*
 * Make a process and let it run the plan, with all signals blocked until that
 * empties the mask. Returns its pid at once; -1 with errno.
 */
pid_t	fork_run(struct forker *forker, struct fork_place *place,
	    struct exec_plan *plan, int *ret_pidfd);

/*
 * Wait until the process is gone or asks something, at most so many
 * microseconds, 0: only look. FORK_GONE: plan->outcome tells what has failed,
 * or that nothing has.
 */
enum fork_state fork_wait(struct fork_place *place, struct exec_plan *plan,
		    int64_t most_us);

/* Let a process that asks go on. */
void	fork_answer(struct fork_place *place);

/* Tell whether a child in that place can ask the daemon, while that goes on. */
bool	fork_can_ask(const struct fork_place *place);

/* In the child: ask, and wait for the answer, for seconds at most: 0, or -1
 * with errno. */
int	fork_ask(struct fork_place *place);

/* In the child: leave a shared table of descriptors for one of its own, in
 * which those from the given one on are closed. */
int	fork_unshare_files(unsigned first);

#endif
