/*
 * An event loop that survives a shortage. libev alone would end the process if
 * it found no memory, or if a call failed that it cannot do without.
 */
#ifndef REEVE_BASE_EVLOOP_H
#define REEVE_BASE_EVLOOP_H

#include <ev.h>
#include <stdbool.h>

/*
 * Make the loop; NULL: it cannot be made, errno says why. If it needs memory
 * and there is none, or a call fails, it waits and tries again, since libev has
 * no way to go on without. The log says so now and then; before evloop_serve()
 * the process ends after some seconds of this. wake lives as long as the loop.
 *
 * If the loop cannot watch a descriptor, it stops watching it, and calls its
 * watcher at once with EV_ERROR.
 */
struct ev_loop *evloop_new(ev_async *wake);

/* From now on no shortage ends the process. */
void	evloop_serve(void);

/*
 * Tell whether signals arrive: if the loop cannot watch the descriptor that
 * brings them, libev reports that nowhere. Sends SIGURG to this process, and
 * runs the loop. Call it after a signal watcher has been started.
 */
bool	evloop_hears_signals(struct ev_loop *loop);

#endif
