/*
 * The client's side of the control socket: varlink calls and their replies. A
 * command line has nothing else to do than to wait, but not for ever: a daemon
 * that is silent for longer than the client's patience leads to ETIMEDOUT.
 */
#ifndef REEVE_CTL_CLIENT_H
#define REEVE_CTL_CLIENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CLIENT_FOREVER	INT64_MAX	/* of a patience: no end */

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

/*
 * Connect; NULL with errno. The patience, in milliseconds, is how long the
 * daemon may let no byte pass: it has to accept the connection, to take a call
 * and to reply.
 */
struct client *client_open(const char *path, int64_t patience_ms);
void	client_close(struct client *client);
void	client_set_patience(struct client *client, int64_t patience_ms);

/* The pid of the daemon; 0: not known. */
pid_t	client_peer(const struct client *client);

/*
 * Send a call of io.reeve.Control; parameters are taken over, also on failure.
 * 0, or -1 with errno.
 */
int	client_call(struct client *client, const char *method,
	    json_t *parameters, bool more);

/* Tell whether the last call was sent whole: the daemon may carry it out, also
 * when the client is gone. */
bool	client_has_sent(const struct client *client);

/*
 * Wait for the next reply. 0, or -1 with errno: ECONNRESET if the daemon has
 * closed the connection, EPROTO if it does not speak varlink. After ETIMEDOUT
 * one can wait again.
 */
int	client_next(struct client *client, struct client_reply *ret_reply);
void	client_reply_clear(struct client_reply *reply);

#endif
