/*
 * The run file: which processes the daemon has, in memory that outlives a crash
 * of the daemon. The next start finds the leftovers in it, and ends them before
 * it starts anything.
 *
 * The file is locked for life and mapped into memory: recording a start is a
 * store, not a system call. Of a process it keeps the pid, when it started and
 * a hash of its path; of the whole, the id of the boot. A process that matches
 * in all of them is the same. Nothing in the file is believed without that.
 */
#ifndef REEVE_PROCESS_RUNFILE_H
#define REEVE_PROCESS_RUNFILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct runfile;

#define RUNFILE_NONE UINT32_MAX	/* no record */

/* What a process stores of itself in its record, before its program runs. It
 * was started between two times, which may be far apart on a busy machine. */
struct runfile_mark {
	int64_t started;	/* ticks since the boot: not before. Stored
				   first */
	int32_t pid;		/* stored last: that makes the record valid; 0:
				   free */
	uint32_t late;		/* ticks after that: not later */
};

/*
 * Open and lock the file, made if it is missing. NULL with errno: EWOULDBLOCK
 * says that another daemon holds it, EINVAL that it is not a plain file. A
 * file that makes no sense, or is of another boot, counts as empty.
 */
struct runfile *runfile_open(const char *path);

/*
 * Kill what an earlier daemon has left running, and what these processes left
 * behind, and wait for their end as long as the timeout allows. Each is named
 * in the log. Returns how many may still be there; 0: the file is empty now,
 * else it is as it was, for another start.
 */
size_t	runfile_end_leftovers(struct runfile *runfile, int64_t timeout_ms);

/* Make room for so many records, so that none needs a system call; 0, or -1. */
int	runfile_reserve(struct runfile *runfile, size_t count);

/* The time to record: take it just before the process is started. */
int64_t	runfile_now(void);

/*
 * Prepare a record of a process that is about to be started, and tell its mark,
 * in shared memory, for runfile_mark(). RUNFILE_NONE: no room.
 */
uint32_t runfile_prepare(struct runfile *runfile, int64_t started,
	    const char *path, struct runfile_mark **ret_mark);

/*
 * Make a record valid. The process does it itself, before its program runs: so
 * it is on record whenever the daemon may crash. This only reads a clock and
 * stores, which is fine between fork and exec.
 */
void	runfile_mark(struct runfile_mark *mark, pid_t pid);

/* Forget a record; RUNFILE_NONE is fine. */
void	runfile_drop(struct runfile *runfile, uint32_t record);

/* Give the memory of the file back, in a process that was forked for something
 * else: it would hold the lock. The descriptor is closed with all others. */
void	runfile_let_go(struct runfile *runfile);

/* Unlock and close the file; NULL is fine. The next start ends the processes
 * that it still has records of. */
void	runfile_close(struct runfile *runfile);

#endif
