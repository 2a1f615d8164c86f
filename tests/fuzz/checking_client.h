/*
 * A client of a model's control side that knows what it is owed: one final
 * reply to each call, in the order of the calls, none to a call that wants
 * none, one BadMessage to what is no call and then nothing. What comes is held
 * against the interface: an error that it declares, with no other parameters
 * than it declares; a reply with those of the method. Whatever is wrong ends
 * the program.
 */
#ifndef REEVE_TESTS_FUZZ_CHECKING_CLIENT_H
#define REEVE_TESTS_FUZZ_CHECKING_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "unit/model.h"

/* A call that was sent and has not been answered for the last time. */
struct checking_client_debt {
	const struct method *method; /* NULL: there is no such method */
	bool more;
	bool is_message;	/* else BadMessage is owed */
};

struct checking_client {
	struct model *model;
	struct session *session;
	struct bytes partial;	/* of a call whose end has not been sent */
	struct bytes debts;	/* checking_client_debts, oldest first */
	bool refused;		/* it has sent what is no call */
	bool hung_up;
	bool reads;		/* it takes what is sent to it */
};

/* Give up over something that must not be. */
_Noreturn void checking_client_fail(const char *what, const char *about);

/* Connect, with a right and as a user; hang up for good. */
void	checking_client_open(struct checking_client *client,
	    struct model *model,
	    enum peer_right right, uid_t uid);
void	checking_client_close(struct checking_client *client);

/* Send bytes, as far as the session has room for them. */
void	checking_client_send(struct checking_client *client, const char *bytes,
	    size_t size);

/* Say no more. */
void	checking_client_hang_up(struct checking_client *client);

/* Serve the session, and check its output; true: it sent or did
 * something. */
bool	checking_client_serve(struct checking_client *client);

/* Replies that are owed still. */
size_t	checking_client_owed(const struct checking_client *client);

#endif
