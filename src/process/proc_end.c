/*
 * How processes end: what they left behind is killed, they are reaped, and
 * their owner is told. All of this happens at the end of a turn of the loop, so
 * that one look at the orphans does for all that died in it (proc_look.c).
 *
 * Without orphans.h to tell of orphans, only the group is cleared: it is killed
 * while the zombie still holds its number, then the zombie is reaped, and the
 * end is told when the group is empty.
 */
#include "config.h"

#include <assert.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "process/aside.h"
#include "process/contain.h"
#include "process/proc_int.h"
#include "process/reap.h"

#define SLICE_US	2000	/* before the loop has its turn */
#define GROUP_WAIT_MIN_US 1000	/* until a group is looked at again */
#define GROUP_WAIT_MAX_US 100000 /* doubling, up to this */

#define END_NAP_NS	10000000 /* between two rounds of proc_end_all() */

void
proc_settle_in(struct proc_table *table, int64_t us)
{
	ev_now_update(table->loop);
	ev_timer_stop(table->loop, &table->again);
	ev_timer_set(&table->again, (double)us / 1e6, 0.);
	ev_timer_start(table->loop, &table->again);
}

bool
proc_end_group(struct proc_table *table, struct proc *proc)
{
	if (!reap_has_ended(proc->pid)) {
		proc_doubt(table, proc);
		return false;
	}
	contain_signal(proc->pid, SIGKILL);
	return true;
}

bool
proc_reap(struct proc_table *table, struct proc *proc)
{
	assert(proc->state == PROC_CLEARING && !proc->is_reaped);
	proc->outcome = (struct spec_outcome){ .how = SPEC_HOW_LOST };
	if (reap_take(proc->pid, &proc->outcome) == REAP_NOT_YET) {
		proc_doubt(table, proc);
		return false;
	}
	proc->is_reaped = true;
	return true;
}

/* What the end of a process that was not ready means. With ready = fd it needs
 * no process if it exited normally; a set-up step is done if its exit code is
 * clean. */
static enum proc_news
unready_news(const struct proc *proc, const struct program *program)
{
	const struct spec_outcome *outcome = &proc->outcome;
	bool is_done = program->ready == READY_EXIT ?
	    spec_end_is_clean(outcome->end) : outcome->end == SPEC_END_NORMAL;

	return is_done && outcome->how == SPEC_HOW_EXITED ?
	    PROC_START_IGNORED : PROC_START_FAILED;
}

void
proc_finish(struct proc_table *table, struct proc *proc)
{
	const struct program *program = table->program_of(proc);
	enum proc_news news = PROC_EXITED;

	program_classify(program, &proc->outcome);
	/* the last that it has written may be that it is ready */
	if (proc->was_unready && proc->ready &&
	    proc_read_ready(proc->ready) == 1) {
		proc->was_unready = false;
		table->news(table->arg, proc, PROC_STARTED);
	}
	if (proc->was_unready)
		news = unready_news(proc, program);
	proc_remove(table, proc);
	table->news(table->arg, proc, news);
}

void
proc_find_dead(struct proc_table *table)
{
	struct list *link = table->without_pidfd.next;

	while (link != &table->without_pidfd) {
		struct proc *proc = list_entry(link, struct proc, link);

		link = link->next;
		if (reap_has_ended(proc->pid))
			proc_note_dead(table, proc);
	}
}

/* Kill a dead process's group while the number is its own, then reap it. */
static void
clear_group(struct proc_table *table, struct proc *proc)
{
	list_remove(&proc->link);
	if (proc_end_group(table, proc) && proc_reap(table, proc))
		list_append(&table->clearing, &proc->link);
}

/* Look at every dead child there is: end the groups of ours, reap orphans.
 * False: the time is over. */
static bool
sweep_all(struct proc_table *table, int64_t until_us)
{
	struct spec_outcome unused;
	pid_t pid;

	while ((pid = reap_find_any()) != 0) {
		struct proc *proc = proc_find(table, pid);

		if (clock_us() >= until_us)
			return false;
		if (proc && proc->state == PROC_STARTING) {
			proc_start_ended(table, proc);
			if (proc->pid != pid)
				continue;
		}
		if (!proc || proc->is_reaped) {
			reap_take(pid, &unused);
			asides_note_reaped(table->asides, pid);
			continue;
		}
		if (proc->state != PROC_CLEARING)
			proc_note_dead(table, proc);
		clear_group(table, proc);
	}
	return true;
}

/* End the groups of those that were seen dead. False: the time is over. */
static bool
clear_groups(struct proc_table *table, int64_t until_us)
{
	while (!list_is_empty(&table->dead)) {
		if (clock_us() >= until_us)
			return false;
		clear_group(table, list_entry(table->dead.next, struct proc,
		    link));
	}
	return true;
}

/* Finish those whose groups are gone. False: the time is over. */
static bool
finish_groups(struct proc_table *table, int64_t until_us)
{
	struct list rest;
	struct list *link;
	bool is_over = false;

	list_init(&rest);
	while (!is_over && (link = list_pop(&table->clearing))) {
		struct proc *proc = list_entry(link, struct proc, link);

		if (contain_is_empty(proc->pid))
			proc_finish(table, proc);
		else
			list_append(&rest, link);
		is_over = clock_us() >= until_us;
	}
	/* the next time begins with those that were not reached */
	while ((link = list_pop(&rest)))
		list_append(&table->clearing, link);
	return !is_over;
}

/* Look again at the groups that are not gone, after a while. */
static void
wait_for_groups(struct proc_table *table)
{
	if (list_is_empty(&table->clearing)) {
		table->group_wait_us = 0;
		ev_timer_stop(table->loop, &table->again);
		return;
	}
	table->group_wait_us = table->group_wait_us == 0 ? GROUP_WAIT_MIN_US :
	    table->group_wait_us * 2;
	if (table->group_wait_us > GROUP_WAIT_MAX_US)
		table->group_wait_us = GROUP_WAIT_MAX_US;
	proc_settle_in(table, table->group_wait_us);
}

/* Settle all that is dead where only groups are known. */
static void
settle_by_group(struct proc_table *table, int64_t until_us)
{
	if (table->sweep_due && sweep_all(table, until_us))
		table->sweep_due = false;
	if (clear_groups(table, until_us) && finish_groups(table, until_us) &&
	    !table->sweep_due)
		wait_for_groups(table);
	else
		proc_settle_in(table, 0);
}

void
proc_settle(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	struct proc_table *table = watcher->data;
	int64_t until_us = clock_us() + SLICE_US;

	(void)loop;
	(void)events;
	if (table->orphans)
		proc_look_settle(table, until_us);
	else
		settle_by_group(table, until_us);
}

/* Kill a process, and take it out without any news if it is dead. */
static void
end_proc(struct proc_table *table, struct proc *proc)
{
	struct spec_outcome unused;

	if (!proc->is_reaped) {
		contain_signal(proc->pid, SIGKILL);
		contain_signal_one(proc->pid, SIGKILL);
	}
	if (proc->is_reaped || reap_take(proc->pid, &unused) != REAP_NOT_YET)
		proc_remove(table, proc);
}

/* Reap every dead child there is, and take those of ours out without any
 * news. */
static void
drop_all_dead(struct proc_table *table)
{
	struct spec_outcome unused;
	pid_t pid;

	while ((pid = reap_find_any()) != 0 &&
	    reap_take(pid, &unused) == REAP_DONE) {
		struct proc *proc = proc_find(table, pid);

		asides_note_reaped(table->asides, pid);
		if (proc && !proc->is_reaped)
			proc_remove(table, proc);
	}
}

/* Kill everything once, and reap what is dead. Returns how much is left. */
static size_t
end_round(struct proc_table *table)
{
	for (size_t i = 0; i < table->bucket_count; i++) {
		struct proc *next = table->buckets[i];

		while (next) {
			struct proc *proc = next;

			next = proc->next_in_bucket;
			end_proc(table, proc);
		}
	}
	if (!table->orphans) {
		drop_all_dead(table);
		return table->count;
	}
	table->look = PROC_LOOK_NONE;
	return table->count + orphans_end(table->orphans);
}

size_t
proc_end_all(struct proc_table *table, int64_t timeout_ms)
{
	const struct timespec nap = {.tv_nsec = END_NAP_NS};
	int64_t end_ms = clock_ms() + timeout_ms;
	sigset_t child, old;
	size_t left;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &old);
	while ((left = end_round(table)) > 0 && clock_ms() < end_ms)
		sigtimedwait(&child, NULL, &nap);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return left;
}
