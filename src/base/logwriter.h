/*
 * Writes lines, at first at once. From logwriter_begin() on a thread of its
 * own writes them: the caller only puts them into a ring in memory, so that no
 * disk, no pipe and no syslogd ever makes it wait. Lines that find no room are
 * dropped and counted, and so are those that cannot be written.
 *
 * The thread makes system calls and nothing else, so that this process may be
 * forked and cloned at any time. Where the system can do that, the descriptor
 * of the file is in a table of the thread's own: else each child would have a
 * copy, and to close that, at the exec, waits for the disk as well (FUSE and
 * NFS do so). All functions are for one thread.
 */
#ifndef REEVE_BASE_LOGWRITER_H
#define REEVE_BASE_LOGWRITER_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#include "base/logring.h"
#include "base/logsink.h"

enum logwriter_state {
	LOGWRITER_AT_ONCE,
	LOGWRITER_BESIDE,	/* the thread writes */
	LOGWRITER_STUCK,	/* it did not end: lines are dropped */
};

struct logwriter {
	struct logring *ring;
	struct logsink sink;	/* the thread's, while it writes */
	enum logwriter_state state;
	pthread_t thread;
	sem_t begun;		/* the thread has */
	sem_t wake;
	bool owns_descriptors;	/* no other thread has those of the sink and
				   of news */
	atomic_bool is_asleep;	/* or is about to be */
	atomic_bool is_ending;	/* it is to end when the ring is empty */
	atomic_bool has_ended;
	atomic_ulong lost;	/* lines, since the start */
	atomic_ulong dropped;	/* of these, for want of room, and not told */
	unsigned long failed;	/* of these, at writing, and not told; of the
				   side that writes */
	atomic_int asked;	/* how often it is to open the file again */
	bool is_late;		/* it was waited for in vain */
	int done;		/* how often it has; the thread's */
	int news;		/* of logwriter_begin() */
};

/* A writer to stderr, with a ring that is all zero. */
#define LOGWRITER_INIT(its_ring) \
	{ .ring = (its_ring), .sink = { .fd = STDERR_FILENO } }

/* Write somewhere else from now on; the sink is taken over. No thread runs. */
void	logwriter_set_sink(struct logwriter *writer,
	    const struct logsink *sink);

/* Let a thread write; news as for log_beside(). If no thread can be made all
 * stays as it was: -1, errno. */
int	logwriter_begin(struct logwriter *writer, int news);

/* Write the rest, and end the thread; but wait no longer for a reader that
 * makes no progress than eight seconds, and for none longer than ten. Then
 * further lines are dropped. */
void	logwriter_end(struct logwriter *writer);

/* Let the thread end when it has written the rest, and do not wait. */
void	logwriter_leave(struct logwriter *writer);

/* Take a line, of LOGRING_LINE bytes at most; logwriter_release() lets it be
 * written. */
void	logwriter_put(struct logwriter *writer, const char *line, size_t size);
void	logwriter_release(struct logwriter *writer);

/* As log_settle(). */
void	logwriter_settle(struct logwriter *writer);

/* As log_reopen(). */
int	logwriter_reopen(struct logwriter *writer);

#endif
