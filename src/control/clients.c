/* The clients of the control socket: reading, serving, writing, deadlines. */
#include "config.h"

#include "control/clients.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "control/call.h"
#include "control/session.h"

#define READ_AT_ONCE	65536
#define SERVE_US	2000	/* of one turn of the loop */
#define LAST_TURNS	512	/* of a stream: more than all events take */

struct client {
	struct list link;	/* in clients->all */
	struct list turn;	/* in clients->waiting, for its turn */
	struct clients *clients;
	struct session *session;
	ev_io read;
	ev_io write;
	ev_timer timer;
	uid_t uid;
	int fd;
	int64_t heard_ms;	/* when a call last began, or was served */
	int64_t sent_ms;	/* when bytes last went out, or began to wait */
	enum session_state state; /* when it was last looked at */
};

static void
drop_client(struct client *client)
{
	struct clients *clients = client->clients;

	ev_io_stop(clients->loop, &client->read);
	ev_io_stop(clients->loop, &client->write);
	ev_timer_stop(clients->loop, &client->timer);
	list_remove(&client->link);
	list_remove(&client->turn);
	assert(clients->total > 0);
	clients->total--;
	session_free(client->session);
	close(client->fd);
	free(client);
}

/* Let a client be served in the next turns of the loop: the session has
 * something to do. */
static void
want_turn(void *arg)
{
	struct client *client = arg;
	struct clients *clients = client->clients;

	if (!list_is_linked(&client->turn))
		list_append(&clients->waiting, &client->turn);
	ev_check_start(clients->loop, &clients->serve);
	ev_idle_start(clients->loop, &clients->awake);
}

/* When the client will be late. */
static int64_t
late_ms(const struct client *client)
{
	const struct control_patience *patience = &client->clients->patience;

	if (session_output(client->session)->size > 0)
		return client->sent_ms + patience->stall_ms;
	switch (client->state) {
	case SESSION_IDLE:
		return client->heard_ms + patience->idle_ms;
	case SESSION_RECEIVING:
		return client->heard_ms + patience->call_ms;
	default:
		return session_due_ms(client->session);
	}
}

/* Tell whether a client is late. One that was put off is not late when its time
 * has come: it is to be served. */
static bool
is_late(const struct client *client)
{
	bool waits = session_output(client->session)->size == 0 &&
	    client->state == SESSION_BUSY;

	return !waits && late_ms(client) <= clock_ms();
}

/* Set the timer for when the client will be late, or has to be served again. */
static void
set_timer(struct client *client)
{
	struct ev_loop *loop = client->clients->loop;
	int64_t due_ms = late_ms(client), wait_ms;

	ev_timer_stop(loop, &client->timer);
	if (due_ms == HEAP_NEVER)
		return;
	wait_ms = due_ms - clock_ms();
	ev_now_update(loop);
	ev_timer_set(&client->timer, wait_ms > 0 ? (double)wait_ms / 1000. :
	    0., 0.);
	ev_timer_start(loop, &client->timer);
}

/* Note the state of the session; a change of it begins a new deadline. */
static void
note_state(struct client *client)
{
	enum session_state state = session_state(client->session);

	if (state != client->state)
		client->heard_ms = clock_ms();
	client->state = state;
}

static void
watch_client(struct client *client)
{
	struct ev_loop *loop = client->clients->loop;

	if (session_room(client->session) > 0)
		ev_io_start(loop, &client->read);
	else
		ev_io_stop(loop, &client->read);
	if (session_output(client->session)->size > 0)
		ev_io_start(loop, &client->write);
	else
		ev_io_stop(loop, &client->write);
}

/* Send what the client takes; false: it is gone. */
static bool
send_output(struct client *client)
{
	struct bytes *output = session_output(client->session);
	ssize_t n;

	if (output->size == 0)
		return true;
	log_settle();	/* what the client is told stands in the log */
	n = send(client->fd, bytes_first(output), output->size,
	    MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR || errno == ENOBUFS;
	bytes_take(output, (size_t)n);
	client->sent_ms = clock_ms();
	return true;
}

/* A client was read from, or served: find out what comes next. False: it was
 * dropped. */
static bool
settle_client(struct client *client)
{
	bool sent = send_output(client);

	note_state(client);
	/* the timer alone is not enough: it is set anew at every byte */
	if (!sent || is_late(client) || (client->state == SESSION_OVER &&
	    session_output(client->session)->size == 0)) {
		drop_client(client);
		return false;
	}
	watch_client(client);
	set_timer(client);
	return true;
}

/* Tell whether the client must take some output before it is served on. */
static bool
is_held(const struct client *client)
{
	return session_output(client->session)->size >= CALL_OUTPUT_LOW;
}

/*
 * Serve a client a little; true: there is more to serve. A client that was held
 * and has taken its output just now is served on: nothing else would wake it.
 */
static bool
serve_client(struct client *client)
{
	int64_t now_ms = clock_ms();
	bool held = is_held(client), more;

	if (session_output(client->session)->size == 0)
		client->sent_ms = now_ms;
	more = session_serve(client->session, now_ms);
	if (more)
		client->heard_ms = now_ms;
	return settle_client(client) && (more || (held && !is_held(client)));
}

/* Do nothing. The watcher keeps the loop awake; it cannot serve clients itself,
 * because signals come before it, and when children die all the time there is
 * always a signal. */
static void
on_idle(struct ev_loop *loop, ev_idle *watcher, int revents)
{
	(void)loop;
	(void)watcher;
	(void)revents;
}

static void
stop_serving(struct clients *clients)
{
	ev_check_stop(clients->loop, &clients->serve);
	ev_idle_stop(clients->loop, &clients->awake);
}

/* Serve clients in turn, for a short time. */
static void
on_serve(struct ev_loop *loop, ev_check *watcher, int revents)
{
	struct clients *clients = watcher->data;
	int64_t until_us = clock_us() + SERVE_US;
	struct list *link;

	(void)loop;
	(void)revents;
	while ((link = list_pop(&clients->waiting))) {
		struct client *client = list_entry(link, struct client, turn);

		if (serve_client(client) && !list_is_linked(&client->turn))
			list_append(&clients->waiting, &client->turn);
		if (clock_us() >= until_us)
			break;
	}
	if (list_is_empty(&clients->waiting))
		stop_serving(clients);
}

/* Tell whether the client is gone, and does not only send no more. */
static bool
is_gone(const struct client *client)
{
	struct pollfd end = { .fd = client->fd };

	return poll(&end, 1, 0) == 1 && (end.revents & (POLLHUP | POLLERR));
}

/* The client sends no more. What it has asked for is done, but nothing is
 * streamed to a client that is gone. False: it was dropped. */
static bool
hang_up(struct client *client)
{
	session_hang_up(client->session);
	if (!session_only_streams(client->session) || !is_gone(client))
		return true;
	drop_client(client);
	return false;
}

static void
on_readable(struct ev_loop *loop, ev_io *watcher, int revents)
{
	struct client *client = watcher->data;
	size_t room = session_room(client->session);
	char bytes[READ_AT_ONCE];
	ssize_t n;

	(void)loop;
	if (revents & EV_ERROR) {	/* the loop cannot watch it */
		drop_client(client);
		return;
	}
	n = recv(client->fd, bytes, room < sizeof(bytes) ? room :
	    sizeof(bytes), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0 || (n > 0 && session_feed(client->session, bytes,
	    (size_t)n) < 0)) {
		drop_client(client);
		return;
	}
	if (n == 0 && !hang_up(client))
		return;
	if (settle_client(client))
		want_turn(client);
}

static void
on_writable(struct ev_loop *loop, ev_io *watcher, int revents)
{
	struct client *client = watcher->data;

	(void)loop;
	if (revents & EV_ERROR)		/* the loop cannot watch it */
		drop_client(client);
	else if (settle_client(client))
		want_turn(client);
}

/* A client is late, or it was put off and its time has come. */
static void
on_timer(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	struct client *client = watcher->data;

	(void)loop;
	(void)revents;
	if (is_late(client)) {
		drop_client(client);
		return;
	}
	if (session_due_ms(client->session) <= clock_ms())
		want_turn(client);
	else
		set_timer(client);
}

void
clients_init(struct clients *clients, struct ev_loop *loop,
    const struct control_patience *patience)
{
	*clients = (struct clients){ .loop = loop, .patience = *patience };
	list_init(&clients->all);
	list_init(&clients->waiting);
	ev_check_init(&clients->serve, on_serve);
	ev_idle_init(&clients->awake, on_idle);
	clients->serve.data = clients;
}

int
clients_add(struct clients *clients, struct host *host, int fd,
    const struct peer *peer)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		return -1;
	client->session = session_new(host, peer, want_turn, client);
	if (!client->session) {
		free(client);
		return -1;
	}
	client->clients = clients;
	client->uid = peer->uid;
	client->fd = fd;
	client->heard_ms = client->sent_ms = clock_ms();
	list_init(&client->turn);
	list_append(&clients->all, &client->link);
	clients->total++;
	ev_io_init(&client->read, on_readable, fd, EV_READ);
	ev_io_init(&client->write, on_writable, fd, EV_WRITE);
	ev_init(&client->timer, on_timer);
	client->read.data = client->write.data = client->timer.data = client;
	settle_client(client);
	return 0;
}

unsigned
clients_of(const struct clients *clients, uid_t uid)
{
	const struct list *link;
	unsigned count = 0;

	for (link = clients->all.next; link != &clients->all; link = link->next)
		count += list_const_entry(link, struct client, link)->uid ==
		    uid;
	return count;
}

/* Send a client the replies that are ready, as far as it takes them now. */
static void
finish_client(struct client *client)
{
	int64_t now_ms = clock_ms();

	for (int i = 0; i < LAST_TURNS; i++)
		if (!session_finish(client->session, now_ms) ||
		    !send_output(client))
			break;
	send_output(client);
}

void
clients_end(struct clients *clients)
{
	struct list *link;

	for (link = clients->all.next; link != &clients->all; link = link->next)
		finish_client(list_entry(link, struct client, link));
	while ((link = clients->all.next) != &clients->all)
		drop_client(list_entry(link, struct client, link));
	stop_serving(clients);
}
