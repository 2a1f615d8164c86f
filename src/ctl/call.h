/*
 * Calling the daemon from the command line, and saying why it refused.
 */
#ifndef REEVE_CTL_CALL_H
#define REEVE_CTL_CALL_H

#include "ctl/verbs.h"

/*
 * Call a method that has one reply. On CTL_DONE the reply is the caller's to
 * clear; else the reason has been said, and what is returned is the exit code.
 */
enum ctl_exit ctl_call(struct ctl *ctl, const char *method,
		    json_t *parameters, struct ctlreply *ret_reply);

/* Call a method that answers nothing but that it is done. */
enum ctl_exit ctl_call_plain(struct ctl *ctl, const char *method,
		    json_t *parameters);

/* Say why the daemon refused; returns the exit code. */
enum ctl_exit ctl_refused(const struct ctlreply *reply);

/* Say that the conversation broke, from errno; returns the exit code. */
enum ctl_exit ctl_broken(void);

/* Write JSON on a line of its own, with no control character in it, nor what is
 * not ASCII. */
void	ctl_print_json(const json_t *value);

#endif
