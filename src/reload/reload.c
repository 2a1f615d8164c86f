/* Reloading the configuration: see the header. */
#include "config.h"

#include "reload/reload.h"

#include <assert.h>
#include <errno.h>
#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "reload/check.h"
#include "reload/plan.h"
#include "reload/reading.h"
#include "reload/step.h"

/* A file that was written to less long ago may be in the making; and how long
 * that is waited for. */
#define QUIET_MS	200
#define WRITING_MS	5000

/* A caller that waits for the outcome. */
struct waiter {
	reload_done_fn *done;	/* NULL: it has gone */
	void *arg;
	struct waiter *next;
};

/* One reload, or a dry run. */
struct reload_run {
	struct reload *reload;
	ev_timer timer;		/* until the file has been quiet for a while */
	int64_t give_up_ms;	/* when it must have been; 0: not yet waited */
	struct reading reading;
	struct conf *conf;	/* the new one */
	struct plan plan;
	struct check check;
	struct stepper stepper;
	bool stepping;		/* a plan is being carried out */
	struct waiter *waiters;	/* for this one */
	struct waiter *late;	/* for the one after it; NULL: there is none */
	bool dry_run;
	struct reload_run *next; /* in reload->dry_runs */
};

static void begin_run(struct reload_run *run);

/* Tell all callers that wait how it came out. */
static void
tell_waiters(struct reload_run *run, const struct reload_result *result)
{
	while (run->waiters) {
		struct waiter *waiter = run->waiters;

		run->waiters = waiter->next;
		if (waiter->done)
			waiter->done(waiter->arg, result);
		free(waiter);
	}
}

/* Free what one reading of the file has made, also half of it. */
static void
release_run(struct reload_run *run)
{
	ev_timer_stop(run->reload->engine->loop, &run->timer);
	reading_end(&run->reading);
	check_end(&run->check);
	step_release(&run->stepper);
	plan_release(&run->plan);
	conf_free(run->conf);
	run->conf = NULL;
}

/* Free a run, which no caller waits for any more. */
static void
free_run(struct reload_run *run)
{
	struct reload_run **link = &run->reload->dry_runs;

	release_run(run);
	while (*link && *link != run)
		link = &(*link)->next;
	if (*link)
		*link = run->next;
	else
		run->reload->run = NULL;
	free(run);
}

/* This reload is over; begin the next one if there is one to do. */
static void
finish_run(struct reload_run *run, const struct strlist *lines,
    enum reload_outcome outcome)
{
	struct reload *reload = run->reload;
	struct reload_result result = {
		.lines = lines,
		.failures = &run->stepper.failures,
		.outcome = outcome,
	};

	run->stepping = false;
	if (!run->dry_run && !engine_is_ending(reload->engine))
		reload->hooks.ended(reload->hooks.arg,
		    outcome == RELOAD_REFUSED);
	tell_waiters(run, &result);
	if (!run->late) {
		free_run(run);
		return;
	}
	release_run(run);
	run->give_up_ms = 0;
	run->waiters = run->late;
	run->late = NULL;
	begin_run(run);
}

/* Say what is wrong to the log; a dry run is for its caller alone. */
static void
log_wrong(const struct reload_run *run, const char *line, const char *end)
{
	if (!run->dry_run)
		log_error("reload: %s%s", line, end);
}

/* Refuse the file: lines, which are released, are why, to the log and to the
 * callers. Without any the summary is. */
static void
refuse_for(struct reload_run *run, struct strlist *lines, const char *summary)
{
	const char *line = strlist_first(lines);

	for (size_t i = 0; i < lines->count; i++, line = strlist_after(line))
		log_wrong(run, line, "");
	log_wrong(run, summary, "; nothing is changed");
	if (lines->count == 0)
		strlist_add(lines, summary);
	finish_run(run, lines, RELOAD_REFUSED);
	strlist_release(lines);
}

/* Refuse the whole file, or the moment: one line is why. */
static void
refuse_run(struct reload_run *run, const char *why)
{
	struct strlist lines = { 0 };

	refuse_for(run, &lines, why);
}

static bool
refuse_file(struct reload_run *run)
{
	struct strlist lines = { 0 };

	if (run->conf->error_count == 0)
		return false;
	check_file(run->conf, &lines);
	refuse_for(run, &lines, "the configuration has errors");
	return true;
}

/* Refuse another [reeve] that cannot be put into force. */
static bool
refuse_daemon(struct reload_run *run)
{
	char why[1024];

	if (check_daemon(run->reload->conf, run->conf, why, sizeof(why)))
		return false;
	refuse_run(run, why);
	return true;
}

/* Refuse a plan that would stop what runs for what cannot. */
static void
refuse_plan(struct reload_run *run, struct strlist *errors)
{
	struct strlist lines = *errors;

	*errors = (struct strlist){ 0 };
	refuse_for(run, &lines, "what runs would be stopped for what cannot");
}

/* The daemon ends, and with it what is left to be done. */
static void
break_off(struct reload_run *run)
{
	struct strlist lines = { 0 };

	strlist_add(&lines, "cut short: reeved is ending");
	log_warning("reload: cut short: reeved is ending");
	finish_run(run, &lines, RELOAD_INCOMPLETE);
	strlist_release(&lines);
}

/* All steps have been answered. */
static void
complete_run(struct reload_run *run)
{
	log_notice("reload: done, %zu %s, %zu refused", run->plan.lines.count,
	    run->plan.lines.count == 1 ? "change" : "changes",
	    run->stepper.failures.count);
	finish_run(run, &run->plan.lines, run->stepper.failures.count > 0 ?
	    RELOAD_INCOMPLETE : RELOAD_DONE);
}

void
reload_go_on(struct reload *reload)
{
	struct reload_run *run;

	/* each turn may end the run, or begin the next one */
	while ((run = reload->run) && run->stepping &&
	    step_take_answer(&run->stepper)) {
		if (engine_is_ending(reload->engine))
			break_off(run);
		else if (run->stepper.step == run->plan.steps + run->plan.count)
			complete_run(run);
		else
			step_ask(&run->stepper);
	}
}

/* Say the plan to the log before it is done. */
static void
log_plan(const struct reload_run *run)
{
	const struct strlist *lines = &run->plan.lines;
	const char *line = strlist_first(lines);

	for (size_t i = 0; i < lines->count; i++, line = strlist_after(line))
		log_notice("reload: %s", line);
}

/* The file has been given time: look at it again. */
static void
on_timer(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	(void)loop;
	(void)revents;
	begin_run(watcher->data);
}

/* Look at the file again when it has had time. */
static void
begin_later(struct reload_run *run, int64_t wait_ms)
{
	struct ev_loop *loop = run->reload->engine->loop;

	assert(!run->conf && !run->stepping);
	ev_now_update(loop);
	ev_timer_init(&run->timer, on_timer, (double)wait_ms / 1000., 0.);
	run->timer.data = run;
	ev_timer_start(loop, &run->timer);
}

/*
 * Wait for files that are being written to: the half of a file can be a fine
 * file too, with half of the workers. False: there is nothing to wait for.
 */
static bool
wait_for_quiet(struct reload_run *run)
{
	int64_t age_ms = run->conf->age_ms;

	if (run->dry_run || age_ms < 0 || age_ms >= QUIET_MS)
		return false;
	conf_free(run->conf);
	run->conf = NULL;
	if (run->give_up_ms == 0)
		run->give_up_ms = clock_ms() + WRITING_MS;
	if (clock_ms() >= run->give_up_ms)
		refuse_run(run, "the configuration is being written to all the "
		    "time");
	else
		begin_later(run, QUIET_MS - age_ms);
	return true;
}

/* Put the new [reeve] into force; the old one is freed with the new file. */
static void
take_conf(struct reload_run *run)
{
	struct reload *reload = run->reload;
	struct conf_daemon old = *reload->conf;

	*reload->conf = run->conf->daemon;
	run->conf->daemon = old;
	reload->hooks.conf_taken(reload->hooks.arg);
}

static void
begin_steps(struct reload_run *run)
{
	log_plan(run);
	take_conf(run);
	run->stepper = (struct stepper){
		.engine = run->reload->engine,
		.conf = run->conf,
		.plan = &run->plan,
		.step = run->plan.steps,
	};
	if (run->plan.count > 0)
		run->stepper.cause = engine_record(run->reload->engine, "/",
		    "the file differs at a reload", 0);
	run->stepping = true;
}

/* Nothing speaks against the plan: do it, or only tell it. */
static void
follow_plan(struct reload_run *run)
{
	if (run->dry_run)
		finish_run(run, &run->plan.lines, RELOAD_DONE);
	else
		begin_steps(run);
}

/* What the new workers need has been looked for. */
static void
on_checked(void *arg, struct strlist *errors)
{
	struct reload_run *run = arg;

	if (engine_is_ending(run->reload->engine))
		refuse_run(run, "reeved is ending");
	else if (errors->count > 0)
		refuse_plan(run, errors);
	else
		follow_plan(run);
}

/* Plan, and look for what new workers need if others make way for them. */
static void
begin_plan(struct reload_run *run)
{
	const struct engine *engine = run->reload->engine;

	if (plan_make(&run->plan, &engine->tree, run->conf) == -1) {
		refuse_run(run, strerror(errno));
		return;
	}
	run->check = (struct check){
		.engine = engine,
		.conf = run->conf,
		.plan = &run->plan,
		.patience_ms = run->reload->patience_ms,
		.done = on_checked,
		.arg = run,
	};
	if (!check_is_needed(&run->check))
		follow_plan(run);
	else if (check_begin(&run->check) == -1)
		refuse_plan(run, &run->check.errors);
}

/* The file has been read: if it is fine, go on. */
static void
on_read(void *arg, struct conf *conf, const char *why)
{
	struct reload_run *run = arg;

	run->conf = conf;
	if (engine_is_ending(run->reload->engine))
		refuse_run(run, "reeved is ending");
	else if (!conf)
		refuse_run(run, why);
	else if (!wait_for_quiet(run) && !refuse_file(run) &&
	    !refuse_daemon(run))
		begin_plan(run);
}

/* Begin to read the file. */
static void
begin_run(struct reload_run *run)
{
	struct reload *reload = run->reload;
	char why[READING_WHY_SIZE];

	if (engine_is_ending(reload->engine)) {
		refuse_run(run, "reeved is ending");
		return;
	}
	if (!run->dry_run && run->give_up_ms == 0)
		reload->hooks.begun(reload->hooks.arg);
	run->reading = (struct reading){
		.asides = reload->engine->asides,
		.path = reload->conf_file,
		.patience_ms = reload->patience_ms,
		.done = on_read,
		.arg = run,
	};
	if (reading_begin(&run->reading, why) == -1)
		refuse_run(run, why);
}

/* Add a caller that waits to a list; -1 if there is no memory. */
static int
add_waiter(struct waiter **list, reload_done_fn *done, void *arg)
{
	struct waiter *waiter = malloc(sizeof(*waiter));

	if (!waiter)
		return -1;
	*waiter = (struct waiter){ .done = done, .arg = arg, .next = *list };
	*list = waiter;
	return 0;
}

int
reload_start(struct reload *reload, bool dry_run, reload_done_fn *done,
    void *arg)
{
	struct reload_run *run = reload->run;

	if (run && !dry_run)
		return add_waiter(&run->late, done, arg);
	run = calloc(1, sizeof(*run));
	if (!run || add_waiter(&run->waiters, done, arg) == -1) {
		free(run);
		return -1;
	}
	run->reload = reload;
	run->dry_run = dry_run;
	if (dry_run) {
		run->next = reload->dry_runs;
		reload->dry_runs = run;
	} else {
		reload->run = run;
	}
	begin_run(run);
	return 0;
}

void
reload_end(struct reload *reload)
{
	while (reload->dry_runs)
		refuse_run(reload->dry_runs, "reeved is ending");
	if (reload->run)
		refuse_run(reload->run, "reeved is ending");
}

/* Forget the waiters with that arg; true: there was one. */
static bool
forget_in(struct waiter *waiter, const void *arg)
{
	bool found = false;

	for (; waiter; waiter = waiter->next) {
		if (waiter->arg != arg)
			continue;
		waiter->done = NULL;
		found = true;
	}
	return found;
}

void
reload_forget(struct reload *reload, const void *arg)
{
	struct reload_run *run = reload->dry_runs;

	while (run && !forget_in(run->waiters, arg))
		run = run->next;
	if (run) {
		refuse_run(run, "its caller has gone");
		return;
	}
	if (!reload->run)
		return;
	forget_in(reload->run->waiters, arg);
	forget_in(reload->run->late, arg);
}
