/*
 * The session of one client: bytes in, calls served one after the other, bytes
 * out. It knows no descriptor and no loop, so tests can do without.
 *
 * A client may send calls ahead. The next call begins when the one before is
 * answered, so a client has one request in the tree at most; what it sends
 * meanwhile waits as bytes, up to a limit.
 */
#ifndef REEVE_CONTROL_SESSION_H
#define REEVE_CONTROL_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "control/host.h"
#include "control/peer.h"

struct session;

enum session_state {
	SESSION_IDLE,		/* waits for a call to begin */
	SESSION_RECEIVING,	/* waits for the rest of a call */
	SESSION_BUSY,		/* serves a call */
	SESSION_OVER,		/* nothing more will be sent */
};

/*
 * Begin a session with a peer, which is copied. wake is called when there is
 * something to serve although no byte has come. NULL: out of memory.
 */
struct session *session_new(struct host *host, const struct peer *peer,
		    void (*wake)(void *arg), void *wake_arg);

/* End it. A request that waits in the tree is carried out all the same. */
void	session_free(struct session *session);

/* How many bytes it takes now; 0: none before it has served more. */
size_t	session_room(const struct session *session);

/* Take bytes in, not more than there is room for: 0, or -1: out of memory. */
int	session_feed(struct session *session, const char *bytes, size_t size);

/* No more bytes will come. */
void	session_hang_up(struct session *session);

/* Tell whether all that is left to be done is to go on with a stream. */
bool	session_only_streams(const struct session *session);

/* Serve a little; false: there is nothing to do now. */
bool	session_serve(struct session *session, int64_t now_ms);

/* The daemon ends: let a stream reply what is ready, and begin no call; false:
 * there is no more. */
bool	session_finish(struct session *session, int64_t now_ms);

/* What must be sent to the client. */
struct bytes *session_output(struct session *session);

enum session_state session_state(const struct session *session);

/* When it must be served again although nothing wakes it; or HEAP_NEVER. */
int64_t	session_due_ms(const struct session *session);

#endif
