/*
 * What speaks against a new configuration: its errors, a [reeve] that cannot
 * change while the daemon runs, and programs that are not there, for which
 * nothing that runs is to be stopped.
 */
#ifndef REEVE_RELOAD_CHECK_H
#define REEVE_RELOAD_CHECK_H

#include "engine/engine.h"
#include "process/aside.h"
#include "reload/plan.h"

/* Add the errors of a file, each as "file:line: why". */
void	check_file(const struct conf *conf, struct strlist *ret_errors);

/* Tell whether the new [reeve] can take the place of the one in force; if it
 * cannot, or there is no memory to tell, why. */
bool	check_daemon(const struct conf_daemon *now, const struct conf *conf,
	    char *ret_why, size_t size);

/*
 * Looking for what each worker needs that is to be stopped and started again,
 * or is replaced: its directory, its environment, its program. What is missing
 * is added to the errors, each as "file:line: [worker:path] why". What is only
 * new is not looked at: an earlier child may be there to make it. A process
 * beside the loop looks, as a disk may not answer.
 */
struct check {
	/* The caller's to fill in: */
	const struct engine *engine;
	const struct conf *conf;
	const struct plan *plan;
	int64_t patience_ms;	/* that one worker may take */
	void (*done)(void *arg, struct strlist *errors);
				/* it may take them */
	void *arg;

	/* Its own, all zeros at first: */
	struct aside *aside;	/* NULL: it does not look */
	struct strlist errors;
	size_t node;		/* that it looks at */
	bool is_node_said;	/* what is wrong with it comes next */
};

/* Tell whether there is anything to look for. */
bool	check_is_needed(const struct check *check);

/* Begin to look; done is called from the loop, once. 0, or -1 with an error
 * added. */
int	check_begin(struct check *check);

/* Break off, if it looks, and forget the errors. */
void	check_end(struct check *check);

#endif
