/*
 * The rules that hold at every step, those about what happens. Each has its
 * number and its statement where it is checked. In this file: I4 to I10, and
 * of I1, I11 and I13 what notes tell. In state.c: I1, I3, I11, I15, I16, I20,
 * and the other halves of I6 and I7. In src/core/tree_check.c, what can be seen
 * of a tree alone: of I5, I7, I9, I15 and I16. In the fake world, which is the
 * kernel: I1 and I12 (no second process beside one of the same child), I2 (no
 * signal to a process that is not there), I13 (one answer to each request), I21
 * (nothing comes of an adoption). In main.c: I18 and I19 (a seed has one trace,
 * wherever the clock stands). I14 and I17, of reloading and of snapshots, are
 * not the core's.
 */
#include "sim/invariants.h"

#include <inttypes.h>
#include <string.h>

/* A process that is not gone so long after a kill is unkillable: I11. */
#define KILL_TIMEOUT_MS	5000

/* Tell whether a supervisor restarts what ended, and nothing else. */
static bool
is_one_for_one(const struct sup *sup)
{
	return sup->flags.strategy == SPEC_ONE_FOR_ONE;
}

/* Tell whether a supervisor stops its children all at once. */
static bool
is_concurrent(const struct sup *sup)
{
	return sup->self.spec.type == SPEC_DYNAMIC ||
	    sup->flags.shutdown_order == SPEC_CONCURRENT;
}

struct child *
next_child(const struct sup *sup, const struct child *child)
{
	struct list *link = child ? child->link.next : sup->children.next;

	if (link == &sup->children)
		return NULL;
	return list_entry(link, struct child, link);
}

/* Tell whether a child stands at or behind another one in start order. */
static bool
is_from(const struct child *child, const struct child *first)
{
	const struct child *at = first;

	if (!list_is_linked(&first->link))
		return true;		/* it has left: not known */
	while (at && at != child)
		at = next_child(first->parent, at);
	return at != NULL;
}

/*
 * I4, start order: a supervisor starts one child at a time, and while it starts
 * itself, in the order of its list.
 */
static void
check_start_order(struct world *world, const struct child *child)
{
	const struct sup *sup = child->parent;
	bool init = sup->self.state == CHILD_STARTING, before = true;

	for (struct child *at = next_child(sup, NULL); at;
	    at = next_child(sup, at)) {
		bool tried = watch_of(at)->attempt > watch_of(&sup->self)->life;

		if (at == child) {
			before = false;
			continue;
		}
		if (!sup->being_killed && (at->state == CHILD_STARTING ||
		    at->state == CHILD_STOPPING))
			world_fatal(world, "I4: '%s' is started while '%s' is "
			    "%s", child->name, at->name,
			    child_state_names[at->state]);
		if (at->state == CHILD_UNKILLABLE || at->state ==
		    CHILD_RESTARTING || at->forgotten || watch_of(at)->adopted)
			continue;	/* it has no turn in this walk */
		if (init && tried != before)
			world_fatal(world, "I4: '%s' is not started at its "
			    "turn: '%s' %s", child->name, at->name,
			    before ? "was not yet" : "was before");
	}
}

/*
 * I5, stop order: a child is stopped only when all behind it are gone, if that
 * is for the end of its supervisor or for a restart.
 */
static void
check_stop_order(struct world *world, const struct child *child)
{
	const struct sup *sup = child->parent;
	enum op_type op = sup->op.type;

	if (is_concurrent(sup) || sup->being_killed ||
	    op == OP_TERMINATE_CHILD ||
	    (op == OP_PLANNED_RESTART && is_one_for_one(sup)))
		return;
	for (struct child *at = next_child(sup, child); at;
	    at = next_child(sup, at))
		if (child_has_process(at) && at->state != CHILD_UNKILLABLE)
			world_fatal(world, "I5: '%s' is stopped before '%s', "
			    "which stands behind it", child->name, at->name);
}

/* Tell whether a restart may touch a child: I6. */
static bool
is_in_range(const struct child *child)
{
	const struct sup *sup = child->parent;
	const struct child *trigger = watch_of(&sup->self)->trigger;

	if (sup->flags.strategy == SPEC_ONE_FOR_ALL ||
	    watch_of(&sup->self)->loose || watch_of(child)->due != DUE_NOT)
		return true;
	if (is_one_for_one(sup))
		return false;
	if (trigger && is_from(child, trigger))
		return true;
	for (const struct child *at = next_child(sup, NULL); at != child;
	    at = next_child(sup, at))
		if (watch_of(at)->due != DUE_NOT)
			return true;
	return false;
}

/*
 * I6, range: a restart stops and starts what the strategy names, one, all, or
 * the child and those behind it; the others keep their processes.
 */
static void
check_range(struct world *world, const struct child *child, const char *what)
{
	const struct sup *sup = child->parent;

	if (sup->op.type == OP_RESTART && !sup->being_killed &&
	    !is_in_range(child))
		world_fatal(world, "I6: '%s' is %s in a restart that is not "
		    "its own, under %s", child->name, what,
		    spec_strategy_names[sup->flags.strategy]);
}

/*
 * I8, intensity: record a restart, and tell whether it is allowed: not more
 * than max_restarts in the last max_seconds, this one included.
 */
static bool
record_hit(const struct world *world, const struct sup *sup)
{
	struct watch *watch = watch_of(&sup->self);
	uint32_t old = 0;

	while (old < watch->hit_count && world->now_ms - watch->hits[old] >
	    sup->flags.max_seconds_ms)
		old++;
	if (watch->hit_count - old == WATCH_HITS)
		old++;
	watch->hit_count -= old;
	memmove(watch->hits, watch->hits + old,
	    watch->hit_count * sizeof(watch->hits[0]));
	watch->hits[watch->hit_count++] = world->now_ms;
	return watch->hit_count <= sup->flags.max_restarts;
}

/* A changed limit remembers the newest restarts, one more than it allows. */
static void
trim_hits(struct watch *watch, int64_t limit)
{
	uint32_t old = watch->hit_count > limit ?
	    watch->hit_count - (uint32_t)limit : 0;

	watch->hit_count -= old;
	memmove(watch->hits, watch->hits + old,
	    watch->hit_count * sizeof(watch->hits[0]));
}

/*
 * I8: under one_for_one every attempt that was not counted when the child
 * ended counts now, but for those after a shortage.
 */
static void
check_counted(struct world *world, const struct child *child)
{
	const struct sup *sup = child->parent;
	enum watch_due due = watch_of(child)->due;

	if (watch_of(&sup->self)->must_give_up || watch_of(&sup->self)->gave_up)
		world_fatal(world, "I8: '%s' is started, but '%s' had to give "
		    "up", child->name, sup->self.name);
	watch_of(&sup->self)->causes += due == DUE_FREED;
	if (!is_one_for_one(sup) || due == DUE_EXIT || due == DUE_RESUME)
		return;
	if (!record_hit(world, sup))
		world_fatal(world, "I8: the restart of '%s' is one too many "
		    "for '%s'", child->name, sup->self.name);
}

/*
 * I7, restart kind: a temporary child is never started again. (That a
 * transient one is not after a clean end is part of I6: nothing was due.)
 */
static void
check_kind(struct world *world, const struct child *child)
{
	enum op_type op = child->parent->op.type;

	if (child->spec.restart == SPEC_TEMPORARY && op != OP_INIT &&
	    op != OP_START_CHILD && op != OP_RESTART_CHILD &&
	    !watch_of(child)->spared && !child->parent->being_killed)
		world_fatal(world, "I7: temporary '%s' is started again",
		    child->name);
}

/* A child is to start: check that, and record it. */
static void
check_attempt(struct world *world, const struct child *child)
{
	struct watch *watch = watch_of(child), *above;
	struct sup *sup = child->parent;

	watch->asked_ms = world->now_ms;
	watch->adopted = false;
	if (!sup)
		return;
	above = watch_of(&sup->self);
	check_start_order(world, child);
	check_kind(world, child);
	if (sup->op.type == OP_RESTART) {
		check_range(world, child, "started");
		check_counted(world, child);
		if (watch->due != DUE_NOT)
			above->trigger = slot_of(child)->child;
		if (watch->due != DUE_NOT && watch->due != DUE_EXIT)
			above->pass = 0; /* where it began is not known */
	}
	watch->due = DUE_NOT;
	watch->attempt = ++checks_of(world)->clock;
}

void
check_start(struct world *world, struct slot *slot)
{
	check_attempt(world, slot->child);
}

/* NOTE_INIT: a supervisor begins a life; its record of restarts is empty. */
static void
note_init(struct world *world, const struct note *note)
{
	struct watch *watch = watch_of(note->child);

	check_attempt(world, note->child);
	watch->life = ++checks_of(world)->clock;
	watch->trigger = NULL;
	watch->hit_count = watch->causes = 0;
	watch->period_ms = sup_of(note->child)->flags.max_seconds_ms;
	watch->exact = is_one_for_one(sup_of(note->child));
	watch->must_give_up = watch->gave_up = watch->loose = false;
}

/* I4: a start is cut short only when the tree is to end before it is up. */
static void
check_cut_short(struct world *world, const struct child *child)
{
	const struct sup *root = world->tree.root;

	if (root->self.state != CHILD_STARTING ||
	    !list_is_linked(&root->stop.link))
		world_fatal(world, "I4: the start of '%s' is cut short",
		    child->name);
}

/* NOTE_STOP: only what is up, and once. */
static void
note_stop(struct world *world, const struct note *note)
{
	struct watch *watch = watch_of(note->child);

	if (watch->told)
		world_fatal(world, "I5: '%s' is told to stop twice",
		    note->child->name);
	watch->told = true;
	watch->told_ms = world->now_ms;
	if (note->child->state == CHILD_STARTING) {
		check_cut_short(world, note->child);
		return;
	}
	check_stop_order(world, note->child);
	check_range(world, note->child, "stopped");
}

/* Tell whether so much time has passed since then. */
static bool
is_over(const struct world *world, int64_t since_ms, int64_t time_ms)
{
	return time_ms != SPEC_INFINITY && world->now_ms - since_ms >= time_ms;
}

/* Tell whether the time to kill a child has come. */
static bool
may_be_killed(const struct world *world, const struct child *child)
{
	const struct watch *watch = watch_of(child);
	const struct spec *spec = &child->spec;

	if (child->parent->being_killed ||
	    spec->shutdown_ms == SPEC_BRUTAL_KILL)
		return true;
	if (child->state == CHILD_STARTING &&
	    is_over(world, watch->asked_ms, spec->start_timeout_ms))
		return true;
	return watch->told &&
	    is_over(world, watch->told_ms, spec->shutdown_ms);
}

/*
 * I10, old news: a child is killed because of what this life of it did, never
 * because of a deadline of an earlier one.
 */
static void
note_kill(struct world *world, const struct note *note)
{
	struct watch *watch = watch_of(note->child);

	if (watch->killed)
		world_fatal(world, "I10: '%s' is killed twice",
		    note->child->name);
	if (!may_be_killed(world, note->child))
		world_fatal(world, "I10: '%s' is killed too early",
		    note->child->name);
	watch->killed = true;
	watch->killed_ms = world->now_ms;
	if (!watch->told && note->child->state == CHILD_STOPPING) {
		check_stop_order(world, note->child);
		check_range(world, note->child, "stopped");
	}
}

/* NOTE_UNKILLABLE: after a kill and its time, I11. */
static void
note_unkillable(struct world *world, const struct note *note)
{
	const struct watch *watch = watch_of(note->child);

	if (!watch->killed ||
	    world->now_ms - watch->killed_ms < KILL_TIMEOUT_MS)
		world_fatal(world, "I11: '%s' is given up too early",
		    note->child->name);
}

/*
 * I9, escalation: a supervisor has ended, or failed to start, only when all
 * that was below it is gone; what is unkillable cannot be waited for.
 */
static void
check_empty(struct world *world, const struct child *sup)
{
	for (struct list *at = world->slots.next; at != &world->slots;
	    at = at->next) {
		const struct slot *slot = list_entry(at, struct slot, link);

		if (slot->proc != PROC_NONE &&
		    slot->child->state != CHILD_UNKILLABLE &&
		    world_is_below(slot, sup))
			world_fatal(world, "I9: '%s' has ended before '%s'",
			    sup->name, slot->name);
	}
}

/* NOTE_DOWN: of a supervisor, always with reason shutdown or killed: I9. */
static void
note_down(struct world *world, const struct note *note)
{
	const struct child *child = note->child;
	struct watch *watch = watch_of(child);

	if (child == checks_of(world)->about)
		checks_of(world)->heard++;
	if (child == checks_of(world)->about &&
	    checks_of(world)->was_unkillable)
		watch->due = checks_of(world)->comeback == COMEBACK_RESUME ?
		    DUE_RESUME : DUE_FREED;
	if (!child_is_sup(child))
		return;
	watch->told = false;
	check_empty(world, child);
	if (note->outcome.end != SPEC_END_SHUTDOWN &&
	    note->outcome.end != SPEC_END_KILLED)
		world_fatal(world, "I9: supervisor '%s' ends as class %u",
		    child->name, note->outcome.end);
}

/* NOTE_START_FAILED and NOTE_START_IGNORED. */
static void
note_no_start(struct world *world, const struct note *note)
{
	if (note->child == checks_of(world)->about)
		checks_of(world)->heard++;
	if (child_is_sup(note->child))
		check_empty(world, note->child);
}

/* NOTE_STARTED. */
static void
note_started(struct world *world, const struct note *note)
{
	if (note->child == checks_of(world)->about)
		checks_of(world)->heard++;
	watch_of(note->child)->spared = false;
	if (child_is_sup(note->child) != (slot_of(note->child)->proc ==
	    PROC_NONE))
		world_fatal(world, "I1: '%s' is said to be up",
		    note->child->name);
}

/*
 * NOTE_CHILD_TERMINATED: I7, only an end that leads to a restart is reported,
 * or an abnormal one; I8, a restart is counted at once if nothing delays it.
 */
static void
note_terminated(struct world *world, const struct note *note)
{
	struct watch *above = watch_of(&note->sup->self);
	const struct spec *spec = &note->child->spec;
	struct watch *watch = watch_of(note->child);
	bool clean = spec_end_is_clean((enum spec_end)note->outcome.end);

	if (clean && spec->restart != SPEC_PERMANENT)
		world_fatal(world, "I7: the clean end of %s '%s' is reported",
		    spec_restart_names[spec->restart], note->child->name);
	above->causes++;
	if (spec->restart == SPEC_TEMPORARY || spec->restart_delay_ms > 0)
		return;
	above->trigger = note->child;
	above->pass = ++checks_of(world)->clock;
	watch->due = DUE_EXIT;
	above->must_give_up = !record_hit(world, note->sup);
}

/*
 * NOTE_GAVE_UP: I8, it is the limit that was reached. Where the strategy hides
 * how often a failed restart was tried again, there were at least causes.
 */
static void
note_gave_up(struct world *world, const struct note *note)
{
	struct watch *watch = watch_of(&note->sup->self);
	bool counted = watch_of(note->child)->due == DUE_EXIT;

	if ((counted ? !watch->must_give_up : record_hit(world, note->sup)) &&
	    watch->exact)
		world_fatal(world, "I8: '%s' gives up after %" PRIu32 " of %"
		    PRId64 " restarts", note->sup->self.name,
		    watch->hit_count, note->sup->flags.max_restarts);
	watch->causes += watch_of(note->child)->due == DUE_FREED;
	if (watch->causes <= note->sup->flags.max_restarts)
		world_fatal(world, "I8: '%s' gives up without a cause",
		    note->sup->self.name);
	watch->gave_up = true;
	watch->must_give_up = false;
	watch->pass = 0;
	watch_of(note->child)->due = DUE_NOT;
}

/* NOTE_START_ERROR, NOTE_SHORTAGE, NOTE_DELAYED: the child is due again. */
static void
note_due(struct world *world, const struct note *note)
{
	struct watch *above = watch_of(&note->sup->self);
	struct watch *watch = watch_of(note->child);

	(void)world;
	if (note->sup->self.state == CHILD_STARTING)
		return;
	above->pass = 0;
	if (note->child->spec.restart == SPEC_TEMPORARY)
		above->loose = true;
	if (note->type == NOTE_SHORTAGE) {
		watch->due = DUE_RESUME;
		return;
	}
	above->causes++;
	watch->due = note->type == NOTE_DELAYED ? DUE_DELAYED : DUE_FAILED;
}

/*
 * NOTE_AUTO_SHUTDOWN: by a significant child only, and under all_significant
 * only if no other one runs or is to run again.
 */
static void
note_auto_shutdown(struct world *world, const struct note *note)
{
	const struct sup *sup = note->sup;
	const struct child *child = note->child;
	bool all = sup->flags.auto_shutdown == SPEC_ALL_SIGNIFICANT;

	if (!child->spec.significant || sup->flags.auto_shutdown == SPEC_NEVER)
		world_fatal(world, "I7: '%s' shuts '%s' down", child->name,
		    sup->self.name);
	for (struct child *at = next_child(sup, NULL); all && at;
	    at = next_child(sup, at))
		if (at != child && at->spec.significant &&
		    (child_has_process(at) || at->state == CHILD_RESTARTING))
			world_fatal(world, "I7: '%s' shuts '%s' down before "
			    "'%s'", child->name, sup->self.name, at->name);
	watch_of(&sup->self)->pass = 0;
}

/*
 * A code change was taken: it judges the restarts by the new limit, and what it
 * makes temporary stays as it is until it ends.
 */
static void
note_changed(const struct sup *sup)
{
	struct watch *watch = watch_of(&sup->self);

	if (sup->flags.max_seconds_ms > watch->period_ms) {
		watch->hit_count = 0;	/* what was forgotten is not known */
		watch->exact = false;
	}
	watch->period_ms = sup->flags.max_seconds_ms;
	trim_hits(watch, sup->flags.max_restarts + 1);
	watch->exact = watch->exact && is_one_for_one(sup);
	for (struct child *at = next_child(sup, NULL); at;
	    at = next_child(sup, at)) {
		watch_of(at)->spared = true;
		if ((at->state == CHILD_RESTARTING ||
		    at->state == CHILD_UNKILLABLE) &&
		    at->spec.restart == SPEC_TEMPORARY)
			watch->loose = true;
	}
}

/* NOTE_ANSWER: what an answer says of the child is so. */
static void
note_answer(struct world *world, const struct note *note)
{
	const struct request *request = note->request;
	const struct sup *sup = request->sup;
	const struct child *child = request->child;

	checks_of(world)->answered++;
	watch_of(&sup->self)->pass = 0;	/* whatever it was, it is through */
	if (request->type == REQUEST_START_CHILD &&
	    request->error == REQUEST_OK && child->state != CHILD_UP &&
	    child->state != CHILD_ENDED)
		world_fatal(world, "I13: '%s' is said to be started",
		    child->name);
	if (request->type == REQUEST_COUNT_CHILDREN &&
	    request->error == REQUEST_OK)
		check_counts(world, sup, &request->counts);
	if (request->type == REQUEST_CODE_CHANGE &&
	    request->error == REQUEST_OK)
		note_changed(sup);
	if (request->type == REQUEST_RESTART_CHILD) {
		child = names_find(&world->tree, sup, request->name);
		if (child && child->state == CHILD_DOWN)
			watch_of(child)->spared = true;
	}
}

/* What looks at each kind of note; NULL: nothing does. */
static void (*const note_checks[NOTE_TYPE_COUNT])(struct world *,
    const struct note *) = {
	[NOTE_INIT] = note_init,
	[NOTE_STARTED] = note_started,
	[NOTE_START_FAILED] = note_no_start,
	[NOTE_START_IGNORED] = note_no_start,
	[NOTE_SHORTAGE] = note_due,
	[NOTE_DELAYED] = note_due,
	[NOTE_STOP] = note_stop,
	[NOTE_KILL] = note_kill,
	[NOTE_DOWN] = note_down,
	[NOTE_UNKILLABLE] = note_unkillable,
	[NOTE_CHILD_TERMINATED] = note_terminated,
	[NOTE_START_ERROR] = note_due,
	[NOTE_SHUTDOWN_ERROR] = NULL,
	[NOTE_GAVE_UP] = note_gave_up,
	[NOTE_AUTO_SHUTDOWN] = note_auto_shutdown,
	[NOTE_ANSWER] = note_answer,
};

void
check_note(struct world *world, const struct note *note)
{
	check_number(world, note);
	if (note_checks[note->type])
		note_checks[note->type](world, note);
}
