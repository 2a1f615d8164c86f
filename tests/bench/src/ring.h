/*
 * The ring: a file in shared memory that every child of a benchmark writes one
 * record to, and that the measuring programs read.
 *
 * Unlike a FIFO or a socket it never blocks a writer, loses no record, takes no
 * lock, and costs a system call only where somebody waits. The time of a record
 * is taken before the ring is opened, so that nothing of this is measured.
 */
#ifndef BENCH_RING_H
#define BENCH_RING_H

#include <stdint.h>

#define RING_MAGIC	0x52494e47U
#define RING_CAPACITY	(1U << 18)
#define RING_NAME_SIZE	16

/* One start of a child: a line of the cache. harness/core.py reads it too. */
struct ring_record {
	uint64_t start_ns;	/* monotonic, at the first instruction */
	uint64_t end_ns;	/* log mode: after the last write */
	uint64_t count;		/* log mode: lines whose write has returned */
	int32_t pid;		/* as the child sees it */
	int32_t parent;
	uint32_t ready;		/* set last: the record is complete */
	uint32_t unused;
	char name[RING_NAME_SIZE];
	uint64_t begin_ns;	/* log mode: before the first write */
};

struct ring {
	uint32_t head;		/* next free record; who waits, waits for it */
	uint32_t waiters;	/* not 0: who writes must wake */
	uint32_t capacity;
	uint32_t magic;
	uint32_t unused[12];	/* the head is as long as a record */
	struct ring_record records[RING_CAPACITY];
};

#endif
