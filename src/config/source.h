/*
 * The files of the configuration, as a list that grows while it is walked.
 * Files that a file includes are read after it, each with its own includes
 * behind it: there is no recursion over what a file says.
 */
#ifndef REEVE_CONFIG_SOURCE_H
#define REEVE_CONFIG_SOURCE_H

#include "config/file.h"
#include "config/parse_int.h"

/* Add a file like another one, to be read after the one at an index; -1: it is
 * the first. */
void	source_add(struct parser *parser, const char *path, int after,
	    const struct source *like);

/* Include a file or a pattern, after the file that is being read. */
void	source_include(struct section *section, const char *value,
	    const char *pattern);

/* Read the bytes of the present source. 0, with ret_file to be freed; -1 if
 * there are none, which is reported. */
int	source_read(struct parser *parser, struct file_content *ret_file);

/* Give the names of all files, in the order of reading, to the conf. */
void	source_give_names(struct parser *parser);

/* Free the list. */
void	source_release(struct parser *parser);

#endif
