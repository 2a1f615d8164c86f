/*
 * What is planned to happen in a fake world, by time, and at the same time in
 * the order of planning: a binary heap of struct news that knows the place of
 * each, so that a plan can be changed. It is not the core's heap, on purpose:
 * that one is under test.
 */
#ifndef REEVE_TESTS_QUEUE_H
#define REEVE_TESTS_QUEUE_H

#include "core/tree.h"

/* Something that is going to be told to the tree. */
struct news {
	int64_t due_ms;
	uint64_t order;		/* of planning: breaks ties */
	size_t place;		/* in the queue, from 1; 0: not planned */
	struct input input;
};

struct queue {
	struct news **at;
	size_t size;
	size_t room;
	uint64_t order;
};

/* Give back the queue's memory. */
void	queue_release(struct queue *queue);

/* Plan news for its due_ms; it must not be planned already. */
void	queue_add(struct queue *queue, struct news *news);

/* Take news out, if it is planned. */
void	queue_remove(struct queue *queue, struct news *news);

/* The news that comes next; NULL: none is planned. */
static inline struct news *
queue_first(const struct queue *queue)
{
	return queue->size ? queue->at[0] : NULL;
}

#endif
