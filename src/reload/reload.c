/* Reloading the configuration: see the header. */
#include "config.h"

#include "reload/reload.h"

#include <errno.h>
#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/log.h"
#include "config/diff.h"
#include "daemon/upstream.h"
#include "reload/check.h"
#include "reload/plan.h"
#include "reload/step.h"

/* Somebody who waits for the outcome. */
struct waiter {
	reload_done_fn *done;
	void *arg;
	struct waiter *next;
};

/* A file that was written to less long ago may be in the making; and how long
 * that is waited for. */
#define QUIET_MS	200
#define PATIENCE_MS	5000

/* A reload that is being carried out; there is one at a time. */
struct reload {
	struct daemon *daemon;
	ev_timer timer;		/* until the file has been quiet for a while */
	int64_t give_up_ms;	/* when it must have been; 0: not yet waited */
	struct conf *conf;	/* the new one */
	struct plan plan;
	struct stepper planstep;
	size_t at;		/* the step that is being done */
	bool stepping;		/* a plan is being carried out */
	bool asked;		/* for the step at hand */
	struct strlist failures;
	struct waiter *waiters;	/* for this one */
	struct waiter *late;	/* for the one after it */
	bool again;		/* another was asked for meanwhile */
	bool dry_run;
};

static void begin(struct reload *reload);

/* Tell everybody who waits how it came out. */
static void
tell(struct reload *reload, const struct reload_result *result)
{
	while (reload->waiters) {
		struct waiter *waiter = reload->waiters;

		reload->waiters = waiter->next;
		if (waiter->done)
			waiter->done(waiter->arg, result);
		free(waiter);
	}
}

/* This reload is over; begin the next one if there is one to do. */
static void
finish(struct reload *reload, const struct strlist *lines,
    enum reload_outcome outcome)
{
	struct reload_result result = {
		.lines = lines,
		.failures = &reload->failures,
		.outcome = outcome,
	};

	reload->stepping = false;
	if (!reload->dry_run && !engine_is_ending(reload->daemon))
		upstream_reloaded(daemon_notifier(reload->daemon),
		    daemon_tree(reload->daemon)->child_count,
		    outcome == RELOAD_REFUSED);
	tell(reload, &result);
	step_drop(&reload->planstep);
	plan_release(&reload->plan);
	strlist_release(&reload->failures);
	conf_free(reload->conf);
	reload->conf = NULL;
	if (!reload->again) {
		if (!reload->dry_run)
			daemon_set_reload(reload->daemon, NULL);
		free(reload);
		return;
	}
	reload->again = reload->dry_run = false;
	reload->give_up_ms = 0;
	reload->waiters = reload->late;
	reload->late = NULL;
	begin(reload);
}

/* Say what is wrong to the log; a dry run is for who asked alone. */
static void
log_wrong(const struct reload *reload, const char *line, const char *end)
{
	if (!reload->dry_run)
		log_error("reload: %s%s", line, end);
}

/* Refuse the whole file, or the moment: one line is why. */
static void
fail(struct reload *reload, const char *why)
{
	struct strlist lines = STRLIST_EMPTY;

	log_wrong(reload, why, "; nothing is changed");
	strlist_add(&lines, why);
	finish(reload, &lines, RELOAD_REFUSED);
	strlist_release(&lines);
}

/* Refuse what is asked for; the lines, which are released, are why. */
static void
refuse(struct reload *reload, struct strlist *lines, const char *summary)
{
	const char *line = strlist_first(lines);

	for (size_t i = 0; i < lines->count; i++) {
		log_wrong(reload, line, "");
		line = strlist_after(line);
	}
	log_wrong(reload, summary, "; nothing is changed");
	finish(reload, lines, RELOAD_REFUSED);
	strlist_release(lines);
}

/* Refuse a file that has errors; each is said to the log and to who asked. */
static void
refuse_file(struct reload *reload)
{
	const struct conf *conf = reload->conf;
	struct strlist lines = STRLIST_EMPTY;
	char line[1024];

	for (size_t i = 0; i < conf->error_count; i++) {
		conf_format_error(&conf->errors[i], line, sizeof(line));
		strlist_add(&lines, line);
	}
	if (conf->errors_left_out > 0) {
		snprintf(line, sizeof(line), "and %zu errors more",
		    conf->errors_left_out);
		strlist_add(&lines, line);
	}
	refuse(reload, &lines, "the configuration has errors");
}

/* Refuse a plan that would stop what runs for what cannot; tells if it is. */
static bool
refuse_plan(struct reload *reload)
{
	struct strlist lines = STRLIST_EMPTY;

	check_plan(reload->daemon, reload->conf, &reload->plan, &lines);
	if (lines.count == 0) {
		strlist_release(&lines);
		return false;
	}
	refuse(reload, &lines, "what runs would be stopped for what cannot");
	return true;
}

/* Say that a step was refused; the others are done all the same. */
static void
note_failure(struct reload *reload, const struct plan_step *step,
    const char *why)
{
	static const char *const verbs[PLAN_TYPE_COUNT] = {
		[PLAN_TERMINATE] = "stop",
		[PLAN_DELETE] = "delete",
		[PLAN_CODE_CHANGE] = "change",
		[PLAN_START] = "start",
		[PLAN_RESTART] = "restart",
	};
	struct strlist *failures = &reload->failures;
	const char *parts[] = {
		"cannot ", verbs[step->type], " ", step->path, ": ", why,
	};
	char text[STEP_WHY_SIZE + 50];

	for (size_t i = 0; i < LENGTH(parts); i++)
		strlist_put_bytes(failures, parts[i], strlen(parts[i]));
	strlist_end(failures);
	snprintf(text, sizeof(text), "the reload could not %s it: %s",
	    verbs[step->type], why);
	engine_record(reload->daemon, step->path, text,
	    reload->planstep.cause);
	log_error("reload: cannot %s %s: %s", verbs[step->type], step->path,
	    why);
}

/* The daemon ends, and what is left to be done with it. */
static void
cut_short(struct reload *reload)
{
	struct strlist lines = STRLIST_EMPTY;

	log_warning("reload: cut short: reeved is ending");
	strlist_add(&lines, "cut short: reeved is ending");
	finish(reload, &lines, RELOAD_INCOMPLETE);
	strlist_release(&lines);
}

/* All steps have been answered. */
static void
complete(struct reload *reload)
{
	log_notice("reload: done, %zu %s, %zu refused",
	    reload->plan.lines.count,
	    reload->plan.lines.count == 1 ? "change" : "changes",
	    reload->failures.count);
	finish(reload, &reload->plan.lines, reload->failures.count > 0 ?
	    RELOAD_INCOMPLETE : RELOAD_DONE);
}

/* Take the answer to the step at hand; false: there is none yet. */
static bool
take_answer(struct reload *reload)
{
	const struct plan_step *step = &reload->plan.steps[reload->at];
	const char *why;
	bool again;

	if (!reload->asked)
		return true;
	if (!reload->planstep.answered)
		return false;
	reload->asked = false;
	why = step_answer(&reload->planstep, step, &again);
	if (again)
		return true;
	if (why)
		note_failure(reload, step, why);
	reload->at++;
	return true;
}

/* Ask for the step at hand. */
static void
ask(struct reload *reload)
{
	const struct plan_step *step = &reload->plan.steps[reload->at];

	switch (step_ask(&reload->planstep, step)) {
	case STEP_ASKED:
		reload->asked = true;
		return;
	case STEP_FAILED:
		note_failure(reload, step, strerror(ENOMEM));
		break;
	case STEP_SKIPPED:
		break;
	}
	reload->at++;
}

void
reload_go_on(struct daemon *daemon)
{
	struct reload *reload = daemon_reload(daemon);

	while (reload && reload->stepping && take_answer(reload)) {
		if (engine_is_ending(daemon))
			cut_short(reload);
		else if (reload->at == reload->plan.count)
			complete(reload);
		else
			ask(reload);
		reload = daemon_reload(daemon);	/* it may be over */
	}
}

/* Write the names of keys into a sentence, as far as they fit. */
static void
say_keys(const struct strlist *keys, char *ret_text, size_t size)
{
	const char *key = strlist_first(keys);
	size_t at = 0;

	for (size_t i = 0; i < keys->count && at < size; i++) {
		at += (size_t)snprintf(ret_text + at, size - at, "%s'%s'",
		    i ? ", " : "", key);
		key = strlist_after(key);
	}
}

/* Tell whether [reeve] says something that cannot change now, or memory is too
 * short to tell; says so. */
static bool
daemon_refuses(struct reload *reload)
{
	struct strlist keys = STRLIST_EMPTY;
	char names[256] = "", why[1024];
	unsigned change = diff_daemons(daemon_conf(reload->daemon),
	    &reload->conf->daemon, &keys);
	bool is_refused = keys.failed || (change & DIFF_REFUSED);

	if (change & DIFF_REFUSED) {
		say_keys(&keys, names, sizeof(names));
		snprintf(why, sizeof(why), "%s: [reeve] %s: not while reeved "
		    "runs: it has to be started anew", reload->conf->files[0],
		    names);
		fail(reload, why);
	} else if (is_refused) {
		fail(reload, strerror(ENOMEM));
	}
	strlist_release(&keys);
	return is_refused;
}

/* Say the plan to the log before it is done. */
static void
log_plan(const struct reload *reload)
{
	const struct strlist *lines = &reload->plan.lines;
	const char *line = strlist_first(lines);

	for (size_t i = 0; i < lines->count; i++) {
		log_notice("reload: %s", line);
		line = strlist_after(line);
	}
}

/* The file has been given time: look at it again. */
static void
on_timer(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	(void)loop;
	(void)revents;
	begin(watcher->data);
}

/*
 * Wait for files that are being written to: the half of a file can be a fine
 * file too, with half of the workers. False: there is nothing to wait for.
 */
static bool
wait_for_quiet(struct reload *reload)
{
	struct ev_loop *loop = daemon_loop(reload->daemon);
	int64_t age_ms = clock_wall_ms() - reload->conf->written_ms;

	if (reload->dry_run || age_ms < 0 || age_ms >= QUIET_MS)
		return false;
	conf_free(reload->conf);
	reload->conf = NULL;
	if (reload->give_up_ms == 0)
		reload->give_up_ms = clock_ms() + PATIENCE_MS;
	if (clock_ms() >= reload->give_up_ms) {
		fail(reload, "the configuration is being written to all the "
		    "time");
		return true;
	}
	ev_now_update(loop);
	ev_timer_init(&reload->timer, on_timer,
	    (double)(QUIET_MS - age_ms) / 1000., 0.);
	reload->timer.data = reload;
	ev_timer_start(loop, &reload->timer);
	return true;
}

/* Plan, and begin to do it. */
static void
begin_steps(struct reload *reload)
{
	if (plan_make(&reload->plan, daemon_tree(reload->daemon),
	    reload->conf) < 0) {
		fail(reload, strerror(errno));
		return;
	}
	if (refuse_plan(reload))
		return;
	if (reload->dry_run) {
		finish(reload, &reload->plan.lines, RELOAD_DONE);
		return;
	}
	log_plan(reload);
	daemon_take_conf(reload->daemon, &reload->conf->daemon);
	reload->planstep = (struct stepper){
		.daemon = reload->daemon,
		.conf = reload->conf,
		.plan = &reload->plan,
	};
	if (reload->plan.count > 0)
		reload->planstep.cause = engine_record(reload->daemon, "/",
		    "the file differs at a reload", 0);
	reload->at = 0;
	reload->asked = false;
	reload->stepping = true;
}

/* Read the file and check it; if it is fine, go on. */
static void
begin(struct reload *reload)
{
	if (engine_is_ending(reload->daemon)) {
		fail(reload, "reeved is ending");
		return;
	}
	if (!reload->dry_run && reload->give_up_ms == 0)
		upstream_reloading(daemon_notifier(reload->daemon));
	reload->conf = conf_load(daemon_conf_file(reload->daemon));
	if (!reload->conf) {
		fail(reload, strerror(ENOMEM));
		return;
	}
	if (wait_for_quiet(reload))
		return;
	if (reload->conf->error_count > 0)
		refuse_file(reload);
	else if (!daemon_refuses(reload))
		begin_steps(reload);
}

/* Add somebody who waits to a list; -1 if memory is short. */
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

/* Make one that is to be begun; NULL if memory is short. */
static struct reload *
new_reload(struct daemon *daemon, bool dry_run)
{
	struct reload *reload = calloc(1, sizeof(*reload));

	if (!reload)
		return NULL;
	reload->daemon = daemon;
	reload->dry_run = dry_run;
	return reload;
}

int
reload_start(struct daemon *daemon, bool dry_run, reload_done_fn *done,
    void *arg)
{
	struct reload *reload = daemon_reload(daemon);

	if (reload && !dry_run) {
		if (add_waiter(&reload->late, done, arg) < 0)
			return -1;
		reload->again = true;
		return 0;
	}
	reload = new_reload(daemon, dry_run);
	if (!reload)
		return -1;
	if (add_waiter(&reload->waiters, done, arg) < 0) {
		free(reload);
		return -1;
	}
	if (!dry_run)
		daemon_set_reload(daemon, reload);
	begin(reload);
	return 0;
}

void
reload_end(struct daemon *daemon)
{
	struct reload *reload = daemon_reload(daemon);

	if (!reload)
		return;
	ev_timer_stop(daemon_loop(daemon), &reload->timer);
	fail(reload, "reeved is ending");
}

/* Forget a waiter in one list. */
static void
forget_in(struct waiter *waiter, const void *arg)
{
	for (; waiter; waiter = waiter->next)
		if (waiter->arg == arg)
			waiter->done = NULL;
}

void
reload_forget(struct daemon *daemon, const void *arg)
{
	struct reload *reload = daemon_reload(daemon);

	if (!reload)
		return;
	forget_in(reload->waiters, arg);
	forget_in(reload->late, arg);
}
