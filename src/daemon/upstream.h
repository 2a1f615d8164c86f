/*
 * Telling the launcher of the daemon how the daemon is: the datagrams of
 * sd_notify(3), to the socket that NOTIFY_SOCKET names. No function waits.
 * While the launcher reads nothing, and so there is no room for a message, the
 * latest one is tried again every second. Any other failure is only written to
 * the log.
 */
#ifndef REEVE_DAEMON_UPSTREAM_H
#define REEVE_DAEMON_UPSTREAM_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

struct upstream;

/*
 * Take NOTIFY_SOCKET out of the environment, so that no child ever talks in the
 * daemon's name, and prepare to send there: a path, or @ and an abstract name.
 * NULL: there is no launcher to tell; all functions below accept that.
 */
struct upstream *upstream_open(void);
void	upstream_close(struct upstream *upstream);

/* From now on messages are tried again, by this loop; until upstream_unwatch(),
 * which is harmless twice. */
void	upstream_watch(struct upstream *upstream, struct ev_loop *loop);
void	upstream_unwatch(struct upstream *upstream);

/* Tell that the tree is up, with so many children. */
void	upstream_ready(struct upstream *upstream, size_t children);

/* Tell that a reload begins, or is over; not before the tree is up. */
void	upstream_reloading(struct upstream *upstream);
void	upstream_reloaded(struct upstream *upstream, size_t children,
	    bool refused);

/* Tell that the end begins, once. */
void	upstream_stopping(struct upstream *upstream);

#endif
