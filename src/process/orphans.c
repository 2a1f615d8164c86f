/*
 * Orphans: children of the daemon that it has not started.
 *
 * A look reads the kernel's list, then asks of each orphan whether it is dead,
 * and of a new one whose it is. One that died after the list was read may have
 * left children, which were not in it: so as long as more are found dead, it
 * is read again.
 */
#include "config.h"

#include "process/orphans_int.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "os/os.h"
#include "os/procfs.h"
#include "process/contain.h"
#include "process/reap.h"

#define READ_SIZE	4096
#define ROUNDS		8	/* of one look, while each finds more dead */
#define EXEC_US		100000	/* for which a new one may be in an exec */
#define HIDDEN_US	30000	/* so long a look waits for it: some always
				   are */
#define HIDDEN_WAIT_US	5000	/* until its environment is read again */
#define HUNG_US		4000000	/* after which no look waits for a read */
#define KEPT_MAX	10000	/* dead ones, for the sake of a limit */
#define KEPT_US		5000000	/* after the last kill */

/* Open the list; -1 if it is not what this module needs. */
static int
open_list(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
	    (long)getpid());
	errno = ENOENT;
	return os_is_subreaper() && procfs_is_ours() ?
	    open(path, O_RDONLY | O_CLOEXEC) : -1;
}

struct orphans *
orphans_new(struct ev_loop *loop, void *arg, orphans_known_fn *is_known,
    void (*wake)(void *arg))
{
	struct orphans *orphans = calloc(1, sizeof(*orphans));

	if (!orphans)
		return NULL;
	orphans->arg = arg;
	orphans->is_known = is_known;
	orphans->fd = open_list();
	if (orphans->fd == -1)
		goto err;
	if (orphans_set_init(orphans) == -1)
		goto err_after_open;
	orphans->peek = peek_new(loop, wake, arg);
	if (orphans->peek)
		return orphans;
	orphans_set_release(orphans);
err_after_open:
	os_close(orphans->fd);
err:
	free(orphans);
	return NULL;
}

void
orphans_free(struct orphans *orphans)
{
	if (!orphans)
		return;
	orphans_set_release(orphans);
	peek_free(orphans->peek);
	close(orphans->fd);
	free(orphans);
}

static pid_t
pid_of(const struct orphan *orphan)
{
	return orphan->order.pid;
}

/* Let the environment of an orphan be read. */
static void
ask(struct orphans *orphans, struct orphan *orphan, enum orphan_state state)
{
	orphan->asked_us = clock_us();
	orphans_set_state(orphans, orphan, state);
	peek_ask(orphans->peek, &orphan->order);
}

/* Take an answer. */
static void
take_answer(struct orphans *orphans, struct orphan *orphan)
{
	const struct peek_order *order = &orphan->order;

	if (orphan->state == ORPHAN_DEAD)
		return;
	if (order->found == -1 && (order->error == EMFILE ||
	    order->error == ENFILE || order->error == ENOMEM)) {
		orphans_set_state(orphans, orphan, ORPHAN_NEW);
		return;
	}
	if (order->found == 1)
		orphans_insert(orphans, orphan, ORPHAN_BY_PATH, order->path);
	orphans_set_state(orphans, orphan, order->found == -1 &&
	    order->error == EAGAIN ? ORPHAN_UNSURE : ORPHAN_SURE);
}

bool
orphans_take_answers(struct orphans *orphans)
{
	struct peek_order *order;
	bool was_hung = false;

	while ((order = peek_next(orphans->peek))) {
		struct orphan *orphan =
		    list_entry(order, struct orphan, order);

		was_hung |= orphan->state == ORPHAN_HUNG;
		take_answer(orphans, orphan);
	}
	return was_hung;
}

/* Take note of a child. Nothing is reaped while the list is read: it would move
 * the rest of it under the reader. */
static int
note_child(struct orphans *orphans, pid_t pid)
{
	struct orphan *orphan;
	pid_t session;

	if (orphans_find(orphans, pid))
		return 0;
	if (orphans->is_known(orphans->arg, pid)) {
		orphans->is_shared = true;
		return 0;
	}
	orphan = orphans_add(orphans, pid);
	if (!orphan)
		return -1;
	session = getsid(pid);
	if (session > 0 && orphans->is_known(orphans->arg, session)) {
		orphans_insert(orphans, orphan, ORPHAN_BY_SESSION,
		    (uint64_t)session);
		orphans_set_state(orphans, orphan, ORPHAN_SURE);
	}
	return 0;
}

/* Take note of the children in a part of the list; 0, or -1 with errno. */
static int
note_children(struct orphans *orphans, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] >= '0' && text[i] <= '9') {
			orphans->pid = orphans->pid * 10 + (text[i] - '0');
			continue;
		}
		if (orphans->pid > 0 &&
		    note_child(orphans, orphans->pid) == -1)
			return -1;
		orphans->pid = 0;
	}
	return 0;
}

/* Begin to read the list. */
static void
begin_round(struct orphans *orphans)
{
	orphans->phase = ORPHANS_LISTING;
	orphans->offset = 0;
	orphans->pid = 0;
	orphans->has_found_dead = false;
}

/* Read the list. 1: all of it; 0: the time is over; -1 with errno. */
static int
read_list(struct orphans *orphans, int64_t until_us)
{
	char chunk[READ_SIZE];
	ssize_t size;

	while ((size = pread(orphans->fd, chunk, sizeof(chunk),
	    orphans->offset)) > 0) {
		if (note_children(orphans, chunk, (size_t)size) == -1)
			return -1;
		orphans->offset += size;
		/* if workers are in it, they may be reaped between two turns */
		if (!orphans->is_shared && clock_us() >= until_us)
			return 0;
	}
	return size == -1 ? -1 : 1;
}

/* Look at one orphan. */
static void
examine(struct orphans *orphans, struct orphan *orphan, int64_t now_us)
{
	bool is_old = now_us - orphan->seen_us > EXEC_US;

	if (reap_has_ended(pid_of(orphan))) {
		orphans->has_found_dead = true;
		orphans_set_dead(orphans, orphan);
	} else if (orphan->state == ORPHAN_NEW) {
		ask(orphans, orphan, ORPHAN_ASKED);
	} else if (orphan->state == ORPHAN_UNSURE) {
		ask(orphans, orphan, is_old ? ORPHAN_OLD : ORPHAN_ASKED);
	} else if (orphan->state == ORPHAN_ASKED &&
	    now_us - orphan->asked_us > HUNG_US) {
		orphans_set_state(orphans, orphan, ORPHAN_HUNG);
	}
}

/* Look at each orphan. 1: at all; 0: the time is over. */
static int
examine_all(struct orphans *orphans, int64_t until_us)
{
	int64_t now_us = clock_us();

	while (orphans->at != &orphans->living) {
		struct orphan *orphan =
		    list_entry(orphans->at, struct orphan, link);

		orphans->at = orphans->at->next;
		examine(orphans, orphan, now_us);
		now_us = clock_us();
		if (now_us >= until_us)
			return 0;
	}
	return 1;
}

/* Give up the reads that take too long. */
static void
give_up(struct orphans *orphans, int64_t now_us)
{
	for (struct list *link = orphans->living.next;
	    link != &orphans->living; link = link->next) {
		struct orphan *orphan = list_entry(link, struct orphan, link);

		if (orphan->state == ORPHAN_ASKED &&
		    now_us - orphan->asked_us > HUNG_US)
			orphans_set_state(orphans, orphan, ORPHAN_HUNG);
	}
}

/* Read again what had no environment. */
static void
read_again(struct orphans *orphans, int64_t now_us)
{
	orphans->reread_us = now_us;
	for (struct list *link = orphans->living.next;
	    link != &orphans->living; link = link->next) {
		struct orphan *orphan = list_entry(link, struct orphan, link);

		if (orphan->state == ORPHAN_UNSURE)
			ask(orphans, orphan, ORPHAN_ASKED);
	}
}

/* Wait until it is known of each whose it is. */
static enum orphans_state
wait_for_answers(struct orphans *orphans)
{
	int64_t now_us = clock_us();

	orphans_take_answers(orphans);
	if (now_us - orphans->began_us > HUNG_US)
		give_up(orphans, now_us);
	if (orphans->counts[ORPHAN_ASKED] > 0)
		return ORPHANS_AWAITED;
	if (orphans->counts[ORPHAN_NEW] > 0)
		return ORPHANS_SHORTAGE;
	if (orphans->counts[ORPHAN_UNSURE] == 0 ||
	    now_us - orphans->began_us > HIDDEN_US)
		return ORPHANS_KNOWN;
	if (now_us - orphans->reread_us > HIDDEN_WAIT_US)
		read_again(orphans, now_us);
	return ORPHANS_AWAITED;
}

void
orphans_begin(struct orphans *orphans)
{
	orphans->rounds = ROUNDS;
	orphans->began_us = orphans->reread_us = clock_us();
	begin_round(orphans);
}

/* Go to the next phase of a look. */
static void
next_phase(struct orphans *orphans)
{
	if (orphans->phase == ORPHANS_LISTING) {
		orphans->phase = ORPHANS_EXAMINING;
		orphans->at = orphans->living.next;
	} else if (orphans->has_found_dead && --orphans->rounds > 0) {
		begin_round(orphans);
	} else {
		orphans->phase = ORPHANS_WAITING;
	}
}

enum orphans_state
orphans_go_on(struct orphans *orphans, int64_t until_us)
{
	while (orphans->phase != ORPHANS_WAITING) {
		int rc = orphans->phase == ORPHANS_LISTING ?
		    read_list(orphans, until_us) :
		    examine_all(orphans, until_us);

		if (rc != 1)
			return rc == 0 ? ORPHANS_BUSY : ORPHANS_SHORTAGE;
		next_phase(orphans);
	}
	return wait_for_answers(orphans);
}

bool
orphans_is_unsure(const struct orphans *orphans)
{
	return orphans->counts[ORPHAN_HUNG] > 0;
}

/* Tell whether an orphan was started before a time; 0: any time. */
static bool
is_older(struct orphan *orphan, int64_t before)
{
	struct procfs_stat stat;

	if (before == 0)
		return true;
	if (orphan->started == 0 && procfs_stat(pid_of(orphan), &stat) == 0)
		orphan->started = stat.started;
	return orphan->started != 0 && orphan->started < before;
}

/* Kill an orphan, once. What is refused is tried again by the next look. */
static void
kill_orphan(struct orphans *orphans, struct orphan *orphan)
{
	if (orphan->is_killed || contain_signal_one(pid_of(orphan), SIGKILL) ==
	    -1)
		return;
	orphan->is_killed = true;
	orphans->killed++;
	orphans->killed_us = clock_us();
}

/* Kill those with a key in a table; returns how many of them live. */
static size_t
kill_by_key(struct orphans *orphans, enum orphan_table table, uint64_t key,
    int64_t before)
{
	struct orphan *orphan = NULL;
	size_t left = 0;

	while ((orphan = orphans_next(orphans, table, key, orphan))) {
		if (orphan->state == ORPHAN_DEAD || !is_older(orphan, before))
			continue;
		left++;
		kill_orphan(orphans, orphan);
	}
	return left;
}

size_t
orphans_kill(struct orphans *orphans, pid_t session, uint64_t path,
    int64_t before)
{
	size_t left = kill_by_key(orphans, ORPHAN_BY_SESSION,
	    (uint64_t)session, 0);

	if (path != 0)
		left += kill_by_key(orphans, ORPHAN_BY_PATH, path, before);
	return left;
}

bool
orphans_keeps_dead(const struct orphans *orphans)
{
	return orphans->killed > 0 &&
	    orphans->counts[ORPHAN_DEAD] <= KEPT_MAX &&
	    clock_us() - orphans->killed_us < KEPT_US;
}

/* Reap a dead orphan. */
static void
reap_orphan(struct orphans *orphans, struct orphan *orphan)
{
	struct spec_outcome unused;

	reap_take(pid_of(orphan), &unused);
	orphans_drop(orphans, orphan);
}

bool
orphans_reap(struct orphans *orphans, int64_t until_us)
{
	if (orphans_keeps_dead(orphans))
		return true;
	while (!list_is_empty(&orphans->dead)) {
		reap_orphan(orphans, list_entry(orphans->dead.next,
		    struct orphan, link));
		if (clock_us() >= until_us)
			break;
	}
	return list_is_empty(&orphans->dead);
}

size_t
orphans_count(const struct orphans *orphans)
{
	return orphans->count;
}

/* Find out which orphans are dead, and kill the others. */
static void
end_living(struct orphans *orphans)
{
	struct list *link = orphans->living.next;

	while (link != &orphans->living) {
		struct orphan *orphan = list_entry(link, struct orphan, link);

		link = link->next;
		if (reap_has_ended(pid_of(orphan))) {
			orphans->has_found_dead = true;
			orphans_set_dead(orphans, orphan);
		} else {
			kill_orphan(orphans, orphan);
		}
	}
}

size_t
orphans_end(struct orphans *orphans)
{
	bool is_listed;

	orphans_begin(orphans);
	is_listed = read_list(orphans, INT64_MAX) == 1;
	end_living(orphans);
	orphans_reap(orphans, INT64_MAX);
	/* what was found dead may have left some that were not listed */
	return orphans->count - orphans->counts[ORPHAN_DEAD] +
	    (!is_listed || orphans->has_found_dead);
}

void
orphans_set_read(struct orphans *orphans, peek_read_fn *read)
{
	peek_set_read(orphans->peek, read);
}
