/* Asking the daemon, and saying on stderr why there is no good answer. */
#ifndef REEVE_CTL_ASK_H
#define REEVE_CTL_ASK_H

#include "ctl/cmd.h"

/* Take a reply; false: no further one is wanted. */
typedef bool ask_fn(void *arg, const json_t *parameters);

/* Call a method, with `more' one that has any number of replies, and take its
 * replies as they come. The parameters are taken over. */
enum cmd_exit ask_daemon(struct client *client, const char *method,
		    json_t *parameters, bool more, ask_fn *take, void *arg);

#endif
