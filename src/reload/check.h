/*
 * What a plan needs of the system: nothing that runs is to be stopped for a
 * program that is not there.
 */
#ifndef REEVE_RELOAD_CHECK_H
#define REEVE_RELOAD_CHECK_H

#include "daemon/daemon.h"
#include "reload/plan.h"

/*
 * Look for what each worker needs that is to be stopped and started again, or
 * is replaced: its directory, its environment, its program. What is missing is
 * added to ret_errors, each as "file:line: [worker:path] why". What is only
 * new is not looked at: an earlier child may be there to make it.
 */
void	check_plan(struct daemon *daemon, const struct conf *conf,
	    const struct plan *plan, struct strlist *ret_errors);

#endif
