/* Plans of a fake world by time: a binary heap, see the header. */
#include "sim/queue.h"

#include <assert.h>
#include <stdlib.h>

void
queue_release(struct queue *queue)
{
	free(queue->at);
	*queue = (struct queue){ 0 };
}

/* Tell whether a comes before b. */
static bool
is_before(const struct news *a, const struct news *b)
{
	if (a->due_ms != b->due_ms)
		return a->due_ms < b->due_ms;
	return a->order < b->order;
}

/* Put news at a place, from 0. */
static void
put(struct queue *queue, size_t i, struct news *news)
{
	queue->at[i] = news;
	news->place = i + 1;
}

/* Move the news at a place to where it belongs. */
static void
sift(struct queue *queue, size_t i)
{
	struct news *news = queue->at[i];
	size_t child;

	while (i > 0 && is_before(news, queue->at[(i - 1) / 2])) {
		put(queue, i, queue->at[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	while ((child = 2 * i + 1) < queue->size) {
		if (child + 1 < queue->size &&
		    is_before(queue->at[child + 1], queue->at[child]))
			child++;
		if (!is_before(queue->at[child], news))
			break;
		put(queue, i, queue->at[child]);
		i = child;
	}
	put(queue, i, news);
}

void
queue_add(struct queue *queue, struct news *news)
{
	assert(news->place == 0);
	if (queue->size == queue->room) {
		queue->room = queue->room ? 2 * queue->room : 16;
		queue->at = realloc(queue->at,
		    queue->room * sizeof(*queue->at));
		if (!queue->at)
			abort();
	}
	news->order = queue->order++;
	queue->at[queue->size++] = news;
	sift(queue, queue->size - 1);
}

void
queue_remove(struct queue *queue, struct news *news)
{
	size_t i = news->place;
	struct news *last;

	if (i == 0)
		return;
	news->place = 0;
	last = queue->at[--queue->size];
	if (last == news)
		return;
	queue->at[i - 1] = last;
	sift(queue, i - 1);
}
