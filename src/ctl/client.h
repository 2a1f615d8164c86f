/*
 * The client's side of the control socket: varlink calls and their replies.
 * Blocking: a command line has nothing else to do than to wait.
 */
#ifndef REEVE_CTL_CLIENT_H
#define REEVE_CTL_CLIENT_H

#include <jansson.h>
#include <stdbool.h>

struct ctlclient;

/* One reply of a call. */
struct ctlreply {
	json_t *message;	/* owns all below */
	json_t *parameters;	/* borrowed; an object */
	const char *error;	/* its full name; NULL: none */
	bool continues;		/* more replies of this call follow */
};

/*
 * Where the socket is: REEVE_SOCKET of the environment, else where a reeved of
 * this user makes it. Cut to fit; returns ret_path.
 */
char	*ctlclient_default_socket(char *ret_path, size_t size);

/* Connect; NULL with errno. */
struct ctlclient *ctlclient_open(const char *path);
void	ctlclient_close(struct ctlclient *client);

/*
 * Send a call of io.reeve.Control; parameters are taken over, also on failure.
 * 0, or -1 with errno.
 */
int	ctlclient_call(struct ctlclient *client, const char *method,
	    json_t *parameters, bool more);

/*
 * Wait for the next reply. 0, or -1 with errno: ECONNRESET when the daemon
 * hung up, EPROTO when it does not speak varlink.
 */
int	ctlclient_next(struct ctlclient *client, struct ctlreply *ret_reply);
void	ctlreply_clear(struct ctlreply *reply);

#endif
