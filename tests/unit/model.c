/* A daemon without a system. */
#include "model.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonread.h"
#include "base/log.h"
#include "config/conf.h"
#include "engine/build.h"
#include "engine/eventnote.h"
#include "engine/events.h"
#include "engine/worker.h"

/* What may be pending about a worker; in struct worker as bits. */
enum {
	STARTED,
	FAILED,
	IGNORED,
	EXITED,
};

static const enum input_type event_of[] = {
	[STARTED] = INPUT_STARTED,
	[FAILED] = INPUT_START_FAILED,
	[IGNORED] = INPUT_START_IGNORED,
	[EXITED] = INPUT_EXITED,
};

/* Something is known of a worker. */
static void
queue(struct model *model, struct worker *worker, int news)
{
	worker->pending |= (uint8_t)(1U << news);
	if (!list_is_linked(&worker->news))
		list_append(&model->news, &worker->news);
}

/* Tell whether a worker's program is of that name. */
static bool
runs(const struct worker *worker, const char *name)
{
	return strcmp(worker->program->argv[0], name) == 0;
}

/* A worker's process ends. */
static void
end(struct model *model, struct worker *worker, enum spec_how how, int number)
{
	bool up = worker->child.state != CHILD_STARTING;

	if (worker->proc.pid == 0)
		return;
	worker->proc.pid = 0;
	worker->proc.outcome = (struct spec_outcome){
		.how = (uint8_t)how,
		.number = (uint8_t)number,
	};
	program_classify(worker->program, &worker->proc.outcome);
	queue(model, worker, up || worker->pending & 1U << STARTED ?
	    EXITED : FAILED);
}

/* A worker is to start. */
static void
start(struct model *model, struct worker *worker)
{
	free(worker->why);
	worker->why = NULL;
	worker->last_pid = 0;
	worker->proc.outcome = (struct spec_outcome){ 0 };
	if (runs(worker, "/bad")) {
		worker->why = strdup("it is bad");
		queue(model, worker, FAILED);
		return;
	}
	if (runs(worker, "/done")) {
		queue(model, worker, IGNORED);
		return;
	}
	worker->proc.pid = worker->last_pid = ++model->last_pid;
	if (!runs(worker, "/slow"))
		queue(model, worker, STARTED);
}

/* Do what the core wants done. */
static void
carry_out(struct model *model, const struct action *action)
{
	struct worker *worker = action->child ? worker_of(action->child) : NULL;
	struct engine_request *asked;

	switch (action->type) {
	case ACTION_START:
		start(model, worker);
		break;
	case ACTION_STOP:
		if (!runs(worker, "/deaf") && !runs(worker, "/stone"))
			end(model, worker, SPEC_HOW_SIGNALLED, SIGTERM);
		break;
	case ACTION_KILL:
		if (!runs(worker, "/stone"))
			end(model, worker, SPEC_HOW_SIGNALLED, SIGKILL);
		break;
	case ACTION_RELEASE:
		build_release(action->child);
		break;
	case ACTION_REPLY:
		asked = list_entry(action->request, struct engine_request,
		    request);
		asked->answered(asked);
		break;
	case ACTION_QUIT:
		model->ended = true;
		break;
	}
}

/* Tell the core one thing. */
static void
step(struct model *model, struct input event)
{
	struct action action;

	event.now_ms = model->now_ms;
	tree_step(&model->engine.tree, &event);
	while (tree_next_action(&model->engine.tree, &action))
		carry_out(model, &action);
}

/* Tell the core what is known of a worker. */
static void
tell(struct model *model, struct worker *worker)
{
	unsigned pending = worker->pending;

	worker->pending = 0;
	for (unsigned news = 0; news <= EXITED; news++) {
		if (!(pending & 1U << news))
			continue;
		step(model, (struct input){
			.type = event_of[news],
			.child = &worker->child,
			.outcome = worker->proc.outcome,
		});
	}
}

void
model_settle(struct model *model)
{
	struct list *link;

	for (;;) {
		if ((link = list_pop(&model->news)))
			tell(model, list_entry(link, struct worker, news));
		else if (!model->ended && model->now_ms >=
		    tree_deadline_ms(&model->engine.tree))
			step(model, (struct input){ .type = INPUT_TIMEOUT });
		else
			break;
	}
}

void
model_pass(struct model *model, int64_t ms)
{
	int64_t until_ms = model->now_ms + ms;

	model_settle(model);
	while (tree_deadline_ms(&model->engine.tree) <= until_ms) {
		model->now_ms = tree_deadline_ms(&model->engine.tree);
		model_settle(model);
	}
	model->now_ms = until_ms;
}

/* Record a note of the core. */
static void
on_note(void *arg, const struct note *note)
{
	struct model *model = arg;

	eventnote_add(model->host.events, note);
	host_wake_followers(&model->host);
}

/* The model that an engine is in. */
static struct model *
model_of(struct engine *engine)
{
	return list_entry(engine, struct model, engine);
}

/* Put a request to the tree. */
static void
ask(struct engine *engine, struct engine_request *asked)
{
	step(model_of(engine), (struct input){
		.type = INPUT_REQUEST,
		.request = &asked->request,
	});
}

/* Make room for more workers. */
static int
reserve(struct engine *engine, size_t count)
{
	return build_reserve(&engine->tree, count);
}

/* Send a signal. */
static int
send_signal(struct engine *engine, struct worker *worker, int number)
{
	struct model *model = model_of(engine);

	model->signal = number;
	model->signalled = worker->proc.pid;
	if (number == SIGKILL)
		end(model, worker, SPEC_HOW_SIGNALLED, number);
	return 0;
}

/* Ask for the end. */
static void
stop(struct engine *engine, bool now, uint64_t cause)
{
	struct model *model = model_of(engine);

	(void)cause;
	if (now)
		model->kills++;
	else
		model->stops++;
}

/* Open the log again. */
static int
reopen(struct engine *engine)
{
	struct model *model = model_of(engine);

	model->reopens++;
	return model->is_slow ? (int)model->reopens : 0;
}

/* Read the configuration again; one caller can wait for it. */
static int
start_reload(struct reload *reload, bool dry_run, reload_done_fn *done,
    void *done_arg)
{
	struct model *model = list_entry(reload, struct model, reload);

	(void)dry_run;
	if (model->done) {
		errno = ENOMEM;
		return -1;
	}
	model->reloads++;
	model->done = done;
	model->done_arg = done_arg;
	return 0;
}

/* The caller that waits for a reload has gone. */
static void
forget_reload(struct reload *reload, const void *done_arg)
{
	struct model *model = list_entry(reload, struct model, reload);

	if (model->done_arg == done_arg)
		model->done = NULL;
	model->forgotten++;
}

/* Fill in what the control side asks. */
static int
init_host(struct model *model)
{
	struct host *host = &model->host;

	host_init(host);
	host->tree = &model->engine.tree;
	host->events = events_new();
	host->log_dir = "/no/such/directory";
	host->started_ms = model->now_ms;
	host->engine = &model->engine;
	host->ask = ask;
	host->reserve = reserve;
	host->signal = send_signal;
	host->stop = stop;
	host->reopen = reopen;
	host->reload = &model->reload;
	host->reload_start = start_reload;
	host->reload_forget = forget_reload;
	return host->events ? 0 : -1;
}

/* Build the tree of a configuration. */
static int
build(struct model *model, const char *text)
{
	static const struct conf_machine machine = { 0, 0, NULL, NULL };
	struct conf *conf = conf_parse("model.conf", text, strlen(text),
	    &machine);
	int rc = -1;

	if (!conf)
		return -1;
	if (conf->error_count > 0) {
		conf_print_errors(conf, stderr);
		abort();
	}
	rc = build_tree(&model->engine.tree, conf);
	conf_forget_nodes(conf);
	model->conf = conf;
	model->host.runtime_defaults = &conf->daemon.runtime_defaults;
	return rc;
}

struct model *
model_new(const char *text)
{
	struct model *model = calloc(1, sizeof(*model));

	if (!model)
		return NULL;
	log_set_level(LOG_LEVEL_ERROR);	/* thousands of calls are asked */
	model->now_ms = 1000000;
	model->last_pid = 100;
	list_init(&model->news);
	tree_init(&model->engine.tree, on_note, model, 1);
	if (init_host(model) < 0 || build(model, text) < 0) {
		build_free(&model->engine.tree);
		events_free(model->host.events);
		conf_free(model->conf);
		free(model);
		return NULL;
	}
	step(model, (struct input){ .type = INPUT_START });
	model_settle(model);
	return model;
}

void
model_stop_for(struct model *model, bool now, uint64_t cause)
{
	step(model, (struct input){
		.type = now ? INPUT_KILL : INPUT_STOP,
		.cause = cause,
	});
	model_settle(model);
}

void
model_stop(struct model *model, bool now)
{
	model_stop_for(model, now, 0);
}

/* End what no kill ends. */
static void
break_stones(struct model *model)
{
	struct child **buckets = model->engine.tree.buckets;

	for (size_t i = 0; i < model->engine.tree.bucket_count; i++) {
		for (struct child *child = buckets[i]; child;
		    child = child->next_in_bucket)
			if (!child_is_sup(child))
				end(model, worker_of(child),
				    SPEC_HOW_SIGNALLED, SIGKILL);
	}
	model_settle(model);
}

void
model_free(struct model *model)
{
	if (!model)
		return;
	if (!model->ended)
		model_stop(model, true);
	break_stones(model);
	build_free(&model->engine.tree);
	events_free(model->host.events);
	conf_free(model->conf);
	free(model);
}

struct child *
model_child(struct model *model, const char *path)
{
	return tree_find(&model->engine.tree, path);
}

pid_t
model_pid(struct model *model, const char *path)
{
	return worker_of(model_child(model, path))->proc.pid;
}

void
model_ready(struct model *model, const char *path)
{
	queue(model, worker_of(model_child(model, path)), STARTED);
	model_settle(model);
}

void
model_exit(struct model *model, const char *path, int code)
{
	end(model, worker_of(model_child(model, path)), code < 0 ?
	    SPEC_HOW_SIGNALLED : SPEC_HOW_EXITED, abs(code));
	model_settle(model);
}

/* Note that a session has something to do. */
static void
on_wake(void *arg)
{
	struct model *model = arg;

	model->wakes = true;
}

struct session *
model_client(struct model *model, enum peer_right right, uid_t uid)
{
	struct peer peer = { .uid = uid, .pid = 42, .right = right };

	return session_new(&model->host, &peer, on_wake, model);
}

void
model_serve(struct model *model, struct session *session)
{
	model_settle(model);
	while (session_serve(session, model->now_ms))
		model_settle(model);
}

void
model_send(struct model *model, struct session *session, const char *text)
{
	size_t size = strlen(text) + 1;

	if (size <= session_room(session))
		session_feed(session, text, size);
	model_serve(model, session);
}

json_t *
model_receive(struct session *session)
{
	struct bytes *output = session_output(session);
	const char *end;
	json_t *message;
	bool is_short;
	size_t size;

	if (output->size == 0)
		return NULL;
	end = memchr(bytes_first(output), '\0', output->size);
	if (!end)
		return NULL;
	size = (size_t)(end - bytes_first(output));
	message = jsonread(bytes_first(output), size, &is_short);
	bytes_take(output, size + 1);
	return message;
}

json_t *
model_call(struct model *model, struct session *session, const char *method,
    const char *parameters)
{
	size_t size = 128 + strlen(method) +
	    (parameters ? strlen(parameters) : 0);
	char *text = malloc(size);

	if (!text)
		return NULL;
	snprintf(text, size, "{\"method\":\"%s%s\"%s%s}",
	    strchr(method, '.') ? "" : "io.reeve.Control.", method,
	    parameters ? ",\"parameters\":" : "",
	    parameters ? parameters : "");
	model_send(model, session, text);
	free(text);
	return model_receive(session);
}
