/* The daemon: see the header. */
#include "config.h"

#include "daemon/daemon.h"

#include <assert.h>
#include <errno.h>
#include <ev.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/evloop.h"
#include "base/log.h"
#include "daemon/host_daemon.h"
#include "daemon/signals.h"
#include "daemon/upstream.h"
#include "engine/build.h"
#include "engine/journal.h"
#include "engine/live.h"
#include "engine/worker.h"
#include "process/proc.h"
#include "reload/reload.h"

#define PATH_SIZE	1100
#define PUMP_US		5000	/* at once, before the loop has its turn */

/* How long the last processes may take to go when everything is killed. */
#define END_ALL_MS	5000

/* What the pump has to tell the core about a worker, besides enum proc_news. */
#define NEWS_SHORT	(PROC_EXITED + 1)

struct daemon {
	struct ev_loop *loop;
	struct tree tree;
	struct conf *conf;
	const struct daemon_options *options;
	struct proc_table *procs;
	struct host_daemon *hosting; /* events, and the control socket */
	struct reload *reload;	/* being carried out; NULL: none */
	struct list news;	/* of struct worker with something pending */
	struct spawn_context context; /* what all starts have in common */
	ev_prepare pump;
	ev_timer timer;
	ev_async wake;		/* the loop's own */
	struct signals signals;
	int64_t armed_ms;	/* the deadline that the timer is set for */
	int64_t kill_at_ms;	/* shutdown_timeout is over; or HEAP_NEVER */
	unsigned stops;		/* times somebody asked for the end */
	unsigned stops_taken;	/* of these, told to the core */
	uint64_t stop_cause;	/* number of the event that asked */
	const struct child *ended; /* its end is to be logged; or NULL */
	bool end_asked;		/* somebody wanted that */
	int exit_code;
	bool up;		/* the tree has come up once */
};

/*
 * Log the end of a worker. It is put off until what it leads to is done: to
 * make a line takes as long as half the rest between a death and an exec.
 */
static void
log_end(struct daemon *daemon)
{
	if (daemon->ended)
		journal_write_end(daemon->ended, daemon->end_asked);
	daemon->ended = NULL;
}

/* Queue news about a worker; the pump will tell the core. */
static void
queue_news(struct daemon *daemon, struct worker *worker, unsigned news)
{
	worker->pending |= (uint8_t)(1U << news);
	if (!list_is_linked(&worker->news))
		list_append(&daemon->news, &worker->news);
}

/* Hear from the process table. */
static void
on_news(void *arg, struct proc *proc, enum proc_news news)
{
	queue_news(arg, worker_of_proc(proc), (unsigned)news);
}

/* The program of a process, for the process table. */
static const struct program *
program_of(const struct proc *proc)
{
	return list_const_entry(proc, struct worker, proc)->program;
}

/* The path of a process, for the same. */
static size_t
path_of(const struct proc *proc, char *ret_path, size_t size)
{
	const struct worker *worker =
	    list_const_entry(proc, struct worker, proc);

	return tree_path(&worker->child, ret_path, size);
}

/* Say and remember why a program does not run. */
static void
note_start_failure(struct worker *worker, const char *path,
    const struct spawn_result *result)
{
	char text[1024];

	spawn_describe(worker->program, result, text, sizeof(text));
	log_error("%s: cannot start: %s", path, text);
	worker->why = strdup(text);
}

/* Start a worker's process; its outcome is news. */
static void
start_worker(struct daemon *daemon, struct worker *worker)
{
	struct spawn_context context = daemon->context;
	struct spawn_result result;
	char path[PATH_SIZE];
	int rc;

	worker_refresh(worker);
	free(worker->why);
	worker->why = NULL;
	tree_path(&worker->child, path, sizeof(path));
	context.path = path;
	context.name = worker->name;
	context.restarts = worker->child.restarts;
	rc = proc_start(daemon->procs, &worker->proc, worker->program, &context,
	    &result);
	worker->last_pid = rc < 0 ? 0 : worker->proc.pid;
	if (rc > 0) {
		queue_news(daemon, worker, PROC_STARTED);
	} else if (rc < 0) {
		bool is_short = spawn_is_shortage(&result);

		log_end(daemon);
		worker->proc.outcome = (struct spec_outcome){ 0 };
		note_start_failure(worker, path, &result);
		free(result.detail);
		queue_news(daemon, worker,
		    is_short ? NEWS_SHORT : (unsigned)PROC_START_FAILED);
	}
}

/* The tree has ended: leave the loop with the code that says why. */
static void
quit(struct daemon *daemon)
{
	static const int codes[] = {
		[SUP_END_NONE] = DAEMON_EXIT_OK,
		[SUP_END_ASKED] = DAEMON_EXIT_OK,
		[SUP_END_GAVE_UP] = DAEMON_EXIT_GAVE_UP,
		[SUP_END_AUTO] = DAEMON_EXIT_OK,
		[SUP_END_KILLED] = DAEMON_EXIT_OK,
		[SUP_END_FAILED] = DAEMON_EXIT_FAILED,
	};

	daemon->exit_code = codes[daemon->tree.root->end];
	ev_break(daemon->loop, EVBREAK_ALL);
}

/* A request is answered: it is the asker's again. */
static void
answer(struct daemon *daemon, struct request *request)
{
	struct engine_request *asked =
	    (struct engine_request *)(void *)request;

	asked->answered(daemon, asked);
}

/* Carry out one action of the core. */
static void
carry_out(struct daemon *daemon, const struct action *action)
{
	struct worker *worker = worker_of(action->child);

	switch (action->type) {
	case ACTION_START:
		start_worker(daemon, worker);
		break;
	case ACTION_STOP:
		proc_stop(daemon->procs, &worker->proc,
		    worker->program->stop_signal);
		break;
	case ACTION_KILL:
		proc_kill(daemon->procs, &worker->proc);
		break;
	case ACTION_RELEASE:
		log_end(daemon);
		live_apply(action->child, &daemon->options->found);
		build_release(action->child);
		break;
	case ACTION_REPLY:
		answer(daemon, action->request);
		break;
	case ACTION_QUIT:
		quit(daemon);
		break;
	}
}

/* Tell the core one thing, and do what it wants done. */
static void
step(struct daemon *daemon, struct input event)
{
	struct action action;

	event.now_ms = clock_ms();
	tree_step(&daemon->tree, &event);
	while (tree_next_action(&daemon->tree, &action))
		carry_out(daemon, &action);
	log_end(daemon);
}

/* The event that a piece of news is. */
static const enum input_type event_of_news[] = {
	[PROC_STARTED] = INPUT_STARTED,
	[PROC_START_FAILED] = INPUT_START_FAILED,
	[PROC_START_IGNORED] = INPUT_START_IGNORED,
	[PROC_EXITED] = INPUT_EXITED,
	[NEWS_SHORT] = INPUT_START_SHORTAGE,
};

/* Tell the core what is pending about a worker, in the order it happened. */
static void
tell_news(struct daemon *daemon, struct worker *worker)
{
	unsigned pending = worker->pending;

	worker->pending = 0;
	for (unsigned news = 0; news <= NEWS_SHORT; news++) {
		if (!(pending & (1U << news)))
			continue;
		step(daemon, (struct input){
			.type = event_of_news[news],
			.child = &worker->child,
			.outcome = worker->proc.outcome,
		});
	}
}

void
engine_ask(struct daemon *daemon, struct engine_request *request)
{
	log_hold();
	step(daemon, (struct input){
		.type = INPUT_REQUEST,
		.request = &request->request,
	});
	log_release();
}

int
engine_reserve(struct daemon *daemon, size_t count)
{
	if (build_reserve(&daemon->tree, count) < 0)
		return -1;
	return proc_table_reserve(daemon->procs, count);
}

struct tree *
daemon_tree(struct daemon *daemon)
{
	return &daemon->tree;
}

const struct conf_daemon *
daemon_conf(const struct daemon *daemon)
{
	return &daemon->conf->daemon;
}

const char *
daemon_conf_file(const struct daemon *daemon)
{
	return daemon->options->conf_file;
}

struct upstream *
daemon_notifier(const struct daemon *daemon)
{
	return daemon->options->notifier;
}

const struct spawn_context *
daemon_spawn_context(const struct daemon *daemon)
{
	return &daemon->context;
}

struct ev_loop *
daemon_loop(const struct daemon *daemon)
{
	return daemon->loop;
}

void
daemon_take_conf(struct daemon *daemon, struct conf_daemon *conf)
{
	struct conf_daemon old = daemon->conf->daemon;

	daemon->conf->daemon = *conf;
	*conf = old;
	daemon->context.inherit = daemon->conf->daemon.environment_inherit;
	host_daemon_take_conf(daemon->hosting, &daemon->conf->daemon);
}

struct reload *
daemon_reload(const struct daemon *daemon)
{
	return daemon->reload;
}

void
daemon_set_reload(struct daemon *daemon, struct reload *reload)
{
	daemon->reload = reload;
}

uint64_t
engine_record(struct daemon *daemon, const char *path, const char *what,
    uint64_t cause)
{
	return host_daemon_record(daemon->hosting, path, what, cause);
}

void
engine_stop(struct daemon *daemon, bool now, uint64_t cause)
{
	daemon->stops += now ? 2 : 1;
	daemon->stop_cause = cause;
}

int
engine_signal(struct daemon *daemon, struct worker *worker, int number)
{
	return proc_signal(daemon->procs, &worker->proc, number);
}

bool
engine_is_ending(const struct daemon *daemon)
{
	return daemon->stops > 0 || daemon->tree.root->end != SUP_END_NONE;
}

/* Somebody asked for the end: once in order, the second time at once. */
static void
tell_stops(struct daemon *daemon)
{
	int64_t timeout_ms = daemon->conf->daemon.shutdown_timeout_ms;

	if (daemon->stops_taken == 0 && daemon->stops > 0) {
		daemon->stops_taken = 1;
		log_notice("stopping");
		upstream_stopping(daemon->options->notifier);
		if (timeout_ms != SPEC_INFINITY)
			daemon->kill_at_ms = clock_ms() + timeout_ms;
		step(daemon, (struct input){
			.type = INPUT_STOP,
			.cause = daemon->stop_cause,
		});
	}
	if (daemon->stops_taken == 1 && (daemon->stops > 1 ||
	    daemon->kill_at_ms <= clock_ms())) {
		if (daemon->stops == 1)
			daemon->stop_cause = host_daemon_record(daemon->hosting,
			    "/", "shutdown_timeout is over", 0);
		daemon->stops_taken = 2;
		daemon->kill_at_ms = HEAP_NEVER;
		log_warning("killing what is left");
		step(daemon, (struct input){
			.type = INPUT_KILL,
			.cause = daemon->stop_cause,
		});
	}
}

/* When the pump wants to run even if nothing happens. */
static int64_t
deadline_ms(const struct daemon *daemon)
{
	int64_t due_ms = tree_deadline_ms(&daemon->tree);

	return due_ms < daemon->kill_at_ms ? due_ms : daemon->kill_at_ms;
}

/* Set the one timer, unless it is set already; at once if there is news. */
static void
arm_timer(struct daemon *daemon)
{
	int64_t due_ms = list_is_empty(&daemon->news) ? deadline_ms(daemon) : 0;
	int64_t wait_ms;

	if (due_ms == daemon->armed_ms)
		return;
	daemon->armed_ms = due_ms;
	ev_timer_stop(daemon->loop, &daemon->timer);
	if (due_ms == HEAP_NEVER)
		return;
	ev_now_update(daemon->loop);
	wait_ms = due_ms - clock_ms();
	ev_timer_set(&daemon->timer, wait_ms > 0 ?
	    (double)wait_ms / 1000. : 0., 0.);
	ev_timer_start(daemon->loop, &daemon->timer);
}

/* Tell whoever waits for it that the tree is up. */
static void
announce_up(struct daemon *daemon)
{
	daemon->up = true;
	log_notice("running, %zu %s", daemon->tree.child_count,
	    daemon->tree.child_count == 1 ? "child" : "children");
	upstream_ready(daemon->options->notifier, daemon->tree.child_count);
	if (daemon->options->up)
		daemon->options->up(daemon->options->up_arg);
}

/* Tell the core the next thing that has happened; false: nothing has. */
static bool
tell_next(struct daemon *daemon)
{
	struct list *link = list_pop(&daemon->news);

	if (link)
		tell_news(daemon, list_entry(link, struct worker, news));
	else if (tree_deadline_ms(&daemon->tree) <= clock_ms())
		step(daemon, (struct input){ .type = INPUT_TIMEOUT });
	else
		return false;
	return true;
}

/* Feed the core until there is no news, or others have waited for long. */
static void
pump(struct daemon *daemon)
{
	int64_t until_us = clock_us() + PUMP_US;

	log_hold();	/* nothing is written between a death and an exec */
	tell_stops(daemon);
	do {
		while (clock_us() < until_us && tell_next(daemon))
			continue;
		reload_go_on(daemon);
	} while (!list_is_empty(&daemon->news) && clock_us() < until_us);
	arm_timer(daemon);
	log_release();	/* who waits for the tree may read the log at once */
	if (!daemon->up && daemon->tree.root->self.state == CHILD_UP)
		announce_up(daemon);
}

/* The loop is about to sleep: pump first. */
static void
on_prepare(struct ev_loop *loop, ev_prepare *watcher, int revents)
{
	(void)loop;
	(void)revents;
	pump(watcher->data);
}

/* A deadline has passed: the pump, which runs next, sees which. */
static void
on_timer(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	struct daemon *daemon = watcher->data;

	(void)loop;
	(void)revents;
	daemon->armed_ms = HEAP_NEVER;
}

/* Hear notes of the core. */
static void
on_note(void *arg, const struct note *note)
{
	struct daemon *daemon = arg;

	log_end(daemon);
	if (note->type == NOTE_DOWN && !child_is_sup(note->child)) {
		daemon->ended = note->child;
		daemon->end_asked = note->child->state != CHILD_ENDED;
	} else {
		journal_write(note);
	}
	host_daemon_note(daemon->hosting, note);
}

/* Set up what is to happen in each turn, and the timer. */
static void
watch_turns(struct daemon *daemon)
{
	ev_prepare_init(&daemon->pump, on_prepare);
	daemon->pump.data = daemon;
	ev_prepare_start(daemon->loop, &daemon->pump);
	ev_timer_init(&daemon->timer, on_timer, 0., 0.);
	daemon->timer.data = daemon;
}

/* Set up loop, processes and tree; 0, or -1 after saying why. */
static int
set_up(struct daemon *daemon)
{
	daemon->loop = evloop_new(&daemon->wake);
	if (!daemon->loop) {
		log_error("cannot make an event loop: %s", strerror(errno));
		return -1;
	}
	daemon->context.spawner = spawner_new(&daemon->options->found);
	if (!daemon->context.spawner) {
		log_error("cannot prepare to start processes: %s",
		    strerror(errno));
		return -1;
	}
	daemon->procs = proc_table_new(daemon->loop, daemon, on_news,
	    program_of, path_of);
	if (!daemon->procs || proc_table_reserve(daemon->procs,
	    daemon->conf->node_count) < 0) {
		log_error("cannot watch processes: %s", strerror(errno));
		return -1;
	}
	proc_table_set_runfile(daemon->procs, daemon->options->runfile);
	if (build_tree(&daemon->tree, daemon->conf) < 0) {
		log_error("cannot build the tree: %s", strerror(errno));
		return -1;
	}
	conf_forget_nodes(daemon->conf);
	daemon->hosting = host_daemon_new(daemon, daemon->loop,
	    daemon->options->log_dir);
	if (!daemon->hosting) {
		log_error("cannot record events: %s", strerror(errno));
		return -1;
	}
	signals_watch(&daemon->signals, daemon->loop, daemon);
	if (!evloop_hears_signals(daemon->loop)) {
		log_error("cannot watch for signals");
		return -1;
	}
	watch_turns(daemon);
	return host_daemon_open(daemon->hosting, &daemon->conf->daemon);
}

/* Undo set_up(), also half of it; kill what would be left behind. */
static void
tear_down(struct daemon *daemon)
{
	size_t left = 0;

	upstream_stopping(daemon->options->notifier);
	signals_end(&daemon->signals);
	reload_end(daemon);
	host_daemon_free(daemon->hosting);
	if (daemon->procs)
		left = proc_end_all(daemon->procs, END_ALL_MS);
	if (left > 0) {
		log_error("unkillable and left behind: %zu", left);
		daemon->exit_code = EX_OSERR;
	}
	proc_table_free(daemon->procs);	/* forgets those, so before them */
	build_free(&daemon->tree);
	spawner_free(daemon->context.spawner);
	if (daemon->loop)
		ev_loop_destroy(daemon->loop);
}

int
daemon_run(struct conf *conf, const struct daemon_options *options)
{
	struct daemon daemon = {
		.conf = conf,
		.options = options,
		.context = {
			.inherit = conf->daemon.environment_inherit,
			.log_dir = options->log_dir,
		},
		.armed_ms = HEAP_NEVER,
		.kill_at_ms = HEAP_NEVER,
		.exit_code = EX_OSERR,
	};
	uint64_t seed = (uint64_t)clock_ms() << 20 ^ (uint64_t)getpid();

	list_init(&daemon.news);
	tree_init(&daemon.tree, on_note, &daemon, seed);
	if (set_up(&daemon) == 0) {
		/* From here on no failed call ends the daemon. */
		evloop_serve();
		step(&daemon, (struct input){ .type = INPUT_START });
		ev_run(daemon.loop, 0);
	}
	tear_down(&daemon);
	log_notice("ended with %d", daemon.exit_code);
	return daemon.exit_code;
}
