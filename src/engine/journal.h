/*
 * The story of the tree as log lines: what the core notes, in sentences.
 */
#ifndef REEVE_ENGINE_JOURNAL_H
#define REEVE_ENGINE_JOURNAL_H

#include <stddef.h>

#include "core/tree.h"

/* Write a note of the core to the log; some notes say nothing to a user. */
void	journal_write(const struct note *note);

/* Write what NOTE_DOWN says of a worker: that it has ended, of itself or
 * because somebody asked for it. */
void	journal_write_end(const struct child *child, bool asked);

/* Say how a process ended: "exited with code 1", "was killed by SIGKILL". */
void	words_end(struct spec_outcome outcome, char *ret_text,
	    size_t size);

/* Say why a child failed to start; "" if that is the program's alone to say. */
void	journal_describe_failure(const struct child *child, char *ret_text,
	    size_t size);

/* Write a duration as the configuration spells it: "250ms", "5s", "2m". */
void	words_duration(int64_t ms, char *ret_text, size_t size);

/* Say what was reached when a supervisor gives up: "more than 3 restarts in
 * 5s". */
void	words_limit(const struct sup *sup, char *ret_text,
	    size_t size);

#endif
