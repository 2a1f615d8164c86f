/*
 * What speaks against a new configuration: its errors, a [reeve] that cannot
 * change while the daemon runs, and programs that are not there, for which
 * nothing that runs is to be stopped.
 */
#ifndef REEVE_RELOAD_CHECK_H
#define REEVE_RELOAD_CHECK_H

#include "engine/engine.h"
#include "reload/plan.h"

/* Add the errors of a file, each as "file:line: why". */
void	check_file(const struct conf *conf, struct strlist *ret_errors);

/* Tell whether the new [reeve] can take the place of the one in force; if it
 * cannot, or there is no memory to tell, why. */
bool	check_daemon(const struct conf_daemon *now, const struct conf *conf,
	    char *ret_why, size_t size);

/*
 * Look for what each worker needs that is to be stopped and started again, or
 * is replaced: its directory, its environment, its program. What is missing is
 * added, each as "file:line: [worker:path] why". What is only new is not
 * looked at: an earlier child may be there to make it.
 */
void	check_plan(const struct engine *engine, const struct conf *conf,
	    const struct plan *plan, struct strlist *ret_errors);

#endif
