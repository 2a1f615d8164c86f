/*
 * The daemon as the host of its control side: what happens is recorded as
 * events, the socket is opened, and what clients ask is passed on to the
 * daemon.
 */
#ifndef REEVE_DAEMON_HOST_DAEMON_H
#define REEVE_DAEMON_HOST_DAEMON_H

#include <ev.h>

#include "daemon/daemon.h"

struct hosting;

/* Begin to record events. NULL: memory is short. */
struct hosting *hosting_new(struct daemon *daemon, struct ev_loop *loop,
		    const char *log_dir);

/*
 * Listen for clients, as the section [reeve] says, which is the caller's and
 * may change later: see hosting_take_conf(). 0, or -1 after saying why.
 */
int	hosting_open(struct hosting *hosting, const struct conf_daemon *conf);

/* Another section [reeve] is in force: other groups, that is; the socket stays
 * where it is. */
void	hosting_take_conf(struct hosting *hosting,
	    const struct conf_daemon *conf);

/* Record a note of the core. */
void	hosting_note(struct hosting *hosting, const struct note *note);

/* Record that something was asked for, about a path and due to an event (0:
 * none); a number for causes. */
uint64_t hosting_record(struct hosting *hosting, const char *path,
	    const char *what, uint64_t cause);

/* Drop the clients, close the socket, forget the events; NULL is fine. */
void	hosting_free(struct hosting *hosting);

#endif
