/*
 * The state that a process begins with, put right before anything else: what
 * launchers leave behind (ignored or blocked signals, closed or leaked
 * descriptors, limits) must reach neither the daemon nor its children.
 */
#ifndef REEVE_PROCESS_HYGIENE_H
#define REEVE_PROCESS_HYGIENE_H

#include <stdbool.h>
#include <sys/resource.h>

/* What the daemon began with. It changes some of that for itself; its children
 * get the original, and no score but one of their own: see spawner_new(). */
struct hygiene {
	struct rlimit nofile;	/* RLIMIT_NOFILE */
	struct rlimit core;	/* RLIMIT_CORE */
	int oom_score_adj;	/* that of now; 0: no such thing */
	bool has_lowered;	/* the score, which no child may keep then */
	int nice;
};

/*
 * Reset every signal disposition, empty the mask, open /dev/null on those of
 * 0-2 that are closed, close all above, set the umask to 022. Returns 0, or -1
 * with errno when /dev/null cannot be opened.
 */
int	hygiene_clean(void);

/*
 * Become a subreaper, allow no core dumps of the daemon (it knows secrets),
 * raise the soft limit of descriptors to the hard one, and be among the last
 * that the out-of-memory killer takes; tell what was found before. No failure
 * is fatal: an ordinary user may not lower the score, nor may root everywhere.
 */
void	hygiene_harden(struct hygiene *ret_found);

/* Only look: what hygiene_harden() tells, with nothing changed. */
void	hygiene_look(struct hygiene *ret_found);

/* Close a range of descriptors, both ends included; async-signal-safe. */
void	hygiene_close_range(unsigned first, unsigned last);

#endif
