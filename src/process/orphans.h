/*
 * Orphans: children of the daemon that it has not started. As a subreaper it
 * inherits the orphans among its descendants: what a worker left behind when it
 * ended, and what it detached while it lived.
 *
 * They are found on the main thread's list of children in /proc, where the
 * kernel puts orphans (see loopthread.h). An orphan is our unreaped child, so
 * its pid is its own until this module reaps it, and it is safe to signal. It
 * belongs to a worker if it was in the worker's session when it was first
 * seen; one that was in no worker's session belongs to the worker whose
 * REEVE_PATH is in its environment, which is read beside the loop (peek.h).
 *
 * A look at them is made in pieces, between which the loop has its turn: what
 * happens on the loop is a few system calls for each orphan that is new or
 * dead, and one for each of the others.
 */
#ifndef REEVE_PROCESS_ORPHANS_H
#define REEVE_PROCESS_ORPHANS_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "process/peek.h"

struct orphans;

/* Tell whether a process is one that the daemon has started: a worker's, or one
 * of its own. */
typedef bool orphans_known_fn(void *arg, pid_t pid);

/* Begin to keep track; wake is called in the loop when a look that waits can go
 * on. NULL with errno where the kernel does not list children, /proc is not
 * there or not of this pid namespace, or the daemon is no subreaper. */
struct orphans *orphans_new(struct ev_loop *loop, void *arg,
		    orphans_known_fn *is_known, void (*wake)(void *arg));
void	orphans_free(struct orphans *orphans);

enum orphans_state {
	ORPHANS_BUSY,		/* there is more to do: call again */
	ORPHANS_AWAITED,	/* of some it is being read whose they are, or
				   they may be in the middle of an exec: call
				   again when woken, or in a moment */
	ORPHANS_KNOWN,		/* the look is over */
	ORPHANS_SHORTAGE,	/* it failed, as without a free descriptor: no
				   end may be told, for what the process has
				   left may be among those that are unknown */
};

/* Begin a look. When it is over it is known of every orphan that there was now
 * which worker it belongs to, as far as that can be found out. */
void	orphans_begin(struct orphans *orphans);

/* Go on with a look, until that time of clock_us(). */
enum orphans_state orphans_go_on(struct orphans *orphans, int64_t until_us);

/* Take what has been read meanwhile. True if no look waited for it any more, so
 * that there should be another one. */
bool	orphans_take_answers(struct orphans *orphans);

/* Tell whether that is still to come: of some, no look waits any more until it
 * is read whose they are. */
bool	orphans_is_unsure(const struct orphans *orphans);

/*
 * Kill what is left of a worker: of a session, and of a hash_text() of a
 * REEVE_PATH (0: none). Returns how many of them live, by the last look. If
 * `before' is not 0, of the path only those are meant that were started before
 * (ticks, as procfs_stat has them).
 */
size_t	orphans_kill(struct orphans *orphans, pid_t session, uint64_t path,
	    int64_t before);

/*
 * Reap those that looks have found dead, until that time; false: there are
 * more. Not while orphans_keeps_dead().
 */
bool	orphans_reap(struct orphans *orphans, int64_t until_us);

/*
 * Tell whether the dead are not reaped, because some that were killed still
 * live, and may fork. Each of the dead takes up a place of the limit on
 * processes, and so a fork bomb comes to its end. There has to be another look
 * in a while.
 */
bool	orphans_keeps_dead(const struct orphans *orphans);

/* How many there are, dead or alive. */
size_t	orphans_count(const struct orphans *orphans);

/* Kill all orphans there are, whatever they belong to, and reap those that are
 * dead. Returns how many may be left. */
size_t	orphans_end(struct orphans *orphans);

/* Read REEVE_PATH in another way from now on: for tests. */
void	orphans_set_read(struct orphans *orphans, peek_read_fn *read);

#endif
