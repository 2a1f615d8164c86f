/*
 * Reloading the configuration: read it whole, refuse it whole if anything is
 * wrong with it, plan, and then ask the supervisors for one step after the
 * other, as any client could. The loop waits for no disk meanwhile: processes
 * beside it read the files and look at programs (reading.h, check.h), and a
 * disk that does not answer leads to a refusal.
 *
 * The room reload is the file once more, while everything runs: plan, judge,
 * check, step. It includes its own headers, engine and all below. Begin here,
 * then read plan.h.
 */
#ifndef REEVE_RELOAD_RELOAD_H
#define REEVE_RELOAD_RELOAD_H

#include <stdbool.h>

#include "base/strlist.h"
#include "config/conf.h"
#include "engine/engine.h"

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

/* How long an answer of a disk, or of a name service, is waited for. */
#define RELOAD_PATIENCE_MS 10000

/* Called once: from the loop, from reload_start() itself, or from reload_end()
 * when the loop has ended. */
typedef void reload_done_fn(void *arg, const struct reload_result *result);

/* What a reload tells its owner; nothing of a dry run. */
struct reload_hooks {
	void (*begun)(void *arg);
	void (*ended)(void *arg, bool is_refused);
	void (*conf_taken)(void *arg); /* another [reeve] is in force */
	void *arg;
};

/* Reloading, as long as the daemon lives: at most one is carried out at a
 * time. All but the runs are the owner's to fill in. */
struct reload {
	struct engine *engine;
	const char *conf_file;	/* what is read */
	struct conf_daemon *conf; /* [reeve] in force; replaced in place */
	struct reload_hooks hooks;
	int64_t patience_ms;	/* RELOAD_PATIENCE_MS, but for tests */
	struct reload_run *run;	/* that is being carried out; NULL: none */
	struct reload_run *dry_runs; /* that only plan */
};

/*
 * Begin a reload; NULL is fine for done. One that comes while another is
 * carried out waits for it; several of these are one, and all callers are told
 * of it. A file that has just been written to is given a moment, to see that
 * all of it is there. dry_run: only plan, now and beside any other. -1 with
 * errno if there is no memory.
 */
int	reload_start(struct reload *reload, bool dry_run, reload_done_fn *done,
	    void *arg);

/* Do what can be done now of the reload that is being carried out, if there is
 * one; to be called when the engine is idle. */
void	reload_go_on(struct reload *reload);

/* The loop has ended: tell the callers that still wait, and forget what is
 * under way. */
void	reload_end(struct reload *reload);

/* Forget the caller that waits under this arg: it will not be told. A dry run
 * was for it alone, and is broken off. */
void	reload_forget(struct reload *reload, const void *arg);

#endif
