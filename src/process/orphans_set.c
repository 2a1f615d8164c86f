/*
 * The set of orphans. Each is in a list of those that live or of the dead, and
 * in hash tables by its pid, by the session of the worker that it was born in,
 * and by its REEVE_PATH.
 */
#include "config.h"

#include <stdlib.h>

#include "base/clock.h"
#include "process/orphans_int.h"

#define FIRST_BUCKETS	64

static struct list *
bucket_of(const struct orphans *orphans, enum orphan_table table, uint64_t key)
{
	return &orphans->buckets[key & (orphans->bucket_count - 1)].of[table];
}

/* Make buckets for all tables. */
static int
make_buckets(struct orphans *orphans, size_t count)
{
	struct orphan_bucket *buckets = calloc(count, sizeof(*buckets));

	if (!buckets)
		return -1;
	for (size_t i = 0; i < count; i++)
		for (size_t table = 0; table < ORPHAN_TABLES; table++)
			list_init(&buckets[i].of[table]);
	orphans->buckets = buckets;
	orphans->bucket_count = count;
	return 0;
}

/* Put the orphans of a list into buckets that are new. */
static void
insert_all(struct orphans *orphans, const struct list *list)
{
	for (struct list *link = list->next; link != list; link = link->next) {
		struct orphan *orphan = list_entry(link, struct orphan, link);

		for (unsigned table = 0; table < ORPHAN_TABLES; table++) {
			list_init(&orphan->in[table]);
			if (orphan->keys[table] != 0)
				orphans_insert(orphans, orphan, table,
				    orphan->keys[table]);
		}
	}
}

/* See that there are as many buckets as orphans; without memory for them, those
 * that there are have to do. */
static void
grow(struct orphans *orphans)
{
	struct orphan_bucket *old = orphans->buckets;

	if (orphans->count < orphans->bucket_count ||
	    make_buckets(orphans, orphans->bucket_count * 2) == -1)
		return;
	insert_all(orphans, &orphans->living);
	insert_all(orphans, &orphans->dead);
	free(old);
}

int
orphans_set_init(struct orphans *orphans)
{
	list_init(&orphans->living);
	list_init(&orphans->dead);
	return make_buckets(orphans, FIRST_BUCKETS);
}

/* Forget all orphans in a list. */
static void
drop_all(struct orphans *orphans, struct list *list)
{
	while (!list_is_empty(list))
		orphans_drop(orphans,
		    list_entry(list->next, struct orphan, link));
}

void
orphans_set_release(struct orphans *orphans)
{
	drop_all(orphans, &orphans->living);
	drop_all(orphans, &orphans->dead);
	free(orphans->buckets);
}

struct orphan *
orphans_add(struct orphans *orphans, pid_t pid)
{
	struct orphan *orphan = calloc(1, sizeof(*orphan));

	if (!orphan)
		return NULL;
	grow(orphans);
	for (unsigned table = 0; table < ORPHAN_TABLES; table++)
		list_init(&orphan->in[table]);
	list_init(&orphan->order.link);
	orphan->order.pid = pid;
	orphan->state = ORPHAN_NEW;
	orphan->seen_us = clock_us();
	list_append(&orphans->living, &orphan->link);
	orphans->counts[ORPHAN_NEW]++;
	orphans->count++;
	orphans_insert(orphans, orphan, ORPHAN_BY_PID, (uint64_t)pid);
	return orphan;
}

struct orphan *
orphans_find(const struct orphans *orphans, pid_t pid)
{
	return orphans_next(orphans, ORPHAN_BY_PID, (uint64_t)pid, NULL);
}

struct orphan *
orphans_next(const struct orphans *orphans, enum orphan_table table,
    uint64_t key, const struct orphan *before)
{
	const struct list *bucket = bucket_of(orphans, table, key);
	struct list *link = before ? before->in[table].next : bucket->next;

	for (; link != bucket; link = link->next) {
		/* the links of an orphan are an array */
		struct orphan *orphan =
		    list_entry(link - table, struct orphan, in);

		if (orphan->keys[table] == key)
			return orphan;
	}
	return NULL;
}

void
orphans_insert(struct orphans *orphans, struct orphan *orphan,
    enum orphan_table table, uint64_t key)
{
	orphan->keys[table] = key;
	list_append(bucket_of(orphans, table, key), &orphan->in[table]);
}

void
orphans_set_state(struct orphans *orphans, struct orphan *orphan,
    enum orphan_state state)
{
	orphans->counts[orphan->state]--;
	orphans->counts[state]++;
	orphan->state = state;
}

void
orphans_set_dead(struct orphans *orphans, struct orphan *orphan)
{
	peek_cancel(orphans->peek, &orphan->order);
	orphans_set_state(orphans, orphan, ORPHAN_DEAD);
	orphans->killed -= orphan->is_killed;
	list_remove(&orphan->link);
	list_append(&orphans->dead, &orphan->link);
}

void
orphans_drop(struct orphans *orphans, struct orphan *orphan)
{
	if (orphan->state != ORPHAN_DEAD)
		orphans_set_dead(orphans, orphan);
	orphans->counts[ORPHAN_DEAD]--;
	orphans->count--;
	list_remove(&orphan->link);
	for (unsigned table = 0; table < ORPHAN_TABLES; table++)
		list_remove(&orphan->in[table]);
	free(orphan);
}
