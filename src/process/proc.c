/* Live processes: the table, and watching them. */
#include "config.h"

#include "process/proc.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "process/aside.h"
#include "process/proc_int.h"
#include "process/reap.h"

#define FIRST_BUCKETS	64
#define SWEEP_SECONDS	0.1	/* from SIGCHLD to a sweep for orphans */
#define KEPT_FDS	16	/* not for pidfds: for clients, reloads, logs */
#define PATIENCE_US	1000000	/* at most, from a death until it is told */
#define READY_SECONDS	0.1	/* until a pipe is watched again */
#define READY_CHUNK	4096
#define READY_CHUNKS	16	/* read at once: as much as a pipe holds */

static struct proc **
bucket_of(const struct proc_table *table, pid_t pid)
{
	return &table->buckets[(size_t)pid & (table->bucket_count - 1)];
}

struct proc *
proc_find(const struct proc_table *table, pid_t pid)
{
	struct proc *proc = *bucket_of(table, pid);

	while (proc && proc->pid != pid)
		proc = proc->next_in_bucket;
	return proc;
}

/* Put a process into its bucket. */
static void
insert_proc(struct proc_table *table, struct proc *proc)
{
	struct proc **bucket = bucket_of(table, proc->pid);

	proc->next_in_bucket = *bucket;
	*bucket = proc;
}

void
proc_insert(struct proc_table *table, struct proc *proc)
{
	insert_proc(table, proc);
	table->count++;
}

/* Move all processes into other buckets. */
static void
rehash(struct proc_table *table, struct proc **buckets, size_t count)
{
	struct proc **old = table->buckets;
	size_t old_count = table->bucket_count;

	table->buckets = buckets;
	table->bucket_count = count;
	for (size_t i = 0; i < old_count; i++) {
		while (old[i]) {
			struct proc *proc = old[i];

			old[i] = proc->next_in_bucket;
			insert_proc(table, proc);
		}
	}
	free(old);
}

int
proc_table_reserve(struct proc_table *table, size_t count)
{
	size_t wanted = table->count + count;
	size_t size = table->bucket_count ? table->bucket_count : FIRST_BUCKETS;
	struct proc **buckets;

	if (table->runfile && runfile_reserve(table->runfile, wanted) == -1)
		return -1;
	while (size < wanted)
		size *= 2;
	if (size == table->bucket_count)
		return 0;
	buckets = calloc(size, sizeof(struct proc *));
	if (!buckets)
		return -1;
	rehash(table, buckets, size);
	return 0;
}

/* Close the pidfds that have been left open. */
static void
close_waiting(struct proc_table *table)
{
	while (table->closing_count > 0)
		close(table->closing[--table->closing_count]);
}

/* Close a pidfd, but not between a death and the start that it leads to, which
 * would have to wait until the kernel has taken down what is behind it. */
static void
close_later(struct proc_table *table, int fd)
{
	if (table->closing_count == PROC_CLOSING_MAX)
		close_waiting(table);
	table->closing[table->closing_count++] = fd;
}

/* The loop is about to sleep. */
static void
on_tidy(struct ev_loop *loop, ev_prepare *watcher, int events)
{
	(void)loop;
	(void)events;
	close_waiting(watcher->data);
}

void
proc_feed(struct proc_table *table)
{
	ev_feed_event(table->loop, &table->settle, EV_CUSTOM);
}

/* It is time to settle what was left over. */
static void
on_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
	(void)loop;
	(void)events;
	proc_feed(watcher->data);
}

/* It is time for the sweep that was put off. */
static void
on_sweep(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct proc_table *table = watcher->data;

	(void)loop;
	(void)events;
	table->sweep_due = true;
	proc_feed(table);
}

/*
 * A child has died: one with a pidfd, which will say so itself, or another.
 * Sweep at once if it may be one that is waited for, else in a while; so no
 * sweep is due when nothing dies, and few are when much does.
 */
static void
on_child(struct ev_loop *loop, ev_signal *watcher, int events)
{
	struct proc_table *table = watcher->data;

	(void)events;
	if (!list_is_empty(&table->without_pidfd) ||
	    !list_is_empty(&table->clearing)) {
		table->sweep_due = true;
		proc_feed(table);
		return;
	}
	if (ev_is_active(&table->sweep))
		return;
	ev_timer_set(&table->sweep, SWEEP_SECONDS, 0.);
	ev_timer_start(loop, &table->sweep);
}

static bool
is_known(void *arg, pid_t pid)
{
	const struct proc_table *table = arg;

	return proc_find(table, pid) || asides_has(table->asides, pid);
}

struct proc_table *
proc_table_new(struct ev_loop *loop, void *arg, proc_news_fn *news,
    const struct program *(*program_of)(const struct proc *),
    size_t (*path_of)(const struct proc *, char *, size_t))
{
	struct proc_table *table = calloc(1, sizeof(*table));

	if (!table || proc_table_reserve(table, 1) == -1) {
		free(table);
		return NULL;
	}
	table->loop = loop;
	table->arg = arg;
	table->news = news;
	table->program_of = program_of;
	table->path_of = path_of;
	list_init(&table->without_pidfd);
	list_init(&table->dead);
	list_init(&table->looked);
	list_init(&table->clearing);
	table->patience_us = PATIENCE_US;
	table->orphans = orphans_new(loop, table, is_known, proc_look_wake);
	ev_init(&table->sweep, on_sweep);
	table->sweep.data = table;
	ev_init(&table->again, on_again);
	table->again.data = table;
	ev_prepare_init(&table->settle, proc_settle);
	ev_set_priority(&table->settle, EV_MINPRI);
	table->settle.data = table;
	ev_prepare_init(&table->tidy, on_tidy);
	ev_set_priority(&table->tidy, EV_MINPRI);
	table->tidy.data = table;
	proc_signal_init(table);
	proc_start_init(table);
	ev_prepare_start(loop, &table->tidy);
	ev_signal_init(&table->child, on_child, SIGCHLD);
	table->child.data = table;
	ev_signal_start(loop, &table->child);
	return table;
}

/* Forget the processes that could not be ended; their records stay. */
static void
forget_all(struct proc_table *table)
{
	table->runfile = NULL;
	for (size_t i = 0; i < table->bucket_count; i++)
		while (table->buckets[i])
			proc_remove(table, table->buckets[i]);
	assert(table->count == 0);
}

void
proc_table_free(struct proc_table *table)
{
	if (!table)
		return;
	forget_all(table);
	close_waiting(table);
	ev_prepare_stop(table->loop, &table->tidy);
	ev_signal_stop(table->loop, &table->child);
	ev_timer_stop(table->loop, &table->sweep);
	ev_timer_stop(table->loop, &table->again);
	ev_timer_stop(table->loop, &table->resend);
	ev_timer_stop(table->loop, &table->late_look);
	ev_clear_pending(table->loop, &table->settle);
	orphans_free(table->orphans);
	free(table->buckets);
	free(table);
}

void
proc_table_set_runfile(struct proc_table *table, struct runfile *runfile)
{
	table->runfile = runfile;
}

void
proc_table_set_asides(struct proc_table *table, struct asides *asides)
{
	table->asides = asides;
}

void
proc_init(struct proc *proc)
{
	memset(proc, 0, sizeof(*proc));
	proc->death.fd = -1;
	proc->record = RUNFILE_NONE;
	list_init(&proc->link);
}

/* Watch for the end of a process, and for it to be ready. Without a pidfd,
 * SIGCHLD may have told of its end already. */
static void
watch_proc(struct proc_table *table, struct proc *proc)
{
	assert(proc->state != PROC_CLEARING);
	list_remove(&proc->link);
	if (proc->death.fd != -1) {
		ev_io_start(table->loop, &proc->death);
	} else {
		list_append(&table->without_pidfd, &proc->link);
		if (reap_has_ended(proc->pid)) {
			table->sweep_due = true;
			proc_feed(table);
		}
	}
	if (proc->ready)
		ev_io_start(table->loop, &proc->ready->io);
}

/* Go on without the pidfd of a process, because it cannot be watched. */
static void
give_up_pidfd(struct proc_table *table, struct proc *proc)
{
	close_later(table, proc->death.fd);
	proc->death.fd = -1;
	if (proc->state == PROC_STARTING)
		return;		/* it is looked at now and then */
	watch_proc(table, proc);
}

/* A pidfd is readable: its process is dead. Or the loop could not watch it, and
 * has stopped doing so. */
static void
on_death(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct proc *proc = list_entry(watcher, struct proc, death);

	(void)loop;
	if (events & EV_ERROR)
		give_up_pidfd(watcher->data, proc);
	else if (proc->state == PROC_STARTING)
		proc_start_ended(watcher->data, proc);
	else
		proc_note_dead(watcher->data, proc);
}

/* Stop waiting for a process to say that it is ready. */
static void
stop_listening(struct proc_table *table, struct proc_ready *ready)
{
	ev_io_stop(table->loop, &ready->io);
	ev_timer_stop(table->loop, &ready->again);
}

void
proc_doubt(struct proc_table *table, struct proc *proc)
{
	proc->state = proc->was_unready ? PROC_UNREADY : PROC_RUNNING;
	list_remove(&proc->link);
	list_append(&table->without_pidfd, &proc->link);
	if (proc->ready)
		ev_io_start(table->loop, &proc->ready->io);
}

void
proc_note_dead(struct proc_table *table, struct proc *proc)
{
	ev_io_stop(table->loop, &proc->death);
	if (proc->ready)	/* what it has written is read at the end */
		stop_listening(table, proc->ready);
	proc->was_unready = proc->state == PROC_UNREADY;
	proc->state = PROC_CLEARING;
	proc->died_us = clock_us();
	list_remove(&proc->link);
	list_append(&table->dead, &proc->link);
	proc_feed(table);
}

int
proc_read_ready(struct proc_ready *ready)
{
	char bytes[READY_CHUNK];

	for (int i = 0; i < READY_CHUNKS; i++) {
		ssize_t size = read(ready->io.fd, bytes, sizeof(bytes));

		if (size <= 0)
			return size == 0 ? -1 : 0;
		if (memchr(bytes, '\n', (size_t)size))
			return 1;
	}
	errno = EAGAIN;		/* the loop has its turn first */
	return 0;
}

void
proc_drop_ready(struct proc_table *table, struct proc *proc)
{
	struct proc_ready *ready = proc->ready;

	if (!ready)
		return;
	stop_listening(table, ready);
	close(ready->io.fd);
	free(ready);
	proc->ready = NULL;
}

/* It is time to try again with a pipe that could not be watched, or read. */
static void
on_ready_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
	(void)events;
	ev_io_start(loop, &list_entry(watcher, struct proc_ready, again)->io);
}

/* A process that is not ready has written to its pipe, or closed it. One that
 * has said nothing lives on unready: its death or the owner decides. */
static void
on_ready(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct proc_ready *ready = watcher->data;
	struct proc_table *table = ready->table;
	struct proc *proc = ready->proc;
	int rc = proc_read_ready(ready);

	if (rc == 0) {
		if (events & EV_ERROR || (errno != EAGAIN && errno != EINTR)) {
			ev_io_stop(loop, watcher);
			ev_timer_start(loop, &ready->again);
		}
		return;
	}
	proc_drop_ready(table, proc);
	if (rc == -1)
		return;
	proc->state = PROC_RUNNING;
	table->news(table->arg, proc, PROC_STARTED);
}

/* The number from which on descriptors are kept from pidfds; the limit can be
 * changed from outside at any time. */
static rlim_t
first_kept_fd(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return RLIM_INFINITY;
	return limit.rlim_cur < KEPT_FDS ? 0 : limit.rlim_cur - KEPT_FDS;
}

/*
 * Keep a pidfd, or close it if it is one of the last descriptors that there
 * can be: a new one has the lowest number that is free, so all below it are in
 * use. Returns it, or -1: SIGCHLD tells of the death.
 */
static int
keep_pidfd(int fd)
{
	if (fd == -1 || (rlim_t)fd < first_kept_fd())
		return fd;
	close(fd);	/* now: the next start would have the same number */
	return -1;
}

void
proc_enter(struct proc_table *table, struct proc *proc,
    const struct spawn_result *result)
{
	proc->pid = result->pid;
	proc->outcome = (struct spec_outcome){.how = SPEC_HOW_NONE};
	proc->unsent = 0;
	proc->was_unready = proc->has_left = proc->is_reaped = false;
	proc->is_late = proc->hangs = false;
	proc->state = PROC_STARTING;
	proc_insert(table, proc);
	/* the closed pidfd of an earlier process may have had the same number:
	 * setting the watcher anew makes libev look again */
	ev_io_init(&proc->death, on_death, keep_pidfd(result->pidfd),
	    EV_READ);
	proc->death.data = table;
	if (!proc->ready)
		return;
	ev_io_init(&proc->ready->io, on_ready, result->ready_fd, EV_READ);
	proc->ready->io.data = proc->ready;
	ev_timer_init(&proc->ready->again, on_ready_again, READY_SECONDS, 0.);
}

void
proc_watch_running(struct proc_table *table, struct proc *proc)
{
	proc->state = table->program_of(proc)->ready == READY_EXEC ?
	    PROC_RUNNING : PROC_UNREADY;
	watch_proc(table, proc);
}

size_t
proc_count(const struct proc_table *table)
{
	return table->count;
}

void
proc_remove(struct proc_table *table, struct proc *proc)
{
	struct proc **link = bucket_of(table, proc->pid);

	ev_io_stop(table->loop, &proc->death);
	if (proc->death.fd != -1)
		close_later(table, proc->death.fd);
	proc->death.fd = -1;
	proc_drop_ready(table, proc);
	proc_drop_start(table, proc);
	list_remove(&proc->link);
	if (table->runfile)
		runfile_drop(table->runfile, proc->record);
	proc->record = RUNFILE_NONE;
	while (*link != proc)
		link = &(*link)->next_in_bucket;
	*link = proc->next_in_bucket;
	proc->next_in_bucket = NULL;
	proc->state = PROC_NONE;
	proc->is_stopping = false;
	proc->pid = 0;
	table->count--;
	if (proc->is_told)
		free(list_entry(proc, struct proc_told, proc));
}
