/*
 * What dead processes have left, where orphans are known (see orphans.h).
 *
 * A look at the orphans covers those whose death was seen before it began. It
 * finds out which orphans there are and which worker each belongs to; then it
 * kills what the dead have left, and those that have left nothing are reaped
 * and told. A dead process is reaped last: as long as it is a zombie, no other
 * process, group or session can have its number. Those that have left something
 * wait for the next look.
 *
 * Nothing here waits, and nothing keeps the loop for long: a look is made in
 * pieces of two milliseconds, with pauses in proportion to what they cost. How
 * long a whole look takes depends on how many orphans are new, and for how long
 * each of them does not let its environment be read. A death does not wait for
 * that for more than a second: then it is told, what it has left is killed when
 * it is found, and the process is reaped after that (struct proc_told). This
 * does not hold for a process that was told to stop: its end means that nothing
 * of it is left.
 */
#include "config.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "os/os.h"
#include "os/procfs.h"
#include "process/proc_int.h"
#include "process/reap.h"

/*
 * What a piece of a look has used of a processor is followed by a pause four
 * times as long: so looking takes a fifth of the time at most, whatever dies.
 * Less than FREE_US is not worth a timer; deaths in one turn share a look
 * anyway.
 */
#define FREE_US		250
#define PAUSE		4
#define PAUSE_MAX_US	250000

#define POLL_US		5000	/* while a look waits for an orphan */
#define AGAIN_US	100000	/* after one that failed, or has killed */

#define NS_PER_TICK	(1000000000 / PROCFS_TICKS)

/* The hash of a process's path. */
static uint64_t
hash_path(const struct proc_table *table, const struct proc *proc)
{
	char path[SPEC_PATH_SIZE];

	table->path_of(proc, path, sizeof(path));
	return hash_text(path);
}

/* Kill what a process has left; returns how much of it lives. */
static size_t
kill_left(struct proc_table *table, const struct proc *proc)
{
	const struct proc_told *told =
	    list_const_entry(proc, struct proc_told, proc);

	if (orphans_count(table->orphans) == 0)
		return 0;
	if (proc->is_told)
		return orphans_kill(table->orphans, proc->pid, told->path,
		    told->ticks);
	return orphans_kill(table->orphans, proc->pid, hash_path(table, proc),
	    0);
}

/* Keep a dead process in mind after its end is told; false: there is no memory
 * for it. */
static bool
keep_in_mind(struct proc_table *table, struct proc *proc)
{
	struct proc_told *told = calloc(1, sizeof(*told));

	if (!told)
		return false;
	proc_init(&told->proc);
	told->proc.state = PROC_CLEARING;
	told->proc.pid = proc->pid;
	told->proc.is_told = true;
	told->path = hash_path(table, proc);
	told->ticks = os_boot_ns() / NS_PER_TICK;
	proc_insert(table, &told->proc);
	list_append(&table->dead, &told->proc.link);
	return true;
}

/* Tell an end before it is known what the process has left. */
static void
tell_early(struct proc_table *table, struct proc *proc)
{
	enum reap_state state;

	proc->outcome = (struct spec_outcome){ .how = SPEC_HOW_LOST };
	state = reap_see(proc->pid, &proc->outcome);
	if (state == REAP_NOT_YET)
		proc_doubt(table, proc);
	else if (state == REAP_LOST || keep_in_mind(table, proc))
		proc_finish(table, proc);
	else if (!list_is_linked(&proc->link))
		list_append(&table->clearing, &proc->link);
}

/* Tell the ends in a list that have waited for too long. */
static void
tell_overdue(struct proc_table *table, struct list *list, int64_t until_us)
{
	struct list *link = list->next;
	int64_t now_us = clock_us();

	while (link != list && clock_us() < until_us) {
		struct proc *proc = list_entry(link, struct proc, link);

		link = link->next;
		if (proc->is_told || proc->has_left || proc->is_stopping ||
		    now_us - proc->died_us < table->patience_us)
			continue;
		if (list == &table->looked || proc_end_group(table, proc))
			tell_early(table, proc);
	}
}

/* Begin a look, for all that are known to be dead. */
static void
begin_look(struct proc_table *table, int64_t until_us)
{
	struct list *link;

	if (table->sweep_due)
		proc_find_dead(table);
	table->sweep_due = false;
	while ((link = list_pop(&table->clearing)))
		list_append(&table->looked, link);
	while (!list_is_empty(&table->dead) && clock_us() < until_us) {
		struct proc *proc = list_entry(table->dead.next, struct proc,
		    link);

		if (!proc->is_told && !proc_end_group(table, proc))
			continue;
		list_remove(&proc->link);
		list_append(&table->looked, &proc->link);
	}
	orphans_begin(table->orphans);
	table->look = PROC_LOOK_FINDS;
}

/* A process has left nothing, by the look that is over. */
static void
let_go(struct proc_table *table, struct proc *proc)
{
	bool is_unsure = orphans_is_unsure(table->orphans);
	struct spec_outcome unused;

	if (is_unsure && proc->is_told) {
		list_append(&table->clearing, &proc->link);
	} else if (is_unsure) {
		tell_early(table, proc);
	} else if (proc->is_told) {
		reap_take(proc->pid, &unused);
		proc_remove(table, proc);
	} else if (proc_reap(table, proc)) {
		proc_finish(table, proc);
	}
}

/* Kill what the dead have left, and let those go that have left nothing. False:
 * the time is over. */
static bool
judge_all(struct proc_table *table, int64_t until_us)
{
	while (!list_is_empty(&table->looked)) {
		struct proc *proc = list_entry(table->looked.next, struct proc,
		    link);

		list_remove(&proc->link);
		if (kill_left(table, proc) == 0) {
			let_go(table, proc);
		} else {
			proc->has_left = true;
			list_append(&table->clearing, &proc->link);
		}
		if (clock_us() >= until_us)
			break;
	}
	return list_is_empty(&table->looked);
}

/* Kill those of which it is known already that the dead have left them. */
static void
kill_known(struct proc_table *table)
{
	for (struct list *link = table->looked.next; link != &table->looked;
	    link = link->next) {
		struct proc *proc = list_entry(link, struct proc, link);

		proc->has_left |= kill_left(table, proc) > 0;
	}
}

/* Go on to find out which orphans there are, and whose. True when the look can
 * go on now; if not, when. */
static bool
find_orphans(struct proc_table *table, int64_t until_us, int64_t *ret_wait_us)
{
	switch (orphans_go_on(table->orphans, until_us)) {
	case ORPHANS_BUSY:
		*ret_wait_us = 0;
		return false;
	case ORPHANS_AWAITED:
		if (list_is_empty(&table->looked))
			break;
		kill_known(table);
		*ret_wait_us = POLL_US;
		return false;
	case ORPHANS_SHORTAGE:
		table->look = PROC_LOOK_NONE;
		table->is_starved = table->sweep_due = true;
		*ret_wait_us = AGAIN_US;
		return false;
	case ORPHANS_KNOWN:
		break;
	}
	table->is_starved = false;
	table->look = PROC_LOOK_REAPS;
	return true;
}

/* Let a pause follow what has cost so much. */
static void
take_pause(struct proc_table *table, int64_t cost_us)
{
	int64_t pause_us = cost_us * PAUSE;

	if (cost_us < FREE_US)
		return;
	table->next_look_us = clock_us() +
	    (pause_us < PAUSE_MAX_US ? pause_us : PAUSE_MAX_US);
}

/* A look is over. Returns when there has to be another one, or -1. */
static int64_t
end_look(struct proc_table *table)
{
	table->look = PROC_LOOK_NONE;
	if (table->sweep_due || !list_is_empty(&table->dead))
		return 0;
	if (!orphans_keeps_dead(table->orphans))
		return -1;
	table->sweep_due = true;
	return AGAIN_US;
}

/* Find the orphans, and reap those that are dead: all that a look costs if none
 * has to be killed. As find_orphans(). */
static bool
find_and_reap(struct proc_table *table, int64_t until_us, int64_t *ret_wait_us)
{
	int64_t began_us = clock_cpu_us();
	bool is_done = true;

	if (table->look == PROC_LOOK_FINDS)
		is_done = find_orphans(table, until_us, ret_wait_us);
	if (is_done && !orphans_reap(table->orphans, until_us)) {
		*ret_wait_us = 0;
		is_done = false;
	}
	take_pause(table, clock_cpu_us() - began_us);
	return is_done;
}

/* Go on with a look until that time, or begin one if there has to be one.
 * Returns in how many microseconds there is more to do, or -1: there is not. */
static int64_t
go_on(struct proc_table *table, int64_t until_us)
{
	int64_t wait_us = 0;

	if (table->look == PROC_LOOK_NONE) {
		if (!table->sweep_due && list_is_empty(&table->dead))
			return -1;
		begin_look(table, until_us);
	}
	if (table->look != PROC_LOOK_JUDGES &&
	    !find_and_reap(table, until_us, &wait_us))
		return wait_us;
	table->look = PROC_LOOK_JUDGES;
	return judge_all(table, until_us) ? end_look(table) : 0;
}

void
proc_look_settle(struct proc_table *table, int64_t until_us)
{
	int64_t now_us = clock_us(), pause_us = table->next_look_us - now_us;
	int64_t wait_us = 0;

	if (!table->is_starved) {
		tell_overdue(table, &table->looked, until_us);
		tell_overdue(table, &table->dead, until_us);
	}
	if (pause_us <= 0 || table->look == PROC_LOOK_JUDGES) {
		wait_us = go_on(table, until_us);
		pause_us = table->next_look_us - clock_us();
	}
	if (wait_us == -1)
		ev_timer_stop(table->loop, &table->again);
	else if (table->look != PROC_LOOK_JUDGES && wait_us < pause_us)
		proc_settle_in(table, pause_us);
	else
		proc_settle_in(table, wait_us);
}

void
proc_look_wake(void *arg)
{
	struct proc_table *table = arg;

	/* if no look waited for it any more, there has to be another one */
	table->sweep_due |= orphans_take_answers(table->orphans);
	proc_feed(table);
}
