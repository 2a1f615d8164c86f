/*
 * How an operation stops children: one by one from the last to the first,
 * all at once, or, when its supervisor is killed, with everything below them.
 */
#ifndef REEVE_CORE_STOP_H
#define REEVE_CORE_STOP_H

#include "core/sup.h"

/* Stop the next child of the walk, or all; the operation may wait after it. */
void	stop_advance(struct sup *sup);

/* Kill a child's process, or a supervisor with all that is below it. */
void	stop_kill(struct sup *sup, struct child *child);

/* Give up waiting for a process that does not even die of SIGKILL. */
void	stop_give_up(struct sup *sup, struct child *child);

/* Kill what was told to stop and is late; give up on what was killed. */
void	stop_on_deadline(struct sup *sup);

#endif
