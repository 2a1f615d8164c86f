/*
 * Waiting for the tree. What a verb asks for has its turn, and takes as long as
 * it takes. Meanwhile a person at a terminal is told for whom the verb waits,
 * and the daemon is asked something over a second connection: if it does not
 * answer this either, there is no use in waiting.
 */
#ifndef REEVE_CTL_WAIT_H
#define REEVE_CTL_WAIT_H

#include "ctl/cmd.h"

/* One call's wait. */
struct wait {
	struct cmd_context *ctx;
	int64_t pause_ms;	/* until the daemon is asked something else */
	int shown;		/* columns of the line on the terminal */
};

/* Begin one, for the verb of the context. */
void	wait_init(struct wait *wait, struct cmd_context *ctx);

/* Wait for the next reply, as client_next(): for a verb that waits, ETIMEDOUT
 * means that the daemon answers no other connection either. */
int	wait_next(struct wait *wait, struct client_reply *ret_reply);

/* Write for whom a verb waits, by the status of all children: "web, which stops
 * web/app". */
void	wait_describe(const struct cmd_args *args, const json_t *children,
	    char *ret_text, size_t size);

/* Say that the daemon does not answer, and if it is stopped. */
void	wait_say_silent(const struct cmd_context *ctx);

#endif
