/* Making a process: fork_linux.c and fork_posix.c, of which one is compiled. */
#ifndef REEVE_PROCESS_FORK_H
#define REEVE_PROCESS_FORK_H

#include <stdbool.h>
#include <sys/types.h>

#include "process/exec.h"

/* What all forks share. */
struct forker {
	char *stack;		/* of the child, until its exec; NULL: none
				   needed */
	bool has_pidfd;		/* the system gives them */
	bool shares_files;	/* children are born with the daemon's table of
				   descriptors, and leave it: copying one of
				   thousands is most of the price of a fork */
};

int	fork_init(struct forker *forker);
void	fork_release(struct forker *forker);

/*
 * Make a process and run the plan in it, with all signals blocked meanwhile.
 * Returns its pid once its program runs or the plan has failed, as
 * plan->outcome tells; a failed process must still be reaped. Or -1 with errno.
 */
pid_t	fork_run(struct forker *forker, struct exec_plan *plan,
	    int *ret_pidfd);

/* In the child: leave a shared table of descriptors for one of its own, in
 * which those from the given one on are closed. */
int	fork_unshare_files(unsigned first);

#endif
