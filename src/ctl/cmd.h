/*
 * The verbs of reevectl. Each has a file, cmd_<name>.c, which defines one
 * struct cmd; the Makefile makes the table of them. cmd.c has what verbs share.
 *
 * The room ctl is reevectl. It includes its own headers, base, os and core, and
 * of config the units of values. Begin here, then read client.h.
 */
#ifndef REEVE_CTL_CMD_H
#define REEVE_CTL_CMD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl/client.h"
#include "ctl/option.h"
#include "ctl/show.h"

enum cmd_exit {
	CMD_DONE = 0,
	CMD_REFUSED = 1,	/* by the daemon; stderr has the reason */
	CMD_NO_DAEMON = 2,
	CMD_NOT_PERMITTED = 3,
	CMD_USAGE = 64,
	CMD_OUT_OF_MEMORY = 71,
	CMD_ANSWER_LOST = 75,	/* a change was asked for; it is not known
				   what became of it */
	/* status PATH, as an init script's status (LSB) */
	CMD_STATUS_RUNNING = 0,
	CMD_STATUS_STOPPED = 3,
	CMD_STATUS_UNKNOWN = 4,
};

#define CMD_TIMEOUT_MS	10000	/* without --timeout */

struct cmd;

/* What the command line says. */
struct cmd_args {
	const struct cmd *cmd;	/* NULL: no verb */
	char **words;		/* the verb's own, without options; ends with
				   NULL */
	size_t count;		/* of words */
	char **command;		/* what stands after --, ends with NULL; NULL:
				   no -- */
	json_t *environment;	/* the values of --env, an array; NULL: none */
	int64_t timeout_ms;	/* how long the daemon may be silent */
	/* The value of each option, "" if it takes none; NULL: not given. */
	const char *options[OPTION_COUNT];
};

/* What a verb works with. */
struct cmd_context {
	struct client *client;
	const char *socket;	/* where the daemon listens */
	bool is_quiet;		/* it is not said what goes wrong */
	int error;		/* errno, if the conversation broke; else 0 */
	struct show show;
	struct cmd_args args;
};

/* The parts of --help. */
enum cmd_group {
	CMD_LOOK,
	CMD_CHANGE,
	CMD_OFFLINE,		/* needs no daemon */
	CMD_GROUP_COUNT
};

struct cmd {
	const char *name;
	/* Its words, those in brackets optional: "supervisor", "path signal",
	 * "[path ...]". These names say what the shells complete, too. */
	const char *usage;
	const char *what;	/* one line of help */
	enum cmd_group group;
	unsigned options;	/* that it takes: OPTION_BIT() */
	bool takes_command;	/* words after -- */
	const char *method;	/* that it calls */
	bool is_stream;		/* the method has any number of replies */
	bool waits;		/* it is answered when the tree has done what
				   it asks for: see wait.h */
	const char *member;	/* of a reply, that is shown; NULL: all of it */
	/* Show a reply, or the member, to a person; NULL: it is not shown. */
	void (*show)(const struct show *show, const json_t *value);
	enum cmd_exit (*run)(struct cmd_context *ctx);
};

#define CMD_WORD_SIZE	16	/* of the name of a word */

/* All verbs by name; ends with NULL. */
extern const struct cmd *const cmdtable[];

/* The verb of that name; NULL: there is none. */
const struct cmd *cmd_find(const char *name);

/*
 * The name of a word of the usage: "path" for each one of "[path ...]"; ""
 * behind the last one. ret_optional may be NULL. Returns ret_name.
 */
char	*cmd_word(const struct cmd *cmd, size_t index,
	    char ret_name[CMD_WORD_SIZE], bool *ret_optional);

/* Words as an array; NULL is an empty one. */
json_t	*cmd_array(char *const *words);

/*
 * Call the verb's method, and show each reply as it comes: with --json as it
 * is. The parameters are the words, under their names in the usage, and the
 * options; cmd_call_with() has further ones, an object, which is taken over.
 * An empty reply of a stream is not shown. What went wrong is said.
 */
enum cmd_exit cmd_call(struct cmd_context *ctx);
enum cmd_exit cmd_call_with(struct cmd_context *ctx, json_t *parameters);

/* Show the status of all children, as one list. */
enum cmd_exit cmd_list(struct cmd_context *ctx);

/* Ask for the status of paths (NULL: all), an array, as one list. */
enum cmd_exit cmd_fetch_status(struct cmd_context *ctx, json_t *paths,
		    json_t **ret_children);

/* Ask whether the daemon answers. */
enum cmd_exit cmd_check(struct cmd_context *ctx);

#endif
