/*
 * An event loop that outlives what libev does not: where it finds no memory,
 * or a call fails that it cannot do without, it would end the process.
 */
#ifndef REEVE_BASE_EVLOOP_H
#define REEVE_BASE_EVLOOP_H

#include <ev.h>
#include <stdbool.h>

/*
 * Make the loop; NULL: it cannot be made, errno says why. Memory that it needs
 * and that is not there is waited for, and so is a call that fails: it asks in
 * the midst of its work, and nothing else can be answered. That is said now and
 * then; before evloop_serve() it ends the process after some seconds. wake
 * lives as long as the loop.
 *
 * Of a descriptor that it cannot watch the loop tells by EV_ERROR, at once, and
 * has stopped watching it.
 */
struct ev_loop *evloop_new(ev_async *wake);

/* From now on the process must not end because something is short. */
void	evloop_serve(void);

/*
 * Tell whether signals come through: if the loop cannot watch the descriptor
 * that it hears of them by, it says so to nobody. Sends itself SIGURG, and
 * turns the loop. To be asked when a signal is watched already.
 */
bool	evloop_hears_signals(struct ev_loop *loop);

#endif
