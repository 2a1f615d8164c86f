/* An event loop that survives a shortage. */
#include "config.h"

#include "base/evloop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define NAP_NS		10000000 /* until what failed is tried again */
#define PATIENCE_MS	5000	/* with a shortage, before evloop_serve() */
#define SAY_MS		10000	/* between two complaints */
#define TURNS		10	/* of the loop, for a signal to arrive */

/* libev passes no argument to the functions that it calls for memory and after
 * a failure: hence a global. */
static struct {
	int64_t began_ms;	/* when the loop was made */
	int64_t say_ms;		/* not before: the next complaint */
	bool is_serving;
} waiting;

/* Say that a call has failed, but not each time. */
static void
complain(const char *what)
{
	int64_t now_ms = clock_ms();

	if (now_ms < waiting.say_ms)
		return;
	waiting.say_ms = now_ms + SAY_MS;
	log_error("event loop: %s: %s", what, strerror(errno));
}

/* Wait a little, then libev tries again. It cannot be told to give up, so a
 * daemon that does not serve yet ends here. */
static void
wait_for(const char *what)
{
	complain(what);
	if (!waiting.is_serving &&
	    clock_ms() >= waiting.began_ms + PATIENCE_MS) {
		log_error("cannot make an event loop: %s", strerror(errno));
		exit(EX_OSERR);
	}
	nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
}

/* Give libev the memory that it asks for; it does not expect NULL. */
static void *
get_memory(void *old, long size) EV_NOEXCEPT
{
	void *memory;

	if (size == 0) {
		free(old);
		return NULL;
	}
	while (!(memory = realloc(old, (size_t)size)))
		wait_for("waiting for memory");
	return memory;
}

/* A call has failed; libev tries it again when this returns. */
static void
on_failure(const char *what) EV_NOEXCEPT
{
	wait_for(what);
}

/* The loop has been woken. Other watchers say what for. */
static void
on_wake(struct ev_loop *loop, ev_async *watcher, int revents)
{
	(void)loop;
	(void)watcher;
	(void)revents;
}

/*
 * The loop is about to sleep, and has just tried to watch new descriptors. If
 * that fails libev notes an event, but sleeps all the same until another one
 * comes. So wake it if it has noted any.
 */
static void
before_sleep(struct ev_loop *loop) EV_NOEXCEPT
{
	if (ev_pending_count(loop) > 0)
		ev_async_send(loop, ev_userdata(loop));
}

struct ev_loop *
evloop_new(ev_async *wake)
{
	struct ev_loop *loop;

	waiting.began_ms = waiting.say_ms = clock_ms();
	ev_set_allocator(get_memory);
	ev_set_syserr_cb(on_failure);
	/* signals by a descriptor, where the system has that: it costs less
	 * than a handler for each death, and one read brings a thousand */
	loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV | EVFLAG_SIGNALFD);
	if (!loop)
		return NULL;
	ev_async_init(wake, on_wake);
	ev_async_start(loop, wake);
	ev_set_userdata(loop, wake);
	ev_set_loop_release_cb(loop, before_sleep, NULL);
	return loop;
}

void
evloop_serve(void)
{
	waiting.is_serving = true;
}

static void
on_signal(struct ev_loop *loop, ev_signal *watcher, int revents)
{
	bool *heard = watcher->data;

	(void)loop;
	(void)revents;
	*heard = true;
}

bool
evloop_hears_signals(struct ev_loop *loop)
{
	bool heard = false;
	ev_signal watcher;

	ev_signal_init(&watcher, on_signal, SIGURG);
	watcher.data = &heard;
	ev_signal_start(loop, &watcher);
	/* a loop that cannot watch the descriptor still reads it once */
	ev_run(loop, EVRUN_NOWAIT);
	kill(getpid(), SIGURG);
	for (int turn = 0; !heard && turn < TURNS; turn++)
		ev_run(loop, EVRUN_NOWAIT);
	ev_signal_stop(loop, &watcher);
	return heard;
}
