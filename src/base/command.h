/*
 * Command lines: split as a shell splits them, without a shell, and expanded
 * at each start of a worker.
 *
 * The rules are those of the POSIX shell (XCU 2.2, Quoting) as far as words
 * go: blanks separate words; inside '…' all is literal; inside "…" a backslash
 * stands before \ " $ and `; elsewhere before anything. Nothing else of a
 * shell is there: no globs, no redirection, no variables but the one form
 * below. A > or | as a word of its own is an error that says so.
 *
 * ${NAME} is the value of NAME in the worker's own environment, at each start;
 * it is never split again, and there is no $NAME. $$ is a dollar, and so is
 * any $ that is quoted by '…' or a backslash. A split word keeps these forms
 * (every literal dollar as $$), so that it can be kept and expanded later.
 */
#ifndef REEVE_BASE_COMMAND_H
#define REEVE_BASE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strlist.h"
#include "base/vars.h"

#define COMMAND_SIZE_MAX (2 << 20)	/* bytes of an expanded command */

/*
 * Split text and append its words to a list. Returns NULL, or what is wrong
 * with the text, as a phrase ("a \" that is not closed"). The list remembers a
 * shortage of memory.
 */
const char *command_split(const char *text, struct strlist *words);

/* The same where $ and > are ordinary bytes: for values that are no command. */
const char *command_split_plain(const char *text, struct strlist *words);

/* Tell whether bytes are the name of a variable: letters, digits and _, no
 * digit first (XBD 8.1). */
bool	command_is_name(const char *bytes, size_t size);

/* Tell whether any word has something to expand. */
bool	command_expands(char *const *words);

/* Append a word to a text, quoted where it must be, so that the function which
 * split it makes the same word of it again. */
void	command_quote(struct strlist *text, const char *word);

/*
 * Expand split words from variables (NULL: there are none). Returns 0 with an
 * array in one allocation; or ENOENT when there is no such variable, whose name
 * is then in ret_name for the caller to free (or NULL if memory was short for
 * it); E2BIG over COMMAND_SIZE_MAX; ENOMEM.
 */
int	command_expand(char *const *words, const struct vars *vars,
	    char ***ret_argv, char **ret_name);

#endif
