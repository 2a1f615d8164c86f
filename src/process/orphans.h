/*
 * Orphans: children of the daemon that it has not started. As a subreaper it
 * inherits the orphans among its descendants: what a worker left behind when it
 * ended, and what it detached while it lived.
 *
 * They are found on the main thread's list of children in /proc, where the
 * kernel puts orphans (see loopthread.h), the newest last. An orphan is our
 * unreaped child, so its pid is its own until this module reaps it, and it is
 * safe to signal. It belongs to a worker if it was in the worker's session
 * when it was first seen, or if its environment has the worker's REEVE_PATH.
 */
#ifndef REEVE_PROCESS_ORPHANS_H
#define REEVE_PROCESS_ORPHANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct orphans;

/* Tell whether a child is a process that the daemon has started: a worker's, or
 * one of its own. */
typedef bool orphans_known_fn(void *arg, pid_t pid);

/* Begin to keep track. NULL with errno where the kernel does not list
 * children, /proc is not there or not of this pid namespace, or the daemon is
 * no subreaper. */
struct orphans *orphans_new(void *arg, orphans_known_fn *is_known);
void	orphans_free(struct orphans *orphans);

/* What is known after a look. */
struct orphans_view {
	size_t count;		/* of orphans */
	bool is_whole;		/* it is known of each which worker it belongs
				   to. If not, as without a free descriptor, no
				   end may be told: what the process has left
				   may be among them */
	bool may_hide;		/* a look in a moment may find more: a new one
				   is in the middle of an exec, and so has no
				   environment, or others came while some were
				   reaped. Some processes are always so: do not
				   wait for long */
};

/* Find new orphans and reap those that are dead. 0, or -1 with errno. */
int	orphans_look(struct orphans *orphans, struct orphans_view *ret_view);

/* Tell whether an orphan of that session, and of that hash_text() of its
 * REEVE_PATH (0: none), belongs to a worker that is dead. */
typedef bool orphans_claim_fn(void *arg, pid_t session, uint64_t path);

/* Kill those that are claimed, as of the last look. */
void	orphans_kill(struct orphans *orphans, void *arg,
	    orphans_claim_fn *is_claimed);

#endif
