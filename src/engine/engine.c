/* The engine: the pump between the core and the processes. */
#include "config.h"

#include "engine/engine.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/evloop.h"
#include "base/log.h"
#include "engine/build.h"
#include "engine/eventnote.h"
#include "engine/live.h"

#define PUMP_US		5000	/* at once, before the loop has its turn */

/* How long the last processes may take to go when everything is killed. */
#define END_ALL_MS	5000

/* What the pump has to tell the core about a worker, besides enum proc_news. */
#define NEWS_SHORTAGE	((enum proc_news)(PROC_NOT_STARTED + 1))

/* So many starts are begun before the first is waited for: the more, the less
 * the processors wait for each other. */
#define STARTS_AT_ONCE	8

static const enum input_type input_of_news[] = {
	[PROC_START_HANGS] = INPUT_START_HANGS,
	[PROC_STARTED] = INPUT_STARTED,
	[PROC_START_FAILED] = INPUT_START_FAILED,
	[PROC_START_IGNORED] = INPUT_START_IGNORED,
	[PROC_EXITED] = INPUT_EXITED,
	[NEWS_SHORTAGE] = INPUT_START_SHORTAGE,
};
static_assert(NEWS_SHORTAGE < 8, "all news fit into worker->pending");

/* Queue news about a worker; the pump will tell the core. */
static void
queue_news(struct engine *engine, struct worker *worker, enum proc_news news)
{
	worker->pending |= (uint8_t)(1U << news);
	if (!list_is_linked(&worker->news))
		list_append(&engine->news, &worker->news);
}

static const struct program *
program_of(const struct proc *proc)
{
	return list_const_entry(proc, struct worker, proc)->program;
}

static size_t
path_of(const struct proc *proc, char *ret_path, size_t size)
{
	const struct worker *worker =
	    list_const_entry(proc, struct worker, proc);

	return tree_path(&worker->child, ret_path, size);
}

/* Say and remember why a program does not run. */
static void
note_why(struct engine *engine, struct worker *worker,
    const struct spawn_result *result)
{
	char path[SPEC_PATH_SIZE], text[1024];

	tree_path(&worker->child, path, sizeof(path));
	spawn_describe(result, text, sizeof(text));
	journal_cannot_start(&engine->journal, path, text);
	free(worker->why);
	worker->why = strdup(text);
}

/* A program does not run; that is news. Of one that hung it was said. */
static void
note_start_failure(struct engine *engine, struct worker *worker,
    const struct spawn_result *result)
{
	if (!result->hangs)
		note_why(engine, worker, result);
	worker->last_pid = 0;
	worker->proc.outcome = (struct spec_outcome){ 0 };
	queue_news(engine, worker, spawn_is_shortage(result) ?
	    NEWS_SHORTAGE : PROC_START_FAILED);
}

/* There is news about a worker's process. */
static void
on_news(void *arg, struct proc *proc, enum proc_news news)
{
	struct worker *worker = worker_of_proc(proc);
	struct engine *engine = arg;

	if (news == PROC_NOT_STARTED) {
		note_start_failure(engine, worker, proc->failure);
		return;
	}
	if (news == PROC_START_HANGS)
		note_why(engine, worker, proc->failure);
	queue_news(engine, worker, news);
}

/* Start a worker's process; its outcome is news. */
static void
start_worker(struct engine *engine, struct worker *worker)
{
	struct spawn_context context = engine->context;
	struct spawn_result result;
	char path[SPEC_PATH_SIZE];

	worker_refresh(worker);
	free(worker->why);
	worker->why = NULL;
	tree_path(&worker->child, path, sizeof(path));
	context.path = path;
	context.name = worker->name;
	context.restarts = worker->child.restarts;
	context.inherit = engine->conf->environment_inherit;
	if (proc_start(engine->procs, &worker->proc, worker->program, &context,
	    &result) == 0) {
		worker->last_pid = worker->proc.pid;
		return;
	}
	note_start_failure(engine, worker, &result);
	free(result.detail);
}

/* A request is answered: it is the caller's again. */
static void
answer_request(struct request *request)
{
	struct engine_request *asked =
	    list_entry(request, struct engine_request, request);

	asked->answered(asked);
}

/* Carry out one action of the core. */
static void
carry_out(struct engine *engine, const struct action *action)
{
	struct worker *worker =
	    action->child ? worker_of(action->child) : NULL;

	assert(worker || action->type == ACTION_REPLY ||
	    action->type == ACTION_QUIT);
	switch (action->type) {
	case ACTION_START:
		start_worker(engine, worker);
		break;
	case ACTION_STOP:
		proc_stop(engine->procs, &worker->proc,
		    worker->program->stop_signal);
		break;
	case ACTION_KILL:
		proc_kill(engine->procs, &worker->proc);
		break;
	case ACTION_RELEASE:
		live_apply(action->child, &engine->options->found);
		build_release(action->child);
		break;
	case ACTION_REPLY:
		answer_request(action->request);
		break;
	case ACTION_QUIT:
		ev_break(engine->loop, EVBREAK_ALL);
		break;
	}
}

/* Tell the core one thing, and do what it wants done; messages wait for that,
 * so that none is written between a death and an exec. */
static void
step_tree(struct engine *engine, struct input input)
{
	struct action action;

	assert(!engine->is_stepping);	/* no hook, no answer may ask again */
	engine->is_stepping = true;
	log_hold();
	input.now_ms = clock_ms();
	tree_step(&engine->tree, &input);
	while (tree_next_action(&engine->tree, &action))
		carry_out(engine, &action);
	journal_flush(&engine->journal);
	log_release();
	engine->is_stepping = false;
}

/* Tell the core what is pending about a worker, in the order it happened. */
static void
tell_news(struct engine *engine, struct worker *worker)
{
	unsigned pending = worker->pending;

	worker->pending = 0;
	for (unsigned news = 0; news <= NEWS_SHORTAGE; news++) {
		if (!(pending & (1U << news)))
			continue;
		step_tree(engine, (struct input){
			.type = input_of_news[news],
			.child = &worker->child,
			.outcome = worker->proc.outcome,
		});
	}
}

void
engine_ask(struct engine *engine, struct engine_request *asked)
{
	step_tree(engine, (struct input){
		.type = INPUT_REQUEST,
		.request = &asked->request,
	});
}

int
engine_reserve(struct engine *engine, size_t count)
{
	if (build_reserve(&engine->tree, count) == -1)
		return -1;
	return proc_table_reserve(engine->procs, count);
}

uint64_t
engine_record(struct engine *engine, const char *path, const char *what,
    uint64_t cause)
{
	uint64_t number = eventnote_request(engine->events, &engine->tree,
	    path, what, 0, cause);

	engine->hooks.recorded(engine->hooks.arg);
	return number;
}

void
engine_stop(struct engine *engine, bool now, uint64_t cause)
{
	engine->stops += now ? 2 : 1;
	engine->stop_cause = cause;
}

int
engine_signal(struct engine *engine, struct worker *worker, int number)
{
	return proc_signal(engine->procs, &worker->proc, number);
}

bool
engine_is_ending(const struct engine *engine)
{
	return engine->stops > 0 || engine->tree.root->end != SUP_END_NONE;
}

/* Begin the end, in order. */
static void
begin_stop(struct engine *engine)
{
	int64_t timeout_ms = engine->conf->shutdown_timeout_ms;

	engine->stops_taken = 1;
	log_notice("stopping");
	engine->hooks.stopping(engine->hooks.arg);
	if (timeout_ms != SPEC_INFINITY)
		engine->kill_at_ms = clock_ms() + timeout_ms;
	step_tree(engine, (struct input){
		.type = INPUT_STOP,
		.cause = engine->stop_cause,
	});
}

/* End what is left at once: this was asked for, or the time is over. */
static void
begin_kill(struct engine *engine)
{
	if (engine->stops == 1)
		engine->stop_cause = engine_record(engine, "/",
		    "shutdown_timeout is over", 0);
	engine->stops_taken = 2;
	engine->kill_at_ms = HEAP_NEVER;
	log_warning("killing what is left");
	step_tree(engine, (struct input){
		.type = INPUT_KILL,
		.cause = engine->stop_cause,
	});
}

/* Tell the core that the end was asked for: in order, the second time at
 * once. */
static void
tell_stops(struct engine *engine)
{
	if (engine->stops_taken == 0 && engine->stops > 0)
		begin_stop(engine);
	if (engine->stops_taken == 1 && (engine->stops > 1 ||
	    engine->kill_at_ms <= clock_ms()))
		begin_kill(engine);
}

/* Tell whether there is news, or soon will be. */
static bool
is_busy(const struct engine *engine)
{
	return !list_is_empty(&engine->news) ||
	    proc_starting(engine->procs) > 0;
}

/* Set the one timer, unless it is set already; at once if there is news. */
static void
arm_timer(struct engine *engine)
{
	int64_t due_ms = tree_deadline_ms(&engine->tree), wait_ms;

	if (engine->kill_at_ms < due_ms)
		due_ms = engine->kill_at_ms;
	if (is_busy(engine))
		due_ms = 0;
	if (due_ms == engine->armed_ms)
		return;
	engine->armed_ms = due_ms;
	ev_timer_stop(engine->loop, &engine->timer);
	if (due_ms == HEAP_NEVER)
		return;
	ev_now_update(engine->loop);
	wait_ms = due_ms - clock_ms();
	ev_timer_set(&engine->timer, wait_ms > 0 ?
	    (double)wait_ms / 1000. : 0., 0.);
	ev_timer_start(engine->loop, &engine->timer);
}

/* Tell the core the next thing that has happened; false: there is nothing. */
static bool
tell_next(struct engine *engine)
{
	struct list *link = list_pop(&engine->news);

	if (link)
		tell_news(engine, list_entry(link, struct worker, news));
	else if (tree_deadline_ms(&engine->tree) <= clock_ms())
		step_tree(engine, (struct input){ .type = INPUT_TIMEOUT });
	else
		return false;
	return true;
}

/* The loop is about to sleep. Feed the core until there is no news, or the loop
 * has waited for long. */
static void
pump(struct ev_loop *loop, ev_prepare *watcher, int revents)
{
	struct engine *engine = watcher->data;
	int64_t until_us = clock_us() + PUMP_US;

	(void)loop;
	(void)revents;
	log_hold();	/* nothing is written between a death and an exec */
	tell_stops(engine);
	do {
		while (clock_us() < until_us && tell_next(engine))
			if (proc_starting(engine->procs) >= STARTS_AT_ONCE)
				proc_await_starts(engine->procs);
		proc_await_starts(engine->procs);
		engine->hooks.idle(engine->hooks.arg);
	} while (is_busy(engine) && clock_us() < until_us);
	arm_timer(engine);
	log_release();	/* a hook may tell others to read the log */
	if (engine->is_up || engine->tree.root->self.state != CHILD_UP)
		return;
	engine->is_up = true;
	engine->hooks.up(engine->hooks.arg);
}

/* A deadline has passed: the pump, which runs next, sees which. */
static void
on_timer(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	struct engine *engine = watcher->data;

	(void)loop;
	(void)revents;
	engine->armed_ms = HEAP_NEVER;
}

static void
on_note(void *arg, const struct note *note)
{
	struct engine *engine = arg;

	journal_note(&engine->journal, note);
	eventnote_add(engine->events, note);
	engine->hooks.recorded(engine->hooks.arg);
}

/* Say what could not be made. */
static int
say_failure(const char *what)
{
	log_error("cannot %s: %s", what, strerror(errno));
	return -1;
}

/* Make the loop; the pump does not run in it yet. */
static int
open_loop(struct engine *engine)
{
	ev_prepare_init(&engine->pump, pump);
	engine->pump.data = engine;
	ev_timer_init(&engine->timer, on_timer, 0., 0.);
	engine->timer.data = engine;
	engine->loop = evloop_new(&engine->wake);
	return engine->loop ? 0 : say_failure("make an event loop");
}

/* Prepare to start and to watch processes, so many. */
static int
open_processes(struct engine *engine, size_t count)
{
	engine->context = (struct spawn_context){
		.spawner = spawner_new(&engine->options->found),
		.log_dir = engine->options->log_dir,
	};
	if (!engine->context.spawner)
		return say_failure("prepare to start processes");
	engine->procs = proc_table_new(engine->loop, engine, on_news,
	    program_of, path_of);
	if (!engine->procs || proc_table_reserve(engine->procs, count) == -1)
		return say_failure("watch processes");
	proc_table_set_runfile(engine->procs, engine->options->runfile);
	engine->asides = asides_new(engine->loop, engine->options->runfile);
	if (!engine->asides)
		return say_failure("work beside the loop");
	proc_table_set_asides(engine->procs, engine->asides);
	return 0;
}

int
engine_open(struct engine *engine, struct conf *conf)
{
	uint64_t seed = (uint64_t)clock_ms() << 20 ^ (uint64_t)getpid();

	engine->armed_ms = engine->kill_at_ms = HEAP_NEVER;
	list_init(&engine->news);
	tree_init(&engine->tree, on_note, engine, seed);
	if (open_loop(engine) == -1 ||
	    open_processes(engine, conf->node_count) == -1)
		return -1;
	if (build_tree(&engine->tree, conf) == -1)
		return say_failure("build the tree");
	conf_forget_nodes(conf);
	engine->events = events_new();
	return engine->events ? 0 : say_failure("record events");
}

void
engine_run(struct engine *engine)
{
	evloop_serve();
	ev_prepare_start(engine->loop, &engine->pump);
	step_tree(engine, (struct input){ .type = INPUT_START });
	ev_run(engine->loop, 0);
}

/* End what works beside the loop. What does not go has nothing of ours, and is
 * no worker. */
static void
end_asides(struct engine *engine)
{
	size_t left = asides_end_all(engine->asides);

	if (left > 0)
		log_warning("left behind, as they wait for what does not "
		    "answer: %zu of reeved's own processes", left);
}

size_t
engine_close(struct engine *engine)
{
	size_t left = 0;

	end_asides(engine);
	if (engine->procs)
		left = proc_end_all(engine->procs, END_ALL_MS);
	proc_table_free(engine->procs);	/* it forgets those that are left */
	asides_free(engine->asides);
	build_free(&engine->tree);
	events_free(engine->events);
	spawner_free(engine->context.spawner);
	if (engine->loop)
		ev_loop_destroy(engine->loop);
	return left;
}
