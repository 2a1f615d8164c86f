/*
 * Reading the REEVE_PATH of processes beside the loop. To read a process's
 * environment the kernel takes a lock of its memory, which the process has
 * itself while it forks, maps or executes. On a machine with more to do than it
 * can, one read may take a second; and a process can make it take for ever. So
 * a few threads wait instead of the loop.
 *
 * Such a wait ends when the daemon does: a thread never holds up its exit.
 */
#ifndef REEVE_PROCESS_PEEK_H
#define REEVE_PROCESS_PEEK_H

#include <ev.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/list.h"

struct peek;

/* What is to be read, and what was: a member of the asker's struct. */
struct peek_order {
	struct list link;	/* of struct peek: waits, or is answered */
	pid_t pid;		/* the asker's, as all that follows */
	int found;		/* what procfs_reeve_path() has returned */
	int error;		/* its errno */
	uint64_t path;		/* hash_text() of what it has found */
};

/* How REEVE_PATH is read: as procfs_reeve_path() does it. */
typedef int peek_read_fn(pid_t pid, char *ret_path, size_t size);

/* Begin; wake is called in the loop when something is answered. NULL with
 * errno. */
struct peek *peek_new(struct ev_loop *loop, void (*wake)(void *arg), void *arg);

/* End. A thread that still waits is left to itself; NULL is fine. */
void	peek_free(struct peek *peek);

/* Let an order be read. If no thread can be made, it is read at once. */
void	peek_ask(struct peek *peek, struct peek_order *order);

/* The next one that is answered, in their order; NULL: there is none now. */
struct peek_order *peek_next(struct peek *peek);

/* Take an order back: there will be no answer. */
void	peek_cancel(struct peek *peek, struct peek_order *order);

/* Read REEVE_PATH in another way from now on: for tests. */
void	peek_set_read(struct peek *peek, peek_read_fn *read);

#endif
