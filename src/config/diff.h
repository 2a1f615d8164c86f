/*
 * What differs between two configurations of one thing, key by key, and what
 * that means to what runs: the table of keys says it (confkeys.c).
 */
#ifndef REEVE_CONFIG_DIFF_H
#define REEVE_CONFIG_DIFF_H

#include "base/strlist.h"
#include "config/conf.h"

/* What a changed key means, as bits. */
#define DIFF_LIVE	1	/* is applied to what runs */
#define DIFF_RESTART	2	/* what runs is another thing: stop,
					   start */
#define DIFF_REFUSED	4	/* cannot change while the daemon runs
					   */

/*
 * Compare two nodes of one kind: their own keys, not what is below. The names
 * of those that differ are added to ret_keys; what they mean is returned, 0 if
 * none does.
 */
unsigned diff_nodes(const struct conf_node *old,
	    const struct conf_node *new, struct strlist *ret_keys);

/* The same for the section [reeve]. */
unsigned diff_daemons(const struct conf_daemon *old,
	    const struct conf_daemon *new, struct strlist *ret_keys);

#endif
