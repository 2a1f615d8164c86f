/*
 * The verbs of reevectl: one table row and one function each.
 */
#ifndef REEVE_CTL_CMD_H
#define REEVE_CTL_CMD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "ctl/client.h"
#include "ctl/show.h"

enum cmd_exit {
	CMD_DONE = 0,
	CMD_REFUSED = 1,	/* the daemon said no; the reason is on stderr
				   */
	CMD_NO_DAEMON = 2,
	CMD_NOT_PERMITTED = 3,
	CMD_USAGE = 64,
	CMD_OUT_OF_MEMORY = 71,		/* of memory */
	/* status PATH, as an init script's status (LSB) */
	CMD_STATUS_RUNNING = 0,
	CMD_STATUS_STOPPED = 3,
	CMD_STATUS_UNKNOWN = 4,
};

/* What the command line says, besides the verb. */
struct cmd_args {
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
struct cmd_context {
	struct client *client;
	struct show show;
	struct cmd_args args;
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

struct cmd {
	const char *name;
	const char *usage;	/* what stands behind the name */
	const char *what;	/* one line of help */
	unsigned options;	/* bits of enum ctl_option */
	size_t min_words;
	size_t max_words;	/* SIZE_MAX: any number */
	enum cmd_exit (*run)(struct cmd_context *ctl);
	bool offline;		/* needs no daemon */
};

extern const struct cmd ctlverbs[];
extern const size_t ctlverb_count;

/* The verb of that name; NULL if there is none. */
const struct cmd *cmd_find(const char *name);

/* `reevectl new NAME': see ctlnew.c. */
enum cmd_exit ctlnew_run(struct cmd_context *ctl);

#endif
