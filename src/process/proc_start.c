/*
 * How processes start. Several may be on their way to their programs at once:
 * those that are due together are begun together, and then waited for, but only
 * for a moment. One that takes longer is looked at now and then, and holds up
 * nothing but its own slot. When it takes too long its owner is told.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "os/procfs.h"
#include "process/proc_int.h"
#include "process/reap.h"

/* How long the loop waits for the starts of a turn; and when there are such
 * that hang already, which may be many, and more may come. */
#define PATIENCE_US	20000
#define SHORT_PATIENCE_US 2000
#define SLICE_US	500	/* for one of several, before the others */

#define HANG_US		2000000	/* from then on a start hangs, if it waits */
#define SLOW_US		30000000 /* and if it does not */
#define LOOK_FIRST	0.005	/* seconds until a late one is looked at */
#define LOOK_LAST	0.1	/* doubling, up to this */

/* Make the watcher of a process that says itself when it is ready. */
static int
make_ready(struct proc_table *table, struct proc *proc,
    const struct program *program)
{
	if (program->ready != READY_FD)
		return 0;
	proc->ready = malloc(sizeof(*proc->ready));
	if (!proc->ready)
		return -1;
	proc->ready->proc = proc;
	proc->ready->table = table;
	return 0;
}

/* It failed before there was a process. */
static int
undo_start(struct proc_table *table, struct proc *proc)
{
	if (table->runfile)
		runfile_drop(table->runfile, proc->record);
	proc->record = RUNFILE_NONE;
	free(proc->ready);
	proc->ready = NULL;
	return -1;
}

int
proc_start(struct proc_table *table, struct proc *proc,
    struct program *program, const struct spawn_context *context,
    struct spawn_result *ret_result)
{
	struct spawn_context recorded = *context;

	assert(proc->state == PROC_NONE);
	*ret_result = (struct spawn_result){
		.pidfd = -1,
		.ready_fd = -1,
		.step = SPAWN_PREPARE,
		.error = ENOMEM,
	};
	if (proc_table_reserve(table, 1) == -1) {
		if (errno == ENOSPC)	/* that of the run file */
			ret_result->error = ENOSPC;
		return -1;
	}
	if (make_ready(table, proc, program) == -1)
		return -1;
	if (table->runfile)
		proc->record = runfile_prepare(table->runfile, runfile_now(),
		    context->path, &recorded.record);
	if (spawn_begin(program, &recorded, ret_result, &proc->start) == -1)
		return undo_start(table, proc);
	proc_enter(table, proc, ret_result);
	list_append(&table->starting, &proc->link);
	table->starting_count++;
	return 0;
}

/* A process is not on its way any more, or it is late now. */
static void
leave_starting(struct proc_table *table, struct proc *proc)
{
	list_remove(&proc->link);
	if (!proc->is_late)
		table->starting_count--;
	proc->is_late = false;
}

/* Its program runs. */
static void
begin_running(struct proc_table *table, struct proc *proc)
{
	struct spawn_result result;

	leave_starting(table, proc);
	spawn_finish(proc->start, &result);
	proc->start = NULL;
	proc_watch_running(table, proc);
	if (proc->state == PROC_RUNNING)
		table->news(table->arg, proc, PROC_STARTED);
}

/* Reap the process of a start that has failed, if it has ended already, and
 * tell its owner; false: not yet. */
static bool
finish_failed(struct proc_table *table, struct proc *proc)
{
	struct spawn_result result;
	struct spec_outcome unused;

	if (reap_take(proc->pid, &unused) == REAP_NOT_YET)
		return false;
	spawn_finish(proc->start, &result);
	proc->start = NULL;
	leave_starting(table, proc);
	proc_remove(table, proc);
	proc->failure = &result;
	table->news(table->arg, proc, PROC_NOT_STARTED);
	proc->failure = NULL;
	free(result.detail);
	return true;
}

/* Wait for a start, but not long, and take what has come of it. False: it is
 * not over. */
static bool
settle_start(struct proc_table *table, struct proc *proc, int64_t most_us)
{
	if (!spawn_wait(proc->start, most_us))
		return false;
	if (spawn_has_failed(proc->start))
		return finish_failed(table, proc);
	begin_running(table, proc);
	return true;
}

/* Look at the late ones again in a while. */
static void
look_later(struct proc_table *table, double seconds)
{
	if (ev_is_active(&table->late_look) &&
	    table->late_wait <= seconds)
		return;
	table->late_wait = seconds;
	ev_now_update(table->loop);
	ev_timer_stop(table->loop, &table->late_look);
	ev_timer_set(&table->late_look, seconds, 0.);
	ev_timer_start(table->loop, &table->late_look);
}

/* Wait for a start no more: its end is heard of by its pidfd, and its exec by a
 * look at it. */
static void
put_among_late(struct proc_table *table, struct proc *proc)
{
	leave_starting(table, proc);
	proc->is_late = true;
	list_append(&table->late, &proc->link);
	if (proc->death.fd != -1)
		ev_io_start(table->loop, &proc->death);
	look_later(table, LOOK_FIRST);
}

/* Settle all that are over, of those on their way; false: none. */
static bool
settle_known(struct proc_table *table)
{
	struct list *link = table->starting.next;
	bool any = false;

	while (link != &table->starting) {
		struct proc *proc = list_entry(link, struct proc, link);

		link = link->next;
		any |= settle_start(table, proc, 0);
	}
	return any;
}

void
proc_await_starts(struct proc_table *table)
{
	int64_t patience_us = list_is_empty(&table->late) ? PATIENCE_US :
	    SHORT_PATIENCE_US;

	while (!list_is_empty(&table->starting) && !settle_known(table)) {
		struct proc *proc = list_entry(table->starting.next,
		    struct proc, link);
		int64_t left_us = spawn_begun_us(proc->start) + patience_us -
		    clock_us();

		if (left_us <= 0 || spawn_wait(proc->start, 0)) {
			put_among_late(table, proc);
			continue;
		}
		if (table->starting_count > 1 && left_us > SLICE_US)
			left_us = SLICE_US;
		if (settle_start(table, proc, left_us))
			break;
	}
}

size_t
proc_starting(const struct proc_table *table)
{
	return table->starting_count;
}

/*
 * Tell whether a start takes too long. One that has, or is due for, a processor
 * does not hang: the machine is slow. Without a /proc that is ours, and in a
 * shortage of descriptors, this is not known.
 */
static bool
hangs_now(const struct proc *proc)
{
	int64_t taken_us = clock_us() - spawn_begun_us(proc->start);
	struct procfs_stat stat;

	if (taken_us < HANG_US)
		return false;
	return taken_us >= SLOW_US || !procfs_is_ours() ||
	    procfs_stat(proc->pid, &stat) == -1 || stat.state != 'R';
}

/* Look at one that is late. Returns whether it is to be looked at again. */
static bool
look_at_late(struct proc_table *table, struct proc *proc)
{
	if (settle_start(table, proc, 0))
		return false;
	if (!proc->hangs && hangs_now(proc)) {
		struct spawn_result result;

		proc->hangs = true;
		spawn_give_up(proc->start, &result);
		proc->failure = &result;
		table->news(table->arg, proc, PROC_START_HANGS);
		proc->failure = NULL;
		free(result.detail);
	}
	/* of one that is given up only the end is to come */
	return !proc->hangs || !ev_is_active(&proc->death);
}

/* It is time to look at those that are late. */
static void
on_late_look(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct proc_table *table = watcher->data;
	struct list *link = table->late.next;
	double wait = table->late_wait * 2;
	bool again = false;

	(void)loop;
	(void)events;
	while (link != &table->late) {
		struct proc *proc = list_entry(link, struct proc, link);

		link = link->next;
		again |= look_at_late(table, proc);
	}
	if (again)
		look_later(table, wait < LOOK_LAST ? wait : LOOK_LAST);
}

void
proc_start_ended(struct proc_table *table, struct proc *proc)
{
	if (settle_start(table, proc, 0))
		return;
	/* a debugger has to see the end first */
	ev_io_stop(table->loop, &proc->death);
	look_later(table, LOOK_LAST);
}

void
proc_start_init(struct proc_table *table)
{
	list_init(&table->starting);
	list_init(&table->late);
	ev_init(&table->late_look, on_late_look);
	table->late_look.data = table;
}

void
proc_drop_start(struct proc_table *table, struct proc *proc)
{
	struct spawn_result result;

	if (!proc->start)
		return;
	leave_starting(table, proc);
	/* one that is still on its way keeps what it uses */
	if (spawn_wait(proc->start, 0)) {
		spawn_finish(proc->start, &result);
		free(result.detail);
	}
	proc->start = NULL;
}
