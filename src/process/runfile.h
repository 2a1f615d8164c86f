/*
 * The run file: which processes the daemon has, on a page range that outlives
 * a crash of it. The next start finds the leftovers in it, and ends them
 * before it starts anything.
 *
 * The file is locked for life and mapped into memory: recording a start is a
 * store, not a system call. Of a process it keeps the pid, when it started and
 * a hash of its path; of the whole, the id of the boot. What matches in all is
 * the same process. Nothing in the file is ever believed without that.
 */
#ifndef REEVE_PROCESS_RUNFILE_H
#define REEVE_PROCESS_RUNFILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct runfile;

#define RUNFILE_NONE UINT32_MAX	/* no record */

/* What a process stores of itself in its record, before its program runs. It
 * was started between two times: on a busy machine that may be long. */
struct runfile_mark {
	int64_t started;	/* ticks since the boot: not before. It is there
				   already */
	int32_t pid;		/* stored last: that makes the record valid; 0:
				   free */
	uint32_t late;		/* ticks after that: not later */
};

/*
 * Open and lock the file, made if it is missing. NULL with errno: EWOULDBLOCK
 * says that another daemon holds it, EINVAL that it is not a plain file. A
 * file that makes no sense, or is of another boot, is as good as empty.
 */
struct runfile *runfile_open(const char *path);

/*
 * Kill what an earlier daemon has left running, and what these processes left
 * behind, and wait for the end of it as long as the timeout allows. Each is
 * named in the log. Returns how many may still be there; if there are none, the
 * file is empty, else it is as it was, for another start.
 */
size_t	runfile_end_leftovers(struct runfile *runfile, int64_t timeout_ms);

/* See that so many records find room without a system call; 0, or -1. */
int	runfile_reserve(struct runfile *runfile, size_t count);

/* A time to record, taken just before the process is started. */
int64_t	runfile_now(void);

/*
 * Have a record ready for a process that is about to be started, and give the
 * mark, in shared memory, for runfile_mark(). RUNFILE_NONE: no room.
 */
uint32_t runfile_prepare(struct runfile *runfile, int64_t started,
	    const char *path, struct runfile_mark **ret_mark);

/*
 * Make a record valid. The process does it itself, before its program runs, so
 * that there is no moment at which it lives and a crash of the daemon would
 * lose it. Only reads a clock and stores, as is fine between fork and exec.
 */
void	runfile_mark(struct runfile_mark *mark, pid_t pid);

/* Record a process; RUNFILE_NONE if there is no room. Forget a record. */
uint32_t runfile_add(struct runfile *runfile, pid_t pid, int64_t started,
	    const char *path);
void	runfile_drop(struct runfile *runfile, uint32_t record);

/* Unlock and close the file; NULL is fine. What it still has records of is for
 * the next start to end. */
void	runfile_close(struct runfile *runfile);

#endif
