/* Work beside the loop: all the processes, how many there may be, and how they
 * go. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "process/aside_int.h"
#include "process/reap.h"

#define HUNG_MS		1000	/* a killed one is gone before that */
#define END_MS		500	/* the same, before the daemon ends */
#define END_NAP_NS	1000000	/* between two looks then */

/* How many there may be of each kind, and what they do. */
static const struct {
	const char *verb;
	unsigned most;
	unsigned most_hung;	/* of these, that do not go */
} limits[ASIDE_KIND_COUNT] = {
	[ASIDE_RELOAD] = { "read the configuration", 8, 4 },
	[ASIDE_LOGS] = { "read logs", 32, 4 },
};

void
asides_let_go(struct aside *aside)
{
	struct spec_outcome unused;

	if (aside->pid != 0 &&
	    reap_take(aside->pid, &unused) == REAP_NOT_YET)
		return;
	list_remove(&aside->link);
	free(aside);
}

/* Let go all that have ended. */
static void
let_go_all(struct asides *asides)
{
	struct list *link = asides->leaving.next;

	while (link != &asides->leaving) {
		struct aside *aside = list_entry(link, struct aside, link);

		link = link->next;
		asides_let_go(aside);
	}
}

static void
on_child(struct ev_loop *loop, ev_signal *watcher, int events)
{
	(void)loop;
	(void)events;
	let_go_all(watcher->data);
}

struct asides *
asides_new(struct ev_loop *loop, struct runfile *runfile)
{
	struct asides *asides = calloc(1, sizeof(*asides));

	if (!asides)
		return NULL;
	asides->loop = loop;
	asides->runfile = runfile;
	list_init(&asides->running);
	list_init(&asides->leaving);
	ev_signal_init(&asides->child, on_child, SIGCHLD);
	asides->child.data = asides;
	ev_signal_start(loop, &asides->child);
	return asides;
}

static size_t
count_links(const struct list *head)
{
	size_t count = 0;

	for (const struct list *link = head->next; link != head;
	    link = link->next)
		count++;
	return count;
}

static void
end_running(struct asides *asides)
{
	struct list *link;

	while ((link = asides->running.next) != &asides->running)
		aside_end(list_entry(link, struct aside, link));
}

size_t
asides_end_all(struct asides *asides)
{
	const struct timespec nap = {.tv_nsec = END_NAP_NS};
	int64_t end_ms = clock_ms() + END_MS;

	if (!asides)
		return 0;
	end_running(asides);
	let_go_all(asides);
	while (!list_is_empty(&asides->leaving) && clock_ms() < end_ms) {
		nanosleep(&nap, NULL);
		let_go_all(asides);
	}
	return count_links(&asides->leaving);
}

void
asides_free(struct asides *asides)
{
	struct list *link;

	if (!asides)
		return;
	end_running(asides);
	while ((link = list_pop(&asides->leaving)))
		free(list_entry(link, struct aside, link));
	ev_signal_stop(asides->loop, &asides->child);
	free(asides);
}

/* Find one by its pid, in a list. */
static struct aside *
find_in(const struct list *head, pid_t pid)
{
	for (struct list *link = head->next; link != head; link = link->next) {
		struct aside *aside = list_entry(link, struct aside, link);

		if (aside->pid == pid)
			return aside;
	}
	return NULL;
}

static struct aside *
find_aside(const struct asides *asides, pid_t pid)
{
	struct aside *aside;

	if (!asides || pid == 0)
		return NULL;
	aside = find_in(&asides->running, pid);
	return aside ? aside : find_in(&asides->leaving, pid);
}

bool
asides_has(const struct asides *asides, pid_t pid)
{
	return find_aside(asides, pid);
}

void
asides_note_reaped(struct asides *asides, pid_t pid)
{
	struct aside *aside = find_aside(asides, pid);

	if (aside)
		aside->pid = 0;
}

/* Tell whether one that was killed does not go. */
static bool
is_hung(const struct aside *aside)
{
	return aside->killed_ms != 0 &&
	    clock_ms() - aside->killed_ms > HUNG_MS;
}

/* Count those of a kind in a list, and among them those that do not go. */
static void
count_kind(const struct list *head, enum aside_kind kind, unsigned *count,
    unsigned *hung)
{
	const struct list *link;

	for (link = head->next; link != head; link = link->next) {
		const struct aside *aside =
		    list_const_entry(link, struct aside, link);

		if (aside->work.kind != kind)
			continue;
		++*count;
		*hung += is_hung(aside);
	}
}

bool
asides_may_start(struct asides *asides, enum aside_kind kind,
    char ret_why[ASIDE_WHY_SIZE])
{
	unsigned count = 0, hung = 0;

	let_go_all(asides);
	count_kind(&asides->running, kind, &count, &hung);
	count_kind(&asides->leaving, kind, &count, &hung);
	if (hung >= limits[kind].most_hung)
		snprintf(ret_why, ASIDE_WHY_SIZE, "%u processes that %s wait "
		    "for what does not answer, and cannot be killed", hung,
		    limits[kind].verb);
	else if (count >= limits[kind].most)
		snprintf(ret_why, ASIDE_WHY_SIZE, "%u processes %s already",
		    count, limits[kind].verb);
	else
		return true;
	return false;
}

