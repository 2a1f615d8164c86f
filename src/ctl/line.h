/* The command line of reevectl, read and checked. */
#ifndef REEVE_CTL_LINE_H
#define REEVE_CTL_LINE_H

#include "ctl/cmd.h"

/*
 * Read the command line, which is permuted and must stay. Ends the program on
 * mistakes, and after --help and --version.
 */
void	line_read(int argc, char **argv, struct cmd_args *ret_args);

#endif
