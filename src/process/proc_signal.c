/*
 * Signals to processes. That one is refused may be for a while only, as by a
 * filter that is being changed. What the tree counts on is sent again: else it
 * would wait for a process that was never told to stop, or take it for
 * unkillable.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>

#include "process/contain.h"
#include "process/proc_int.h"

#define RESEND_SECONDS	1.

/* Tell whether a process's pid and group are its own. */
static bool
has_pid(const struct proc *proc)
{
	assert(proc->state == PROC_NONE || proc->pid > 1);
	return proc->state != PROC_NONE && !proc->is_reaped;
}

/* Tell whether sending a signal was refused; what is gone needs none. */
static bool
is_refused(int rc)
{
	return rc == -1 && errno != ESRCH;
}

/* Kill a process and its group. Returns what is still to be sent. */
static uint8_t
send_kill(const struct proc *proc)
{
	bool refused = is_refused(contain_signal(proc->pid, SIGKILL));

	/* by itself as well, in case only its group is refused */
	refused |= is_refused(contain_signal_one(proc->pid, SIGKILL));
	return refused ? SIGKILL : 0;
}

/* Tell a group to stop, and wake what is suspended in it; one that starts may
 * have no group yet. Returns what is still to be sent. */
static uint8_t
send_stop(const struct proc *proc, int signal)
{
	if (proc->state == PROC_STARTING) {
		contain_signal_one(proc->pid, signal);
		contain_signal_one(proc->pid, SIGCONT);
	}
	if (is_refused(contain_signal(proc->pid, signal)))
		return (uint8_t)signal;
	return is_refused(contain_signal(proc->pid, SIGCONT)) ? SIGCONT : 0;
}

/* Send what is due, and try again later what cannot be sent. */
static void
send_signal(struct proc_table *table, struct proc *proc, int signal)
{
	proc->unsent = signal == SIGKILL ? send_kill(proc) :
	    send_stop(proc, signal);
	if (proc->unsent != 0 && !ev_is_active(&table->resend)) {
		ev_timer_set(&table->resend, RESEND_SECONDS, 0.);
		ev_timer_start(table->loop, &table->resend);
	}
}

/* The time has come to send again what was refused. */
static void
on_resend(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct proc_table *table = watcher->data;

	(void)loop;
	(void)events;
	for (size_t i = 0; i < table->bucket_count; i++)
		for (struct proc *proc = table->buckets[i]; proc;
		    proc = proc->next_in_bucket)
			if (proc->unsent != 0 && has_pid(proc))
				send_signal(table, proc, proc->unsent);
}

void
proc_signal_init(struct proc_table *table)
{
	ev_init(&table->resend, on_resend);
	table->resend.data = table;
}

void
proc_stop(struct proc_table *table, struct proc *proc, int signal)
{
	if (!has_pid(proc))
		return;
	proc->is_stopping = true;
	send_signal(table, proc, signal);
}

void
proc_kill(struct proc_table *table, struct proc *proc)
{
	if (!has_pid(proc))
		return;
	proc->is_stopping = true;
	send_signal(table, proc, SIGKILL);
	if (proc->state != PROC_CLEARING)
		return;
	/* what it left, and could not be killed, is killed now */
	table->sweep_due = true;
	proc_feed(table);
}

int
proc_signal(struct proc_table *table, struct proc *proc, int signal)
{
	(void)table;
	if (has_pid(proc))
		return contain_signal_one(proc->pid, signal);
	errno = ESRCH;
	return -1;
}
