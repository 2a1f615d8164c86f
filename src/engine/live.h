/*
 * What a reload changes of a process that runs on: its limits, its nice value,
 * and its score for the out-of-memory killer.
 */
#ifndef REEVE_ENGINE_LIVE_H
#define REEVE_ENGINE_LIVE_H

#include "core/child.h"
#include "process/hygiene.h"

/*
 * To be called before a slot that a code change has left over is released:
 * changes the process of its replacement as the slot's program says, as far as
 * that is possible while it runs. What the system refuses is logged, and holds
 * from the next start on. Any other slot is passed over. found: the defaults of
 * children.
 */
void	live_apply(const struct child *slot, const struct hygiene *found);

#endif
