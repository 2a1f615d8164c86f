/* Reading the REEVE_PATH of processes beside the loop. */
#include "config.h"

#include "process/peek.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/thread.h"
#include "core/spec.h"
#include "os/procfs.h"

#define THREADS_MAX	4
#define STACK_SIZE	(256 << 10)
#define FREE_NAPS	100	/* for threads that are about to leave */
#define FREE_NAP_NS	1000000

struct peek {
	struct ev_loop *loop;
	ev_async answer;	/* something is answered */
	void (*wake)(void *arg);
	void *arg;

	pthread_mutex_t lock;	/* of all that follows */
	pthread_cond_t work;	/* there is an order, or peek_free() */
	peek_read_fn *read;
	struct list waiting;	/* of struct peek_order */
	struct list answered;
	struct list busy;	/* of struct reader */
	unsigned threads;
	unsigned idle;		/* of them */
	bool is_over;		/* peek_free() was called */
	bool is_left;		/* it did not wait: the last thread frees */

	pthread_mutex_t spare_lock; /* of the next one */
	int spare;		/* given up for a read when there is no other
				   descriptor; or -1 */
};

/* A thread that reads. */
struct reader {
	struct list link;	/* in peek->busy */
	struct peek_order *order; /* NULL: it was taken back */
};

static bool
is_shortage(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM;
}

/* Any descriptor. */
static int
open_spare(void)
{
	return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Read with the last descriptor, and take it back. */
static int
read_by_spare(struct peek *peek, peek_read_fn *read, pid_t pid, char *ret_path)
{
	int found, error;

	pthread_mutex_lock(&peek->spare_lock);
	if (peek->spare != -1)
		close(peek->spare);
	found = read(pid, ret_path, SPEC_PATH_SIZE);
	error = errno;
	peek->spare = open_spare();
	pthread_mutex_unlock(&peek->spare_lock);
	errno = error;
	return found;
}

/* Open a spare descriptor again, after a shortage that outlived its read. A
 * thread that holds the lock opens one itself, and may hang. */
static void
renew_spare(struct peek *peek)
{
	if (pthread_mutex_trylock(&peek->spare_lock) != 0)
		return;
	if (peek->spare == -1)
		peek->spare = open_spare();
	pthread_mutex_unlock(&peek->spare_lock);
}

/* Read what an order asks for. */
static struct peek_order
find_answer(struct peek *peek, peek_read_fn *read, pid_t pid)
{
	struct peek_order answer = {.pid = pid};
	char path[SPEC_PATH_SIZE];

	answer.found = read(pid, path, sizeof(path));
	if (answer.found == -1 && is_shortage(errno))
		answer.found = read_by_spare(peek, read, pid, path);
	answer.error = errno;
	if (answer.found == 1)
		answer.path = hash_text(path);
	renew_spare(peek);
	return answer;
}

/* Answer the first order that waits; the caller has the lock. */
static void
answer_first(struct peek *peek)
{
	struct list *link = peek->waiting.next;
	struct reader reader = {
		.order = list_entry(link, struct peek_order, link),
	};
	peek_read_fn *read = peek->read;
	pid_t pid = reader.order->pid;
	struct peek_order answer;

	list_remove(link);
	list_append(&peek->busy, &reader.link);
	pthread_mutex_unlock(&peek->lock);
	answer = find_answer(peek, read, pid);
	pthread_mutex_lock(&peek->lock);
	list_remove(&reader.link);
	if (!reader.order)
		return;
	reader.order->found = answer.found;
	reader.order->error = answer.error;
	reader.order->path = answer.path;
	list_append(&peek->answered, &reader.order->link);
	ev_async_send(peek->loop, &peek->answer);
}

/* Free what no thread uses any more. */
static void
destroy(struct peek *peek)
{
	if (peek->spare != -1)
		close(peek->spare);
	pthread_mutex_destroy(&peek->lock);
	pthread_mutex_destroy(&peek->spare_lock);
	pthread_cond_destroy(&peek->work);
	free(peek);
}

/* A thread. */
static void *
run_thread(void *arg)
{
	struct peek *peek = arg;
	bool is_last;

	pthread_mutex_lock(&peek->lock);
	while (!peek->is_over) {
		if (!list_is_empty(&peek->waiting)) {
			answer_first(peek);
			continue;
		}
		peek->idle++;
		pthread_cond_wait(&peek->work, &peek->lock);
		peek->idle--;
	}
	is_last = --peek->threads == 0 && peek->is_left;
	pthread_mutex_unlock(&peek->lock);
	if (is_last)
		destroy(peek);
	return NULL;
}

/* Make one more thread, which gets no signals; the caller has the lock. */
static void
add_thread(struct peek *peek)
{
	pthread_t thread;

	if (thread_begin(&thread, STACK_SIZE, run_thread, peek) != 0)
		return;
	pthread_detach(thread);
	peek->threads++;
}

/* Something is answered. */
static void
on_answer(struct ev_loop *loop, ev_async *watcher, int events)
{
	struct peek *peek = watcher->data;

	(void)loop;
	(void)events;
	peek->wake(peek->arg);
}

struct peek *
peek_new(struct ev_loop *loop, void (*wake)(void *arg), void *arg)
{
	struct peek *peek = calloc(1, sizeof(*peek));

	if (!peek)
		return NULL;
	peek->loop = loop;
	peek->wake = wake;
	peek->arg = arg;
	peek->read = procfs_reeve_path;
	peek->spare = open_spare();
	list_init(&peek->waiting);
	list_init(&peek->answered);
	list_init(&peek->busy);
	pthread_mutex_init(&peek->lock, NULL);
	pthread_mutex_init(&peek->spare_lock, NULL);
	pthread_cond_init(&peek->work, NULL);
	ev_async_init(&peek->answer, on_answer);
	peek->answer.data = peek;
	ev_async_start(loop, &peek->answer);
	return peek;
}

/* Take back all orders; the caller has the lock. */
static void
cancel_all(struct peek *peek)
{
	while (list_pop(&peek->waiting))
		continue;
	while (list_pop(&peek->answered))
		continue;
	for (struct list *link = peek->busy.next; link != &peek->busy;
	    link = link->next)
		list_entry(link, struct reader, link)->order = NULL;
}

void
peek_free(struct peek *peek)
{
	const struct timespec nap = {.tv_nsec = FREE_NAP_NS};
	bool is_left;

	if (!peek)
		return;
	ev_async_stop(peek->loop, &peek->answer);
	pthread_mutex_lock(&peek->lock);
	cancel_all(peek);
	peek->is_over = true;
	pthread_cond_broadcast(&peek->work);
	for (int i = 0; i < FREE_NAPS && peek->threads > 0; i++) {
		pthread_mutex_unlock(&peek->lock);
		nanosleep(&nap, NULL);
		pthread_mutex_lock(&peek->lock);
	}
	is_left = peek->is_left = peek->threads > 0;
	pthread_mutex_unlock(&peek->lock);
	if (!is_left)
		destroy(peek);
}

void
peek_ask(struct peek *peek, struct peek_order *order)
{
	pthread_mutex_lock(&peek->lock);
	list_init(&order->link);
	list_append(&peek->waiting, &order->link);
	if (peek->idle == 0 && peek->threads < THREADS_MAX)
		add_thread(peek);
	if (peek->threads == 0)
		answer_first(peek);
	else
		pthread_cond_signal(&peek->work);
	pthread_mutex_unlock(&peek->lock);
}

struct peek_order *
peek_next(struct peek *peek)
{
	struct list *link;

	pthread_mutex_lock(&peek->lock);
	link = list_pop(&peek->answered);
	pthread_mutex_unlock(&peek->lock);
	return link ? list_entry(link, struct peek_order, link) : NULL;
}

void
peek_cancel(struct peek *peek, struct peek_order *order)
{
	pthread_mutex_lock(&peek->lock);
	list_remove(&order->link);
	for (struct list *link = peek->busy.next; link != &peek->busy;
	    link = link->next) {
		struct reader *reader = list_entry(link, struct reader, link);

		if (reader->order == order)
			reader->order = NULL;
	}
	pthread_mutex_unlock(&peek->lock);
}

void
peek_set_read(struct peek *peek, peek_read_fn *read)
{
	pthread_mutex_lock(&peek->lock);
	peek->read = read;
	pthread_mutex_unlock(&peek->lock);
}
