/* Asking a daemon over its socket, in one call at a time. */
#ifndef REEVE_TESTS_FAULTS_CLIENT_H
#define REEVE_TESTS_FAULTS_CLIENT_H

#include <jansson.h>
#include <stdbool.h>

/* Connect, and call a method of the daemon, with parameters as text; the
 * connection, or -1, which counts as no answer below. */
int	client_ask(const char *socket, const char *method,
	    const char *parameters);

/* Tell whether an answer begins to come within a time. */
bool	client_is_answered(int fd, int patience_ms);

/* Receive the first reply, and close; NULL: there was none in time. */
json_t	*client_answer(int fd, int patience_ms);

#endif
