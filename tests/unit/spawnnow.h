/* A start that is waited for, as only a test may. */
#ifndef REEVE_UNIT_SPAWNNOW_H
#define REEVE_UNIT_SPAWNNOW_H

#include <unistd.h>

#include "process/reap.h"
#include "process/spawn.h"

#define SPAWNNOW_US 30000000	/* no start takes so long */

/* Start a process. Returns 0 when its program runs; -1 with step, error and
 * detail when it does not, and then no process is left. */
static inline int
spawnnow(struct program *program, const struct spawn_context *context,
    struct spawn_result *ret_result)
{
	struct spawn_result outcome;
	struct spec_outcome unused;
	struct start *start;

	if (spawn_begin(program, context, ret_result, &start) == -1)
		return -1;
	while (!spawn_wait(start, SPAWNNOW_US))
		continue;
	if (spawn_has_failed(start))
		while (reap_take(ret_result->pid, &unused) == REAP_NOT_YET)
			continue;
	if (spawn_finish(start, &outcome) == 0)
		return 0;
	if (ret_result->pidfd != -1)
		close(ret_result->pidfd);
	if (ret_result->ready_fd != -1)
		close(ret_result->ready_fd);
	*ret_result = outcome;
	ret_result->pid = 0;
	ret_result->pidfd = ret_result->ready_fd = -1;
	return -1;
}

#endif
