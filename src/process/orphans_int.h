/*
 * The inside of struct orphans, shared by orphans.c (looks) and orphans_set.c
 * (which orphans there are).
 */
#ifndef REEVE_PROCESS_ORPHANS_INT_H
#define REEVE_PROCESS_ORPHANS_INT_H

#include "core/list.h"
#include "process/orphans.h"

/* What is known of the environment of an orphan that lives. */
enum orphan_state {
	ORPHAN_NEW,		/* nothing yet, or for want of descriptors */
	ORPHAN_ASKED,		/* it is being read, and looks wait for it */
	ORPHAN_HUNG,		/* it is being read for so long that no look
				   waits any more */
	ORPHAN_UNSURE,		/* there was none: read it again */
	ORPHAN_OLD,		/* it is being read again, but there was none
				   for so long that no look waits */
	ORPHAN_SURE,
	ORPHAN_DEAD,
	ORPHAN_STATES
};

/* The hash tables that an orphan is in. */
enum orphan_table {
	ORPHAN_BY_PID,
	ORPHAN_BY_SESSION,	/* if that is a worker's */
	ORPHAN_BY_PATH,		/* if it has one */
	ORPHAN_TABLES
};

struct orphan {
	struct list link;	/* in orphans->living or orphans->dead */
	struct list in[ORPHAN_TABLES];	/* in orphans->buckets[] */
	uint64_t keys[ORPHAN_TABLES];	/* 0: not in that table */
	struct peek_order order; /* reads its REEVE_PATH */
	enum orphan_state state;
	bool is_killed;
	int64_t seen_us;	/* since when it is known */
	int64_t asked_us;	/* since when it is being read, or was last */
	int64_t started;	/* as of procfs_stat; 0: not asked yet */
};

/* Where a look is. */
enum orphans_phase {
	ORPHANS_LISTING,	/* it reads the kernel's list */
	ORPHANS_EXAMINING,	/* it asks of each orphan */
	ORPHANS_WAITING,	/* for what is being read */
};

/* Orphans whose keys have the same last bits, in each table. */
struct orphan_bucket {
	struct list of[ORPHAN_TABLES];
};

struct orphans {
	orphans_known_fn *is_known;
	void *arg;
	struct peek *peek;
	int fd;			/* the list of children */
	bool is_shared;		/* workers are in it too */
	struct list living;	/* of struct orphan */
	struct list dead;
	size_t counts[ORPHAN_STATES];
	size_t count;		/* their sum */
	struct orphan_bucket *buckets;
	size_t bucket_count;	/* of each table; a power of two */

	/* The look: */
	enum orphans_phase phase;
	int rounds;		/* that may still follow this one */
	int64_t began_us;
	off_t offset;		/* in the list */
	pid_t pid;		/* of digits so far, over the end of a chunk */
	struct list *at;	/* in living: to be examined next */
	bool has_found_dead;	/* in this round */
	int64_t reread_us;	/* when what was unsure was read again */

	size_t killed;		/* that live */
	int64_t killed_us;	/* when the last one was killed */
};

/* Make the set: empty. 0, or -1. */
int	orphans_set_init(struct orphans *orphans);

/* Forget all orphans. */
void	orphans_set_release(struct orphans *orphans);

/* Add an orphan that lives, which is new; NULL: there is no memory. */
struct orphan *orphans_add(struct orphans *orphans, pid_t pid);

/* Find an orphan by its pid. */
struct orphan *orphans_find(const struct orphans *orphans, pid_t pid);

/* Find one by a key in a table, the first or the next one; NULL: no more. */
struct orphan *orphans_next(const struct orphans *orphans, enum orphan_table
		    table, uint64_t key, const struct orphan *before);

/* Put an orphan into a table. */
void	orphans_insert(struct orphans *orphans, struct orphan *orphan,
	    enum orphan_table table, uint64_t key);

/* Change what is known of an orphan. */
void	orphans_set_state(struct orphans *orphans, struct orphan *orphan,
	    enum orphan_state state);

/* An orphan is dead. */
void	orphans_set_dead(struct orphans *orphans, struct orphan *orphan);

/* Forget an orphan. */
void	orphans_drop(struct orphans *orphans, struct orphan *orphan);

#endif
