/*
 * Requests of a running supervisor: OTP's calls, answered in their turn.
 */
#ifndef REEVE_CORE_REQUEST_H
#define REEVE_CORE_REQUEST_H

#include "core/steps.h"

/* The request that a piece of mail is. */
static inline struct request *
request_of(struct mail *mail)
{
	return list_entry(mail, struct request, mail);
}

/* Serve it: answer at once, or begin the operation that will. */
void	request_handle(struct sup *sup, struct request *request);

/*
 * OTP's code_change: new flags and a new definition for a supervisor that
 * runs. Any fault: nothing changes. The flags are in force at once and judge
 * the restarts recorded so far. A child in both lists has its new spec from
 * now on, and the same process; a new child is added, down, and not started;
 * one that is only in the old list is kept until the supervisor ends. The
 * order is the new list's, then the kept ones in their old order. Whatever
 * comes to be the supervisor's next life begins with the new list alone.
 *
 * Of the new slots, those of children that exist are released, their twin
 * being the child that has their spec now.
 */
enum request_error change_sup(struct sup *sup, struct request *request);

/*
 * The same for one that does not run: its list is the new one at once, and a
 * child may be of another type than who had its name.
 */
enum request_error change_down(struct sup *sup, struct request *request);

#endif
