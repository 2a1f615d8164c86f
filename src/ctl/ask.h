/*
 * Calling the daemon from the command line, and saying why it refused.
 */
#ifndef REEVE_CTL_ASK_H
#define REEVE_CTL_ASK_H

#include "ctl/cmd.h"

/*
 * Call a method that has one reply. On CMD_DONE the reply is the caller's to
 * clear; else the reason has been said, and what is returned is the exit code.
 */
enum cmd_exit ask_daemon(struct cmd_context *ctl, const char *method,
		    json_t *parameters, struct client_reply *ret_reply);

/* Call a method that answers nothing but that it is done. */
enum cmd_exit ask_plain(struct cmd_context *ctl, const char *method,
		    json_t *parameters);

/* Say why the daemon refused; returns the exit code. */
enum cmd_exit ask_refused(const struct client_reply *reply);

/* Say that the conversation broke, from errno; returns the exit code. */
enum cmd_exit ask_broken(void);

/* Write JSON on a line of its own, with no control character in it, nor what is
 * not ASCII. */
void	show_json(const json_t *value);

#endif
