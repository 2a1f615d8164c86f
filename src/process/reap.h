/*
 * Waiting for processes: the one place where the kernel is asked whether a
 * process has ended, and how.
 *
 * To look and to reap are two steps. A process that has ended is a zombie until
 * it is reaped, and as long as it is one, nothing else can have its number: so
 * look, kill what it has left behind, then reap.
 *
 * All of it is about children of the daemon, by pid. Of any other process
 * nothing can be learned here: reap_has_ended() is true and reap_take() says
 * REAP_LOST, even if it lives. A process that is taken over from an earlier
 * daemon will need another way, behind the same functions.
 */
#ifndef REEVE_PROCESS_REAP_H
#define REEVE_PROCESS_REAP_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/spec.h"

enum reap_state {
	REAP_NOT_YET,		/* it lives, or a tracer has to see its end */
	REAP_DONE,		/* it has ended, and its number is free now */
	REAP_LOST,		/* nothing more can be learned of its end */
};

/* Tell whether a process has ended, and leave it as it is. True also if nothing
 * can be learned of its end. */
bool	reap_has_ended(pid_t pid);

/* Reap a process. REAP_DONE: the outcome has its how and its number. */
enum reap_state reap_take(pid_t pid, struct spec_outcome *ret_outcome);

/* Learn the same, and leave the process as it is. */
enum reap_state reap_see(pid_t pid, struct spec_outcome *ret_outcome);

/* Find a child that has ended, and leave it as it is; 0: there is none. */
pid_t	reap_find_any(void);

#endif
