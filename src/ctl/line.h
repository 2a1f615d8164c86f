/* The command line of reevectl, read and checked. */
#ifndef REEVE_CTL_LINE_H
#define REEVE_CTL_LINE_H

#include "ctl/cmd.h"

struct line {
	struct cmd_args args;
	const struct cmd *cmd;
};

/*
 * Read the command line, which is permuted and must stay. Ends the program on
 * mistakes, and after --help and --version.
 */
void	line_read(int argc, char **argv, struct line *ret_line);

#endif
