/*
 * Becoming a daemon in the old sense: a child in a session of its own, while
 * the parent waits until it knows how the start came out, says so, and exits
 * with the code that an init script can rely on.
 */
#ifndef REEVE_DAEMON_DETACH_H
#define REEVE_DAEMON_DETACH_H

/* What the daemon has of the way to its parent; close-on-exec. */
struct detached {
	int messages;		/* for its first messages; does not block */
	int code;		/* for detach_report() */
};

/*
 * Fork; the parent does not return. It copies to stderr what is written to the
 * descriptor for messages, and exits with the code that detach_report() is
 * given, or EX_SOFTWARE if the daemon ends without a word. However slow stderr
 * is, the daemon never waits for it.
 *
 * The child returns 0. It is no session leader, its directory is /, 0-2 are
 * /dev/null. -1 with errno if nothing could be forked.
 */
int	detach(struct detached *ret_detached);

/* Tell the parent the exit code, and let it go; the descriptors are closed. */
void	detach_report(const struct detached *detached, int exit_code);

#endif
