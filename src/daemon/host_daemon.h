/*
 * The daemon as the host of its control side: what happens is recorded as
 * events, the socket is opened, and what clients ask is passed on to the
 * daemon.
 */
#ifndef REEVE_DAEMON_HOST_DAEMON_H
#define REEVE_DAEMON_HOST_DAEMON_H

#include <ev.h>

#include "daemon/daemon.h"

struct host_daemon;

/* Begin to record events. NULL: memory is short. */
struct host_daemon *host_daemon_new(struct daemon *daemon, struct ev_loop *loop,
		    const char *log_dir);

/*
 * Listen for clients, as the section [reeve] says, which is the caller's and
 * may change later: see host_daemon_take_conf(). 0, or -1 after saying why.
 */
int	host_daemon_open(struct host_daemon *hosting,
	    const struct conf_daemon *conf);

/* Another section [reeve] is in force: other groups, that is; the socket stays
 * where it is. */
void	host_daemon_take_conf(struct host_daemon *hosting,
	    const struct conf_daemon *conf);

/* Record a note of the core. */
void	host_daemon_note(struct host_daemon *hosting, const struct note *note);

/* Record that something was asked for, about a path and due to an event (0:
 * none); a number for causes. */
uint64_t host_daemon_record(struct host_daemon *hosting, const char *path,
	    const char *what, uint64_t cause);

/* Drop the clients, close the socket, forget the events; NULL is fine. */
void	host_daemon_free(struct host_daemon *hosting);

#endif
