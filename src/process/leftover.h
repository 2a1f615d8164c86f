/*
 * Leftovers: processes of an earlier daemon, which died before it ended them.
 *
 * A process is a leftover if it is one that was recorded (same pid, started at
 * the same time), or was left behind by one: it has the REEVE_PATH of a record,
 * and either is in that record's session, or was adopted since by init (or by a
 * subreaper above this daemon).
 */
#ifndef REEVE_PROCESS_LEFTOVER_H
#define REEVE_PROCESS_LEFTOVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A process as it was recorded. */
struct leftover {
	uint64_t path;		/* hash_text() of its worker's */
	int64_t started;	/* ticks since the boot, PROCFS_TICKS a second:
				   not before */
	uint32_t late;		/* ticks after that: not later */
	pid_t pid;
};

/*
 * Kill all leftovers of these records, and name each in the log, until none is
 * found any more or the time is over. Returns how many are still there; 0, with
 * a warning, if /proc is of another pid namespace.
 */
size_t	leftover_end(const struct leftover *records, size_t count,
	    int64_t timeout_ms);

#endif
