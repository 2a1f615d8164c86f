/*
 * Telling whoever has started the daemon how it is: the datagrams of
 * sd_notify(3), to the socket that NOTIFY_SOCKET names. Nothing of it waits,
 * and nothing fails but with a word in the log.
 */
#ifndef REEVE_DAEMON_UPSTREAM_H
#define REEVE_DAEMON_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>

struct upstream;

/*
 * Take NOTIFY_SOCKET out of the environment, so that no child ever talks in the
 * daemon's name, and prepare to send there: a path, or @ and an abstract name.
 * NULL: nobody wants to hear; all functions below are fine with that.
 */
struct upstream *upstream_open(void);
void	upstream_close(struct upstream *notifier);

/* The tree is up, so many children. */
void	upstream_ready(struct upstream *notifier, size_t children);

/* A reload begins; it is over. Not told while the tree is not up. */
void	upstream_reloading(struct upstream *notifier);
void	upstream_reloaded(struct upstream *notifier, size_t children,
	    bool refused);

/* The end begins; told once. */
void	upstream_stopping(struct upstream *notifier);

#endif
