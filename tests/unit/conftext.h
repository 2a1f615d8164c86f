/* What the tests of the configuration share: from text to errors or a print. */
#ifndef REEVE_TESTS_CONFTEXT_H
#define REEVE_TESTS_CONFTEXT_H

#include "config/conf.h"

/* Two machines to read files on: as root, and as uid and gid 1000. */
extern const struct conf_machine conftext_root;
extern const struct conf_machine conftext_user;

/* Parse a text as the file "t.conf", as root, and fail the test if there is an
 * error in it. The caller frees it with conf_free(). */
struct conf *conftext_parse(const char *text);

/* What conf_print_errors() and conf_print() write; to be freed. */
char	*conftext_errors(const struct conf *conf);
char	*conftext_print(const struct conf *conf);

/* Fail the test if a text has other errors than these ("" for none), which are
 * lines of "t.conf:LINE: TEXT". */
void	conftext_expect(const char *text, const struct conf_machine *machine,
	    const char *errors);

/* The same for one line in the section [worker:x], which has a command, or in
 * another section that is given whole; the error is what follows on the
 * position. */
void	conftext_expect_line(const char *section, const char *line,
	    const char *error);

/* Find a node by its path; fails the test if it is not there. */
struct conf_node *conftext_node(const struct conf *conf, const char *path);

#endif
