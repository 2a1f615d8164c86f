/*
 * How processes end: what they left behind is killed, they are reaped, and
 * their owner is told. All of this happens at the end of a turn of the loop, so
 * that one look at the orphans does for all that died in it.
 *
 * A dead process is reaped last. As long as it is a zombie, no other process or
 * group can have its number: it is safe to signal the group, and orphans of its
 * session are known by it.
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
#include "base/hash.h"
#include "process/aside.h"
#include "process/contain.h"
#include "process/proc_int.h"
#include "process/reap.h"

/*
 * A look at the orphans costs as much as there are of them (and of workers, if
 * the loop runs in the main thread). When it has taken a while, the next look
 * waits for four times as long, and serves all that died meanwhile: so looking
 * takes a fifth of the time at most, whatever dies. A look that takes less than
 * LOOK_FREE_US is not worth a timer; deaths in one turn share it anyway.
 */
#define LOOK_PAUSE	4
#define LOOK_FREE_US	250

#define LOOK_AGAIN	0.1	/* seconds, when a look failed */
#define HIDDEN_WAIT	0.005	/* seconds, for orphans that may hide */
#define HIDDEN_MAX_US	30000	/* at most: some always do */
#define GROUP_WAIT_MIN	0.001	/* seconds until a group is looked at again */
#define GROUP_WAIT_MAX	0.1	/* doubling, up to this */

#define END_NAP_NS	10000000 /* between two rounds of proc_end_all() */

/* Settle the table again after a while. */
static void
settle_in(struct proc_table *table, double seconds)
{
	ev_timer_stop(table->loop, &table->sweep);
	ev_timer_set(&table->sweep, seconds, 0.);
	ev_timer_start(table->loop, &table->sweep);
}

/* Tell whether a process is dead and may be reaped. */
static bool
is_dead(struct proc_table *table, struct proc *proc)
{
	if (reap_has_ended(proc->pid))
		return true;
	proc_doubt(table, proc);
	return false;
}

/* Reap a dead process and note how it ended. */
static bool
reap_proc(struct proc_table *table, struct proc *proc)
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

/* Take a reaped process out and tell its owner. */
static void
finish_proc(struct proc_table *table, struct proc *proc)
{
	const struct program *program = table->program_of(proc);
	enum proc_news news = PROC_EXITED;

	assert(proc->is_reaped);
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

/* Find the dead among those that have no pidfd. */
static void
find_dead(struct proc_table *table)
{
	struct list *link = table->without_pidfd.next;

	while (link != &table->without_pidfd) {
		struct proc *proc = list_entry(link, struct proc, link);

		link = link->next;
		if (reap_has_ended(proc->pid))
			proc_note_dead(table, proc);
	}
}

/* Find the process that is being cleared and has that path. */
static struct proc *
find_clearing(const struct proc_table *table, uint64_t hash)
{
	char path[SPEC_PATH_SIZE];

	for (struct list *link = table->clearing.next;
	    link != &table->clearing; link = link->next) {
		struct proc *proc = list_entry(link, struct proc, link);

		table->path_of(proc, path, sizeof(path));
		if (hash_text(path) == hash)
			return proc;
	}
	return NULL;
}

/* Claim an orphan for the dead process that it belongs to. */
static bool
claim_orphan(void *arg, pid_t session, uint64_t path)
{
	struct proc_table *table = arg;
	struct proc *proc = proc_find(table, session);

	if ((!proc || proc->state != PROC_CLEARING) && path != 0)
		proc = find_clearing(table, path);
	if (!proc || proc->state != PROC_CLEARING)
		return false;
	proc->has_left = true;
	return true;
}

/* Begin to clear what the newly dead have left, and kill their groups. */
static void
begin_clearing(struct proc_table *table)
{
	struct list *link;

	while ((link = list_pop(&table->dead))) {
		struct proc *proc = list_entry(link, struct proc, link);

		if (!is_dead(table, proc))
			continue;
		contain_signal(proc->pid, SIGKILL);
		list_append(&table->clearing, link);
	}
}

/* Reap and finish all of a list but those that have left something. */
static void
finish_list(struct proc_table *table, struct list *list)
{
	struct list rest;
	struct list *link;

	list_init(&rest);
	while ((link = list_pop(list))) {
		struct proc *proc = list_entry(link, struct proc, link);

		if (proc->has_left)
			list_append(&rest, link);
		else if (reap_proc(table, proc))
			finish_proc(table, proc);
		proc->has_left = false;
	}
	while ((link = list_pop(&rest)))
		list_append(list, link);
}

/* Put the dead off a little when what they have left may be hidden. */
static bool
puts_off(struct proc_table *table, const struct orphans_view *view)
{
	int64_t now_us = clock_us();

	if (table->put_off_us == 0)
		table->put_off_us = now_us + HIDDEN_MAX_US;
	if (view->may_hide && !list_is_empty(&table->dead) &&
	    now_us < table->put_off_us) {
		settle_in(table, HIDDEN_WAIT);
		return true;
	}
	table->put_off_us = 0;
	return false;
}

/* Look at the orphans, and kill those of the dead. False: not enough is known
 * yet, and there is another look. */
static bool
clear_by_look(struct proc_table *table)
{
	struct orphans_view view;

	if (table->sweep_due)
		find_dead(table);
	table->sweep_due = false;
	if (orphans_look(table->orphans, &view) == -1 || !view.is_whole) {
		settle_in(table, LOOK_AGAIN);
		return false;
	}
	if (puts_off(table, &view))
		return false;
	if (view.count > 0) {
		begin_clearing(table);
		if (!list_is_empty(&table->clearing))
			orphans_kill(table->orphans, table, claim_orphan);
	}
	return true;
}

/* Settle all that is dead by what a look finds, if it is time for one. */
static void
settle_by_look(struct proc_table *table)
{
	int64_t began = clock_us();
	bool is_known;
	int64_t cost;

	if (began < table->next_look_us) {
		settle_in(table, (double)(table->next_look_us - began) / 1e6);
		return;
	}
	is_known = clear_by_look(table);
	cost = clock_us() - began;
	table->next_look_us = cost < LOOK_FREE_US ? 0 :
	    began + cost + LOOK_PAUSE * cost;
	if (!is_known)
		return;
	finish_list(table, &table->dead);
	finish_list(table, &table->clearing);
}

/* Kill a dead process's group while the number is its own, then reap it. */
static void
end_group(struct proc_table *table, struct proc *proc)
{
	list_remove(&proc->link);
	if (!is_dead(table, proc))
		return;
	contain_signal(proc->pid, SIGKILL);
	if (reap_proc(table, proc))
		list_append(&table->clearing, &proc->link);
}

/* Look at every dead child there is: end the groups of ours, reap orphans. */
static void
sweep_all(struct proc_table *table)
{
	struct spec_outcome unused;
	pid_t pid;

	while ((pid = reap_find_any()) != 0) {
		struct proc *proc = proc_find(table, pid);

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
		end_group(table, proc);
	}
}

/* Finish those whose groups are gone; wait for the others. */
static void
finish_groups(struct proc_table *table)
{
	struct list *link = table->clearing.next;

	while (link != &table->clearing) {
		struct proc *proc = list_entry(link, struct proc, link);

		link = link->next;
		if (contain_is_empty(proc->pid))
			finish_proc(table, proc);
	}
	if (list_is_empty(&table->clearing)) {
		table->group_wait = 0;
		return;
	}
	table->group_wait = table->group_wait == 0 ? GROUP_WAIT_MIN :
	    table->group_wait * 2;
	if (table->group_wait > GROUP_WAIT_MAX)
		table->group_wait = GROUP_WAIT_MAX;
	settle_in(table, table->group_wait);
}

/* Settle all that is dead where only groups are known. */
static void
settle_by_group(struct proc_table *table)
{
	if (table->sweep_due)
		sweep_all(table);
	table->sweep_due = false;
	while (!list_is_empty(&table->dead))
		end_group(table, list_entry(table->dead.next, struct proc,
		    link));
	finish_groups(table);
}

void
proc_settle(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	struct proc_table *table = watcher->data;

	(void)loop;
	(void)events;
	if (table->orphans)
		settle_by_look(table);
	else
		settle_by_group(table);
}

/* Claim every orphan there is. */
static bool
claim_any(void *arg, pid_t session, uint64_t path)
{
	(void)arg;
	(void)session;
	(void)path;
	return true;
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
	struct orphans_view view = { 0 };

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
	if (orphans_look(table->orphans, &view) == -1)
		view.may_hide = true;
	orphans_kill(table->orphans, table, claim_any);
	/* there may be one that was not seen */
	return table->count + (view.count == 0 ? view.may_hide : view.count);
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
