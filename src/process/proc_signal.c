/*
 * Signals to processes. That sending one is refused may be for a while only, as
 * by a filter that is being changed: what the tree counts on is sent again, or
 * a process that nobody has told would be waited for, or thought unkillable.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>

#include "process/proc_int.h"

#define RESEND_SECONDS	1.

/* Tell whether a process's pid and group are its own. */
static bool
has_pid(const struct proc *proc)
{
	assert(proc->state == PROC_NONE || proc->pid > 1);
	return proc->state != PROC_NONE && !proc->is_reaped;
}

/* Send a signal; false: that was refused. Who is gone needs none. */
static bool
tell(pid_t pid, int signal)
{
	return kill(pid, signal) == 0 || errno == ESRCH;
}

/* Kill a process and its group; what is still to be sent. */
static uint8_t
tell_to_die(const struct proc *proc)
{
	bool group = tell(-proc->pid, SIGKILL);

	return tell(proc->pid, SIGKILL) && group ? 0 : SIGKILL;
}

/* Tell a group to stop, stopped ones as well; what is still to be sent. */
static uint8_t
tell_to_stop(const struct proc *proc, int signal)
{
	if (!tell(-proc->pid, signal))
		return (uint8_t)signal;
	return tell(-proc->pid, SIGCONT) ? 0 : SIGCONT;
}

/* Send what is due, and see that what cannot be sent is tried again. */
static void
send_signal(struct proc_table *table, struct proc *proc, int signal)
{
	proc->unsent = signal == SIGKILL ? tell_to_die(proc) :
	    tell_to_stop(proc, signal);
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
	if (has_pid(proc))
		send_signal(table, proc, signal);
}

void
proc_kill(struct proc_table *table, struct proc *proc)
{
	if (!has_pid(proc))
		return;
	send_signal(table, proc, SIGKILL);
	/* of one that is dead, what it left is killed once more */
	if (proc->state == PROC_CLEARING)
		proc_feed(table);
}

int
proc_signal(struct proc_table *table, struct proc *proc, int signal)
{
	(void)table;
	if (!has_pid(proc)) {
		errno = ESRCH;
		return -1;
	}
	return kill(proc->pid, signal);
}
