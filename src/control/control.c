/* The control socket: which clients are accepted, and which are refused. */
#include "config.h"

#include "control/control.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/socketfile.h"
#include "base/varlink.h"
#include "control/clients.h"

#define ACCEPTS_AT_ONCE	16
#define ACCEPT_PAUSE	0.1	/* seconds, when there is no descriptor at all
				   */

/* Of the last descriptors that there can be, how many are kept from clients,
 * for the files of reloads and logs; and how many more from those that are
 * neither root nor the daemon's user. */
#define KEPT_FDS	8
#define KEPT_FDS_MORE	4

static const struct control_patience usual_patience = {
	.call_ms = 5000,
	.idle_ms = 30000,
	.stall_ms = 30000,
};

struct control {
	struct host *host;
	const struct peer_policy *policy;
	ev_io accept;
	ev_timer accept_again;
	struct clients clients;	/* that are accepted */
	struct socketfile file;
	char *path;		/* of it; NULL: none */
	int spare;		/* a descriptor in reserve, to refuse a client
				   when there is no other */
};

/* Send a client the reason why it is refused, and close its connection. */
static void
refuse_client(int fd, const char *error, json_t *parameters)
{
	struct bytes output = { 0 };

	if (varlink_error(&output, SIZE_MAX, error, parameters) &&
	    send(fd, bytes_first(&output), output.size,
	    MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		errno = 0;	/* it has gone already */
	bytes_release(&output);
	close(fd);
}

/* Refuse a client that has no right. The quota limits the lines in the log. */
static void
refuse_unknown(struct control *control, int fd, const struct peer *peer)
{
	if (quota_take(&control->host->quota, peer->uid, clock_ms()) == 0)
		log_warning("control: uid %u, pid %d: permission denied",
		    (unsigned)peer->uid, (int)peer->pid);
	refuse_client(fd, "io.reeve.Control.PermissionDenied",
	    json_pack("{ssss}", "method", "", "needs",
	    peer_right_names[PEER_LOOK]));
}

/* Refuse a client for want of descriptors; limit 0: the system's. */
static void
refuse_without(int fd, rlim_t limit)
{
	refuse_client(fd, "io.reeve.Control.Busy", json_pack("{sssI}",
	    "what", "descriptors", "limit", (json_int_t)limit));
}

/* How many descriptors the daemon may have. */
static rlim_t
descriptor_limit(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur :
	    RLIM_INFINITY;
}

/* Tell whether a client's descriptor is one of the last that there can be. All
 * below a new one are in use. */
static bool
is_among_last(int fd, uid_t uid, rlim_t limit)
{
	rlim_t kept = KEPT_FDS;

	if (uid != 0 && uid != geteuid())
		kept += KEPT_FDS_MORE;
	return (rlim_t)fd + kept >= limit;
}

/* The limit that another client of a user would exceed; 0: none. */
static unsigned
limit_reached(const struct control *control, uid_t uid)
{
	const struct clients *clients = &control->clients;
	unsigned others = clients->total - clients_of(clients, 0);
	unsigned of_user = clients_of(clients, uid);

	if (uid == 0)
		return of_user < CONTROL_CLIENTS_MAX ? 0 : CONTROL_CLIENTS_MAX;
	if (of_user >= CONTROL_CLIENTS_PER_UID)
		return CONTROL_CLIENTS_PER_UID;
	return others < CONTROL_CLIENTS_MAX ? 0 : CONTROL_CLIENTS_MAX;
}

int
control_add(struct control *control, int fd)
{
	rlim_t descriptors = descriptor_limit();
	struct peer peer;
	unsigned limit;

	if (peer_identify(fd, control->policy, &peer) < 0) {
		log_error("control: a client is refused, the kernel does not "
		    "tell its user: %s", strerror(errno));
		close(fd);
		return -1;
	}
	if (peer.right == PEER_NOTHING) {
		refuse_unknown(control, fd, &peer);
		return -1;
	}
	limit = limit_reached(control, peer.uid);
	if (limit > 0) {
		refuse_client(fd, "io.reeve.Control.Busy", json_pack("{sssi}",
		    "what", "clients", "limit", (int)limit));
		return -1;
	}
	if (is_among_last(fd, peer.uid, descriptors)) {
		refuse_without(fd, descriptors);
		return -1;
	}
	if (clients_add(&control->clients, control->host, fd, &peer) < 0) {
		refuse_client(fd, "io.reeve.Control.OutOfMemory", NULL);
		return -1;
	}
	return 0;
}

/* Open a descriptor to have in reserve. */
static void
take_spare(struct control *control)
{
	if (control->spare < 0)
		control->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* Accept nothing for a while; clients wait in the queue. */
static void
pause_accepting(struct control *control)
{
	ev_io_stop(control->host->loop, &control->accept);
	ev_timer_set(&control->accept_again, ACCEPT_PAUSE, 0.);
	ev_timer_start(control->host->loop, &control->accept_again);
}

/*
 * There is no descriptor for the next client (errno): use the spare one to
 * refuse it. Without that the loop would wake at once, again and again. If the
 * spare one is gone, too, let the queue wait for a while.
 */
static void
accept_without(struct control *control)
{
	rlim_t limit = errno == EMFILE ? descriptor_limit() : 0;
	int fd = -1;

	if (control->spare >= 0) {
		close(control->spare);
		control->spare = -1;
		fd = accept4(control->file.fd, NULL, NULL,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);
	}
	if (fd >= 0)
		refuse_without(fd, limit);
	take_spare(control);
	if (fd >= 0)
		return;
	pause_accepting(control);
}

static void
on_accept(struct ev_loop *loop, ev_io *watcher, int revents)
{
	struct control *control = watcher->data;

	(void)loop;
	if (revents & EV_ERROR) {	/* the loop could not watch it */
		pause_accepting(control);
		return;
	}
	for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
		int fd = accept4(control->file.fd, NULL, NULL,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			control_add(control, fd);
			continue;
		}
		if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
			return;
		accept_without(control);
		return;
	}
}

static void
on_accept_again(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	struct control *control = watcher->data;

	(void)revents;
	take_spare(control);
	ev_io_start(loop, &control->accept);
}

/* The mode and the group of the socket: those whom the policy allows anything
 * must be able to connect. */
static mode_t
choose_mode(const struct peer_policy *policy, gid_t *ret_group)
{
	gid_t group = policy->change == PEER_NO_GROUP ? policy->look :
	    policy->change;
	mode_t mode = group == PEER_NO_GROUP ? 0600 : 0660;

	if (policy->look != PEER_NO_GROUP && policy->look != group) {
		mode = 0666;	/* a file has one group; clients are checked */
		group = PEER_NO_GROUP;
	}
	*ret_group = group;
	return mode;
}

static int
listen_at(struct control *control, const char *path)
{
	gid_t group;
	mode_t mode = choose_mode(control->policy, &group);

	control->path = strdup(path);
	if (!control->path)
		return -1;
	return socketfile_open(&control->file, path, mode, group);
}

int
control_policy_changed(struct control *control)
{
	gid_t group;
	mode_t mode = choose_mode(control->policy, &group);

	return socketfile_change(&control->file, control->path, mode, group);
}

struct control *
control_open(struct host *host, const char *path,
    const struct peer_policy *policy,
    const struct control_patience *patience)
{
	struct control *control = calloc(1, sizeof(*control));

	if (!control)
		return NULL;
	control->host = host;
	control->policy = policy;
	control->file.fd = control->spare = -1;
	clients_init(&control->clients, host->loop,
	    patience ? patience : &usual_patience);
	ev_init(&control->accept_again, on_accept_again);
	control->accept_again.data = control;
	if (listen_at(control, path) < 0) {
		int error = errno;

		control_close(control);
		errno = error;
		return NULL;
	}
	take_spare(control);
	ev_io_init(&control->accept, on_accept, control->file.fd, EV_READ);
	control->accept.data = control;
	ev_io_start(control->host->loop, &control->accept);
	return control;
}

unsigned
control_clients(const struct control *control)
{
	return control->clients.total;
}

void
control_close(struct control *control)
{
	if (!control)
		return;
	clients_end(&control->clients);
	ev_io_stop(control->host->loop, &control->accept);
	ev_timer_stop(control->host->loop, &control->accept_again);
	if (control->path)
		socketfile_close(&control->file, control->path);
	if (control->spare >= 0)
		close(control->spare);
	free(control->path);
	free(control);
}
