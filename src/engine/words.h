/*
 * Words about ends, failures and limits: what the log, the events and the
 * answers to clients say alike.
 */
#ifndef REEVE_ENGINE_WORDS_H
#define REEVE_ENGINE_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "core/sup.h"

/* Say how a process ended: "exited with code 1", "was killed by SIGKILL". */
void	words_end(struct spec_outcome outcome, char *ret_text, size_t size);

/* Say why the last start of a child failed; "" if that is not known. */
void	words_failure(const struct child *child, char *ret_text, size_t size);

/* Say what was reached when a supervisor gives up: "more than 3 restarts in
 * 5s". */
void	words_limit(const struct sup *sup, char *ret_text, size_t size);

#endif
