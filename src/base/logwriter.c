/* Writes lines, at once or by a thread. */
#include "config.h"

#include "base/logwriter.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/thread.h"
#include "os/os.h"

#define PATIENCE_MS	50	/* with a slow reader, without a thread */
#define END_IDLE_MS	8000	/* the thread makes no progress, at the end */
#define END_MS		10000	/* of waiting for it altogether */
#define HELD_MOST	(LOGRING_SIZE / 16) /* then the thread may begin */
#define ROOM_AGAIN	(LOGRING_SIZE / 8) /* when lines were dropped */
#define STACK_SIZE	(256 << 10)
#define SETTLE_US	4000	/* for the thread to write what there is */
#define SETTLE_NAP_NS	20000	/* between two looks */

void
logwriter_set_sink(struct logwriter *writer, const struct logsink *sink)
{
	logsink_close(&writer->sink);
	writer->sink = *sink;
}

/* Count lines that could not be written; when writing works again say so. */
static void
account(struct logwriter *writer, unsigned long lost, int patience_ms)
{
	writer->lost += lost;
	writer->failed += lost;
	if (lost == 0 && writer->failed > 0 &&
	    logsink_say_lost(&writer->sink, writer->failed, patience_ms))
		writer->failed = 0;
}

/* Write some of the lines that there are; false: there are none. */
static bool
write_some(struct logwriter *writer, int patience_ms)
{
	size_t size;
	const char *lines = logring_look(writer->ring,
	    logsink_most(&writer->sink), &size);
	unsigned long lost;

	if (lines) {
		lost = logsink_write(&writer->sink, lines, size, patience_ms);
		logring_take(writer->ring, size);
		account(writer, lost, patience_ms);
		return true;
	}
	/* what has been dropped came after all that is written now */
	lost = atomic_exchange(&writer->dropped, 0);
	if (lost > 0 &&
	    !logsink_say_lost(&writer->sink, lost, patience_ms))
		writer->failed += lost;
	return false;
}

/* Write all that there is, in the caller's thread. Once lines are lost do not
 * wait for the reader, until a line goes through again. */
static void
write_all(struct logwriter *writer)
{
	while (write_some(writer, writer->failed == 0 ? PATIENCE_MS : 0))
		continue;
}

/* Open the file again, if that is asked for, and tell. A pipe has room for
 * that. */
static void
reopen_if_asked(struct logwriter *writer)
{
	struct log_reopening reopening = { .number = writer->asked };

	if (reopening.number == writer->done)
		return;
	if (logsink_reopen(&writer->sink) == -1)
		reopening.error = errno;
	writer->done = reopening.number;
	if (writer->news != -1)
		while (write(writer->news, &reopening,
		    sizeof(reopening)) == -1 && errno == EINTR)
			continue;
}

/* Wait for a semaphore. */
static void
await(sem_t *semaphore)
{
	while (sem_wait(semaphore) == -1 && errno == EINTR)
		continue;
}

/* Sleep until there is something to do. First say so, then look again: a caller
 * that has seen no sleeper has put its line in before this look. */
static void
sleep_until_woken(struct logwriter *writer)
{
	writer->is_asleep = true;
	if (logring_is_empty(writer->ring) && writer->asked == writer->done &&
	    !writer->is_ending)
		await(&writer->wake);
	writer->is_asleep = false;
}

/* The thread. */
static void *
run(void *arg)
{
	struct logwriter *writer = arg;
	const int fds[] = { writer->sink.fd, writer->news };

	writer->owns_descriptors = os_own_descriptors(fds, LENGTH(fds)) == 0;
	sem_post(&writer->begun);
	for (;;) {
		bool is_ending = writer->is_ending; /* no line comes after */

		reopen_if_asked(writer);
		if (write_some(writer, LOGSINK_FOREVER))
			continue;
		if (is_ending)
			break;
		sleep_until_woken(writer);
	}
	writer->has_ended = true;
	return NULL;
}

/* Wake the thread, unless it is busy anyhow. */
static void
wake(struct logwriter *writer)
{
	if (atomic_exchange(&writer->is_asleep, false))
		sem_post(&writer->wake);
}

/* Close what the thread has in a table of its own, but not 0 to 2. */
static void
close_all(int fd, int news)
{
	if (fd > STDERR_FILENO)
		close(fd);
	if (news != -1)
		close(news);
}

int
logwriter_begin(struct logwriter *writer, int news)
{
	int error, fd = writer->sink.fd;

	logwriter_release(writer);
	writer->news = news;
	writer->is_asleep = writer->is_ending = writer->has_ended = false;
	sem_init(&writer->begun, 0, 0);
	sem_init(&writer->wake, 0, 0);
	error = thread_begin(&writer->thread, STACK_SIZE, run, writer);
	if (error) {
		close_all(-1, news);
		errno = error;
		return -1;
	}
	await(&writer->begun);
	writer->state = LOGWRITER_BESIDE;
	if (writer->owns_descriptors)
		close_all(fd, news);
	return 0;
}

/* If the thread has ended, go on without it. Its own table went with it. */
static bool
settle(struct logwriter *writer)
{
	if (!writer->has_ended)
		return false;
	pthread_join(writer->thread, NULL);
	sem_destroy(&writer->begun);
	sem_destroy(&writer->wake);
	if (!writer->owns_descriptors)
		close_all(-1, writer->news);
	else if (writer->sink.target != LOG_TO_STDERR)
		writer->sink.fd = -1;
	writer->state = LOGWRITER_AT_ONCE;
	return true;
}

void
logwriter_leave(struct logwriter *writer)
{
	if (writer->state != LOGWRITER_BESIDE)
		return;
	logring_release(writer->ring);
	writer->is_ending = true;
	wake(writer);
	writer->state = LOGWRITER_STUCK;
}

void
logwriter_end(struct logwriter *writer)
{
	size_t tail = writer->ring->tail;
	int idle_ms = 0;

	if (writer->state == LOGWRITER_STUCK)
		settle(writer);
	if (writer->state != LOGWRITER_BESIDE)
		return;
	logwriter_leave(writer);
	for (int ms = 0; ms < END_MS && idle_ms < END_IDLE_MS; ms++) {
		if (settle(writer))
			return;
		poll(NULL, 0, 1);
		idle_ms = tail == writer->ring->tail ? idle_ms + 1 : 0;
		tail = writer->ring->tail;
	}
}

/* Put a line into the ring; false: there is no room. */
static bool
put(struct logwriter *writer, const char *line, size_t size)
{
	if (logring_put(writer->ring, line, size))
		return true;
	logwriter_release(writer);
	return logring_put(writer->ring, line, size);
}

/*
 * Put a line before the next one that says how many were dropped, once there is
 * room for many again; false: it is too early. If the thread has written all
 * that there was, it has said so itself.
 */
static bool
tell_dropped(struct logwriter *writer)
{
	char line[LOGSINK_HEAD + LOGSINK_LOST];
	unsigned long dropped;
	char *end;

	if (logring_room(writer->ring) < ROOM_AGAIN)
		return false;
	dropped = atomic_exchange(&writer->dropped, 0);
	if (dropped == 0)
		return true;
	end = logsink_head(&writer->sink, LOG_LEVEL_WARNING, line);
	end = logsink_lost_text(dropped, end);
	return put(writer, line, (size_t)(end - line));
}

/* Tell whether lines are taken. Once one is dropped so are all, until that is
 * told. */
static bool
takes_lines(struct logwriter *writer)
{
	if (writer->state == LOGWRITER_STUCK && !settle(writer))
		return false;
	return writer->dropped == 0 || tell_dropped(writer);
}

void
logwriter_put(struct logwriter *writer, const char *line, size_t size)
{
	if (!takes_lines(writer) || !put(writer, line, size)) {
		writer->lost++;
		writer->dropped++;
	} else if (logring_held(writer->ring) > HELD_MOST) {
		logwriter_release(writer);
	}
}

void
logwriter_release(struct logwriter *writer)
{
	if (logring_held(writer->ring) == 0)
		return;
	logring_release(writer->ring);
	if (writer->state == LOGWRITER_BESIDE)
		wake(writer);
	else if (writer->state == LOGWRITER_AT_ONCE)
		write_all(writer);
}

void
logwriter_settle(struct logwriter *writer)
{
	const struct timespec nap = { .tv_nsec = SETTLE_NAP_NS };
	int64_t until_us;

	if (writer->state != LOGWRITER_BESIDE)
		return;
	if (logring_is_empty(writer->ring)) {
		writer->is_late = false;
		return;
	}
	if (writer->is_late)
		return;
	until_us = clock_us() + SETTLE_US;
	do
		nanosleep(&nap, NULL);
	while (!logring_is_empty(writer->ring) && clock_us() < until_us);
	writer->is_late = !logring_is_empty(writer->ring);
}

int
logwriter_reopen(struct logwriter *writer)
{
	if (writer->sink.target != LOG_TO_FILE)
		return 0;
	if (writer->state == LOGWRITER_BESIDE) {
		int ticket = writer->asked + 1;

		writer->asked = ticket;
		wake(writer);
		return ticket;
	}
	if (writer->state == LOGWRITER_STUCK) {
		errno = EBUSY;
		return -1;
	}
	logwriter_release(writer);
	return logsink_reopen(&writer->sink);
}
