/*
 * Asking the daemon, and saying on stderr why there is no good answer. All
 * return an exit code; parameters are taken over.
 */
#ifndef REEVE_CTL_ASK_H
#define REEVE_CTL_ASK_H

#include "ctl/cmd.h"

/* Call a method that has one reply; on CMD_DONE the caller clears it. */
enum cmd_exit ask_daemon(struct client *client, const char *method,
		    json_t *parameters, struct client_reply *ret_reply);

/* Call a method that has any number of replies; then wait for one after the
 * other. On CMD_DONE the caller clears it. */
enum cmd_exit ask_begin(struct client *client, const char *method,
		    json_t *parameters);
enum cmd_exit ask_next(struct client *client,
		    struct client_reply *ret_reply);

#endif
