/*
 * The client's side of the control socket: varlink calls and their replies.
 * Blocking: a command line has nothing else to do than to wait.
 */
#ifndef REEVE_CTL_CLIENT_H
#define REEVE_CTL_CLIENT_H

#include <jansson.h>
#include <stdbool.h>

struct client;

/* One reply of a call. */
struct client_reply {
	json_t *message;	/* owns all below */
	json_t *parameters;	/* borrowed; an object */
	const char *error;	/* its full name; NULL: none */
	bool continues;		/* more replies of this call follow */
};

/*
 * The path of the socket: REEVE_SOCKET of the environment, else where a reeved
 * of this user listens by default. Cut to fit; returns ret_path.
 */
char	*client_default_socket(char *ret_path, size_t size);

/* Connect; NULL with errno. */
struct client *client_open(const char *path);
void	client_close(struct client *client);

/*
 * Send a call of io.reeve.Control; parameters are taken over, also on failure.
 * 0, or -1 with errno.
 */
int	client_call(struct client *client, const char *method,
	    json_t *parameters, bool more);

/*
 * Wait for the next reply. 0, or -1 with errno: ECONNRESET if the daemon has
 * closed the connection, EPROTO if it does not speak varlink.
 */
int	client_next(struct client *client, struct client_reply *ret_reply);
void	client_reply_clear(struct client_reply *reply);

#endif
