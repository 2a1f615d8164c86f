/*
 * What differs between two configurations of one thing, key by key, and what
 * that means to what runs: the table of keys says it (table.c).
 */
#ifndef REEVE_CONFIG_DIFF_H
#define REEVE_CONFIG_DIFF_H

#include "base/strlist.h"
#include "config/conf.h"

/* What a changed key means, as bits. */
#define DIFF_LIVE	1	/* is applied to what runs */
#define DIFF_RESTART	2	/* the worker is stopped and started again */
#define DIFF_REFUSED	4	/* cannot change while the daemon runs */

/*
 * Compare two nodes of one kind: their own keys, not what is below. Adds the
 * names of the keys that differ to ret_keys, and returns what they mean; 0 if
 * none differs.
 */
unsigned diff_nodes(const struct conf_node *old,
	    const struct conf_node *new, struct strlist *ret_keys);

/* The same for the section [reeve]. */
unsigned diff_daemons(const struct conf_daemon *old,
	    const struct conf_daemon *new, struct strlist *ret_keys);

#endif
