/*
 * Becoming a daemon in the old sense: a child in a session of its own, while
 * the parent waits until it knows how the start came out, says so, and exits
 * with the code that an init script can rely on.
 */
#ifndef REEVE_DAEMON_DETACH_H
#define REEVE_DAEMON_DETACH_H

/*
 * Fork; the parent does not return. It copies to stderr whatever is written
 * to the descriptor, and exits with the code that detach_report() is given, or
 * EX_SOFTWARE if the daemon ends without a word.
 *
 * The child returns a descriptor (close-on-exec) for its first messages. It is
 * no session leader, its directory is /, 0-2 are /dev/null. -1 with errno if
 * nothing could be forked.
 */
int	detach(void);

/* Tell the parent the exit code, and let it go; the descriptor is closed. */
void	detach_report(int fd, int exit_code);

#endif
