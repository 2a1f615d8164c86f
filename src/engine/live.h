/*
 * What a reload changes of a process that runs on: its limits, its nice value,
 * and its score for the out-of-memory killer.
 */
#ifndef REEVE_ENGINE_LIVE_H
#define REEVE_ENGINE_LIVE_H

#include "core/child.h"
#include "process/hygiene.h"

/*
 * A slot that a code change has left over is about to be released: apply to
 * the process of its replacement what the slot's program says otherwise, and
 * can be changed while it runs. What the system refuses is said, and holds
 * from the next start on. Any other slot is passed over. found: what children
 * get that say nothing themselves.
 */
void	live_apply(const struct child *slot, const struct hygiene *found);

#endif
