/*
 * OTP's code_change: new flags and a new definition for a supervisor.
 */
#ifndef REEVE_CORE_CHANGE_H
#define REEVE_CORE_CHANGE_H

#include "core/request.h"
#include "core/sup.h"

/*
 * Change a supervisor that runs. If anything is wrong, nothing changes. The
 * flags are in force at once, and judge the restarts that are recorded so far.
 * A child of both lists has its new spec from now on and keeps its process. A
 * new child is added, down, and is not started. A child that only the old list
 * names is kept until the supervisor ends. The order is that of the new list,
 * then come the kept children in their old order. The supervisor's next life
 * begins with the new list alone.
 *
 * The new slots of children that exist are released; slot->replacement is the
 * child that has their spec now.
 */
enum request_error change_sup(struct sup *sup, struct request *request);

/*
 * Change a supervisor that does not run: its list is the new one at once, and
 * a child may be of another type than the one that had its name before.
 */
enum request_error change_down(struct sup *sup, struct request *request);

#endif
