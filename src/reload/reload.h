/*
 * Reloading the configuration: read it whole, refuse it whole if anything is
 * wrong with it, plan, and then ask the supervisors for one step after the
 * other, as any client could.
 */
#ifndef REEVE_RELOAD_RELOAD_H
#define REEVE_RELOAD_RELOAD_H

#include <stdbool.h>

#include "base/strlist.h"
#include "daemon/daemon.h"

struct reload;

enum reload_outcome {
	RELOAD_DONE,
	RELOAD_REFUSED,		/* nothing is changed */
	RELOAD_INCOMPLETE,	/* some steps were refused, or not come to */
};

/*
 * How a reload came out. lines: the plan, or of a refused one what is wrong,
 * as "file:line: what" where it is about the file; failures: steps that were
 * refused, while the others were done.
 */
struct reload_result {
	const struct strlist *lines;
	const struct strlist *failures;
	enum reload_outcome outcome;
};

/* Told once, from the loop or from reload_start() itself. */
typedef void reload_done_fn(void *arg, const struct reload_result *result);

/*
 * Begin a reload of the daemon's file; NULL is fine for done. One that comes
 * while another is carried out waits for it; several of these are one, and all
 * are told of it. A file that has just been written to is given a moment, to
 * see that all of it is there. dry_run: only plan, at once. -1 with errno if
 * memory is short.
 */
int	reload_start(struct daemon *daemon, bool dry_run, reload_done_fn *done,
	    void *arg);

/* Do what can be done now of the reload that is being carried out, if there is
 * one; the pump calls it when there is no news. */
void	reload_go_on(struct daemon *daemon);

/* The loop has ended: tell who waits still, and forget what is under way. */
void	reload_end(struct daemon *daemon);

/* Forget who waits under this arg: it will not be told. */
void	reload_forget(struct daemon *daemon, const void *arg);

#endif
