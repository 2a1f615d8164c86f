/*
 * Telling whoever has started the daemon how it is: the datagrams of
 * sd_notify(3), to the socket that NOTIFY_SOCKET names. Nothing of it waits,
 * and nothing fails but with a word in the log.
 */
#ifndef REEVE_DAEMON_UPSTREAM_H
#define REEVE_DAEMON_UPSTREAM_H

#include <stdbool.h>
#include <stddef.h>

struct notifier;

/*
 * Take NOTIFY_SOCKET out of the environment, so that no child ever talks in the
 * daemon's name, and prepare to send there: a path, or @ and an abstract name.
 * NULL: nobody wants to hear; all functions below are fine with that.
 */
struct notifier *notifier_open(void);
void	notifier_close(struct notifier *notifier);

/* The tree is up, so many children. */
void	notifier_ready(struct notifier *notifier, size_t children);

/* A reload begins; it is over. Not told while the tree is not up. */
void	notifier_reloading(struct notifier *notifier);
void	notifier_reloaded(struct notifier *notifier, size_t children,
	    bool refused);

/* The end begins; told once. */
void	notifier_stopping(struct notifier *notifier);

#endif
