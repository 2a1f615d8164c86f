/*
 * The control side: bytes of clients, through the framing and the parser, to
 * requests of a tree whose workers are no processes (tests/unit/model.h). The
 * input is a script, a line a thing that happens; the first byte says what, the
 * next one, where it is about a client, which of the four:
 *
 *	:0{"method":...}	a client sends the rest of the line, and a NUL
 *	.0{"meth		and this is without the NUL
 *	z0 300000		so many blanks
 *	h0			it says no more
 *	k0			it is gone, and another one comes
 *	o0			it stops to read what it is sent; or goes on
 *	t 5000			so many milliseconds pass
 *	x db 1			a worker ends with that code; negative: signal
 *	r busy/slow		a worker is ready
 *	l			the reload that a client waits for is over
 *	q			the tree is told to stop; at once: Q
 *
 * The clients are root, the daemon's user, one that may change and one that may
 * look. After each line, and at the end when nothing is left to do, what
 * checking_client.h promises of replies must hold, and the rules of the tree
 * below.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strlist.h"
#include "engine/build.h"
#include "engine/events.h"
#include "engine/worker.h"
#include "fuzz.h"
#include "fuzz/checking_client.h"

enum {
	CLIENTS = 4,
	LINES_MAX = 400,	/* that no input takes too long */
	PASS_MAX = 1000000,	/* milliseconds */
	PADDING_MAX = 600000,
	ROUNDS_MAX = 4000,
	ARGUMENT_MAX = 200,
};

static const char conf[] =
    "[supervisor]\nmax_restarts = 20\nauto_shutdown = any_significant\n"
    "[worker:db]\ncommand = /good --port 1\nenvironment = SECRET=x A=b\n"
    "[supervisor:web]\nstrategy = one_for_all\n"
    "[worker:web/app]\ncommand = /good\n"
    "[worker:web/cache]\ncommand = /good\nrestart = transient\n"
    "[worker:web/late]\ncommand = /good\nrestart_delay = 2s\n"
    "[dynamic:pool]\nmax_children = 3\nrestart = transient\n"
    "command = /good $$x\n"
    "[dynamic:open]\nallow_arguments = yes\ncommand = /good\n"
    "[dynamic:lazy]\ncommand = /slow\n"
    "[dynamic:none]\ncommand = /bad\n"
    "[worker:temp]\ncommand = /good\nrestart = temporary\n"
    "[supervisor:busy]\nstrategy = rest_for_one\n"
    "[worker:busy/deaf]\ncommand = /deaf\nshutdown = 1s\n"
    "[worker:busy/stone]\ncommand = /stone\nshutdown = brutal_kill\n"
    "[worker:busy/after]\ncommand = /good\n"
    "[worker:done]\ncommand = /done\n";

static const struct {
	enum peer_right right;
	uid_t uid;
} people[CLIENTS] = {
	{ PEER_OWN, 0 },
	{ PEER_OWN, 500 },
	{ PEER_CHANGE, 1000 },
	{ PEER_LOOK, 1001 },
};

struct world {
	struct model *model;
	struct checking_client clients[CLIENTS];
};

/* Whether a worker has a process in each state, when nothing is left to
 * happen. */
static const struct {
	bool may;
	bool must;
} has_process[CHILD_STATE_COUNT] = {
	[CHILD_DOWN] = { false, false },
	[CHILD_STARTING] = { true, true },
	[CHILD_UP] = { true, true },
	[CHILD_ENDED] = { false, false },
	[CHILD_STOPPING] = { true, true },
	[CHILD_RESTARTING] = { false, false },
	[CHILD_UNKILLABLE] = { true, true },
};

/* Check a supervisor: it works, or waits, or has no mail; its children are
 * counted, and not too many. */
static void
check_sup(const struct sup *sup)
{
	const struct list *link;
	int64_t count = 0;

	for (link = sup->children.next; link != &sup->children;
	    link = link->next)
		count++;
	if (count != sup->child_count)
		checking_client_fail("children are counted wrong",
		    sup->self.name);
	if (sup_is_dynamic(sup) && sup->flags.max_children != SPEC_INFINITY &&
	    count > sup->flags.max_children)
		checking_client_fail("too many children", sup->self.name);
	if (list_is_linked(&sup->runnable) || (sup->op.type == OP_NONE ?
	    !list_is_empty(&sup->mailbox) : !sup->op.waiting))
		checking_client_fail("a supervisor does not go on",
		    sup->self.name);
}

/* Check a child: it is found by its path, and has a process or not by its
 * state. */
static void
check_child(const struct tree *tree, const struct child *child)
{
	char path[SPEC_PATH_SIZE];
	bool runs;

	tree_path(child, path, sizeof(path));
	if (tree_find(tree, path) != child)
		checking_client_fail("a child is not found by its path", path);
	if (child_is_sup(child)) {
		check_sup((const struct sup *)(const void *)child);
		return;
	}
	runs = worker_of_const(child)->proc.pid > 0;
	if (runs ? !has_process[child->state].may :
	    has_process[child->state].must)
		checking_client_fail(child_state_names[child->state], path);
}

/* The child that comes after another one in the tree, parents first. */
static const struct child *
child_after(const struct child *child)
{
	const struct sup *sup = (const struct sup *)(const void *)child;

	if (child_is_sup(child) && sup->child_count > 0)
		return list_const_entry(sup->children.next, struct child, link);
	for (; child->parent; child = &sup->self) {
		sup = child->parent;
		if (child->link.next != &sup->children)
			return list_const_entry(child->link.next, struct child,
			    link);
	}
	return NULL;
}

/* Check everything that must hold between two lines. */
static void
check_all(const struct world *world)
{
	const struct host *host = &world->model->host;
	const struct child *child = &host->tree->root->self;
	const struct list *link;
	unsigned count = 0;

	for (; child; child = child_after(child))
		check_child(host->tree, child);
	for (link = host->pending.next; link != &host->pending;
	    link = link->next)
		count++;
	if (count != host->pending_count || count > HOST_PENDING_MAX)
		checking_client_fail("requests are counted wrong", "");
	if (events_next(host->events) != host->tree->noted + 1)
		checking_client_fail("an event has no place", "");
	if (events_next(host->events) <= EVENTS_COUNT / 4 &&
	    events_first(host->events) != 1)
		checking_client_fail("an event is lost", "");
}

/* Do what clients have asked of the daemon itself. */
static void
obey(struct world *world)
{
	struct model *model = world->model;
	bool now = model->kills > 0;

	if (!now && model->stops == 0)
		return;
	model->kills = model->stops = 0;
	model_stop(model, now);
}

/* Serve all clients until none of them goes on. */
static void
serve_all(struct world *world)
{
	bool any;

	do {
		any = false;
		for (int i = 0; i < CLIENTS; i++)
			any = checking_client_serve(&world->clients[i]) || any;
		obey(world);
	} while (any);
}

/* A reload comes out: with a plan, with errors, or with a step refused. */
static void
finish_reload(struct world *world)
{
	struct strlist lines = { 0 }, failures = { 0 };
	struct model *model = world->model;
	reload_done_fn *done = model->done;
	struct reload_result result = {
		.lines = &lines,
		.failures = &failures,
		.outcome = model->reloads % (RELOAD_INCOMPLETE + 1),
	};

	if (!done)
		return;
	strlist_add(&lines, "start web/app \xff");
	if (result.outcome == RELOAD_INCOMPLETE)
		strlist_add(&failures, "delete db: running");
	model->done = NULL;
	done(model->done_arg, &result);
	strlist_release(&lines);
	strlist_release(&failures);
}

/* A worker of a path ends, or is ready. */
static void
tell_worker(struct world *world, const char *text, bool ends)
{
	char path[ARGUMENT_MAX];
	int code = 0;
	struct child *child;

	if (sscanf(text, "%199s %d", path, &code) < 1)
		return;
	child = model_child(world->model, path);
	if (!child || child_is_sup(child) ||
	    worker_of(child)->proc.pid == 0)
		return;
	if (ends)
		model_exit(world->model, path, code < -64 ? -9 : code % 256);
	else if (child->state == CHILD_STARTING)
		model_ready(world->model, path);
}

/* A client sends blanks. */
static void
send_padding(struct checking_client *client, size_t size)
{
	char *blanks;

	if (size == 0 || size > PADDING_MAX)
		return;
	blanks = malloc(size);
	if (!blanks)
		return;
	memset(blanks, ' ', size);
	checking_client_send(client, blanks, size);
	free(blanks);
}

/* Something happens to a client. */
static void
do_client(struct world *world, char what, const char *text, size_t size)
{
	int i = size > 0 ? (unsigned char)text[0] % CLIENTS : 0;
	struct checking_client *client = &world->clients[i];
	char number[ARGUMENT_MAX];

	if (size > 0) {
		text++;
		size--;
	}
	switch (what) {
	case ':':
	case '.':
		checking_client_send(client, text, size);
		if (what == ':')
			checking_client_send(client, "", 1);
		break;
	case 'z':
		snprintf(number, sizeof(number), "%.*s",
		    size < sizeof(number) ? (int)size : 0, text);
		send_padding(client, strtoul(number, NULL, 10));
		break;
	case 'h':
		checking_client_hang_up(client);
		break;
	case 'k':
		checking_client_close(client);
		checking_client_open(client, world->model, people[i].right,
		    people[i].uid);
		break;
	default:
		client->reads = !client->reads;
		break;
	}
}

/* A line of the script. */
static void
do_line(struct world *world, char what, const char *line, size_t size)
{
	char text[ARGUMENT_MAX];
	long ms;

	snprintf(text, sizeof(text), "%.*s",
	    size < sizeof(text) ? (int)size : 0, line);
	switch (what) {
	case 't':
		ms = strtol(text, NULL, 10);
		if (ms > 0 && ms <= PASS_MAX)
			model_pass(world->model, ms);
		break;
	case 'x':
	case 'r':
		tell_worker(world, text, what == 'x');
		break;
	case 'l':
		finish_reload(world);
		break;
	case 'q':
	case 'Q':
		model_stop(world->model, what == 'Q');
		break;
	case ':':
	case '.':
	case 'z':
	case 'h':
	case 'k':
	case 'o':
		do_client(world, what, line, size);
		break;
	default:
		break;
	}
}

/* Do what the script says. */
static void
run_script(struct world *world, const char *script, size_t size)
{
	for (int i = 0; i < LINES_MAX && size > 0; i++) {
		const char *end = memchr(script, '\n', size);
		size_t len = end ? (size_t)(end - script) : size;

		if (len > 0)
			do_line(world, script[0], script + 1, len - 1);
		serve_all(world);
		check_all(world);
		len += end != NULL;
		script += len;
		size -= len;
	}
}

/* Tell whether some client has something to come still. */
static bool
is_owed(const struct world *world)
{
	for (int i = 0; i < CLIENTS; i++)
		if (checking_client_owed(&world->clients[i]) > 0)
			return true;
	return world->model->host.pending_count > 0;
}

/* Let everything end: each client gets the replies that it is owed. */
static void
finish(struct world *world)
{
	for (int i = 0; i < CLIENTS; i++) {
		world->clients[i].reads = true;
		checking_client_hang_up(&world->clients[i]);
	}
	for (int round = 0; is_owed(world); round++) {
		if (round == ROUNDS_MAX)
			checking_client_fail("a reply", "never comes");
		if (round == ROUNDS_MAX / 2)
			model_stop(world->model, true);
		finish_reload(world);
		serve_all(world);
		model_pass(world->model, 100);
	}
	check_all(world);
	for (int i = 0; i < CLIENTS; i++)
		checking_client_close(&world->clients[i]);
	if (world->model->host.listed > 0 ||
	    !list_is_empty(&world->model->host.followers))
		checking_client_fail("something is left", "of a client");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world = { .model = model_new(conf) };

	if (!world.model)
		abort();
	world.model->host.log_dir = NULL;
	for (int i = 0; i < CLIENTS; i++)
		checking_client_open(&world.clients[i], world.model,
		    people[i].right,
		    people[i].uid);
	run_script(&world, (const char *)data, size);
	finish(&world);
	model_free(world.model);
	return 0;
}
