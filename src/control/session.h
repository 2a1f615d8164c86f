/*
 * One client's session: bytes in, calls served one after the other, bytes out.
 * It knows no descriptor and no loop, so that anything can be at its ends.
 *
 * Calls may be sent ahead; the next one begins when the one before is answered,
 * so a client has one request in flight, and what it sends meanwhile is held
 * back as bytes, bounded.
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
	SESSION_HEARS,		/* for the rest of one */
	SESSION_BUSY,		/* serves one */
	SESSION_OVER,		/* will not say anything any more */
};

/*
 * Begin a session with a peer, which is copied. wake is called when there is
 * something to serve again that no byte has brought. NULL: memory is short.
 */
struct session *session_new(struct host *host, const struct peer *peer,
		    void (*wake)(void *arg), void *wake_arg);

/* End it. What it has asked of the tree is done all the same. */
void	session_free(struct session *session);

/* How many bytes it takes now; 0: not before it has served more. */
size_t	session_room(const struct session *session);

/* Take bytes in, as many as there is room for: 0, or -1 for lack of memory. */
int	session_feed(struct session *session, const char *bytes, size_t size);

/* No more bytes will come. */
void	session_hang_up(struct session *session);

/* Do a little; false: there is nothing to be done now. */
bool	session_serve(struct session *session, int64_t now_ms);

/* The daemon ends: let a stream say what it still knows, and begin nothing;
 * false: there is no more. */
bool	session_finish(struct session *session, int64_t now_ms);

/* What is to be sent to the client. */
struct bytes *session_output(struct session *session);

enum session_state session_state(const struct session *session);

/* When it is to be served again although nobody wakes it; HEAP_NEVER. */
int64_t	session_due_ms(const struct session *session);

#endif
