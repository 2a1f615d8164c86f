/*
 * The verbs of reevectl: one table row and one function each.
 */
#ifndef REEVE_CTL_VERBS_H
#define REEVE_CTL_VERBS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "ctl/client.h"
#include "ctl/show.h"

enum ctl_exit {
	CTL_DONE = 0,
	CTL_REFUSED = 1,	/* the daemon said no; the reason is on stderr
				   */
	CTL_NO_DAEMON = 2,
	CTL_NOT_PERMITTED = 3,
	CTL_USAGE = 64,
	CTL_SHORT = 71,		/* of memory */
	/* status PATH, as an init script's status (LSB) */
	CTL_STATUS_RUNNING = 0,
	CTL_STATUS_STOPPED = 3,
	CTL_STATUS_UNKNOWN = 4,
};

/* What the command line says, besides the verb. */
struct ctlargs {
	char **words;		/* the verb's own, without options; NULL-ended
				   */
	size_t count;
	char **command;		/* what stands after --; NULL-ended; NULL: none
				   */
	const char *id;		/* --id */
	const char *restart;	/* --restart */
	const char *shutdown;	/* --shutdown */
	json_t *environment;	/* --env, an array; NULL: none */
	const char *lines;	/* -n */
	bool follow;		/* -f */
	bool dry_run;		/* --dry-run */
	bool now;		/* --now */
	bool significant;	/* --significant */
	bool json;		/* --json */
};

/* What a verb works with. */
struct ctl {
	struct ctlclient *client;
	struct ctlshow show;
	struct ctlargs args;
};

/* Options that a verb takes. */
enum ctl_option {
	CTL_JSON = 1,
	CTL_FOLLOW = 2,
	CTL_LINES = 4,
	CTL_SPEC = 8,		/* --id --restart --shutdown --significant --env
				   -- */
	CTL_DRY_RUN = 16,
	CTL_NOW = 32,
};

struct ctlverb {
	const char *name;
	const char *usage;	/* what stands behind the name */
	const char *what;	/* one line of help */
	unsigned options;	/* bits of enum ctl_option */
	size_t min_words;
	size_t max_words;	/* SIZE_MAX: any number */
	enum ctl_exit (*run)(struct ctl *ctl);
	bool offline;		/* needs no daemon */
};

extern const struct ctlverb ctlverbs[];
extern const size_t ctlverb_count;

/* The verb of that name; NULL if there is none. */
const struct ctlverb *ctlverb_find(const char *name);

/* `reevectl new NAME': see ctlnew.c. */
enum ctl_exit ctlnew_run(struct ctl *ctl);

#endif
