/*
 * reevectl --complete WORD...: what the last word of a command line can become,
 * for the shells. They know nothing of verbs and options; this is the one list.
 */
#ifndef REEVE_CTL_COMPLETE_H
#define REEVE_CTL_COMPLETE_H

#include "ctl/cmd.h"

/* The last word is the name of a file, which the shell completes itself. */
#define COMPLETE_FILES	10

/*
 * Print what the last of the words can become, a line each: the word, a tab,
 * and what it is. The words are those behind "reevectl"; without a word,
 * nothing is printed. Returns the exit code, or COMPLETE_FILES.
 */
int	complete_line(char **words);

#endif
