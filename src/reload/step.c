/* Carrying out a plan, step by step. */
#include "config.h"

#include "reload/step.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "config/path.h"
#include "engine/build.h"
#include "engine/supervisor.h"
#include "engine/words.h"
#include "engine/worker.h"

/* What each step asks for: in sentences, and of the supervisor. */
static const struct {
	const char *verb;	/* cannot ... */
	const char *noun;	/* the reload asked for ... */
	enum request_type request;
} types[PLAN_TYPE_COUNT] = {
	[PLAN_TERMINATE] = { "stop", "a stop", REQUEST_TERMINATE_CHILD },
	[PLAN_DELETE] = { "delete", "a removal", REQUEST_DELETE_CHILD },
	[PLAN_CODE_CHANGE] = { "change", "a change", REQUEST_CODE_CHANGE },
	[PLAN_START] = { "start", "a start", REQUEST_RESTART_CHILD },
	[PLAN_RESTART] = { "restart", "a restart", REQUEST_PLANNED_RESTART },
};

/* Record what the reload asks for, and for the sake of which keys. */
static uint64_t
record_request(const struct stepper *stepper, enum plan_step_type type,
    const char *path, const char *keys)
{
	bool listed = type == PLAN_CODE_CHANGE && !keys;
	char text[EVENTS_DETAIL_SIZE];

	snprintf(text, sizeof(text), "the reload%s%s%s asked for %s",
	    keys ? " (" : "", keys ? keys : "", keys ? ")" : "",
	    listed ? "another list" : types[type].noun);
	return engine_record(stepper->engine, path, text, stepper->cause);
}

/* Record the step at hand, the first time that it is asked for. */
static void
record_step(struct stepper *stepper)
{
	const struct plan_step *step = stepper->step;
	bool ends = step->type == PLAN_TERMINATE || step->type == PLAN_DELETE;

	if (stepper->asked == 0)
		stepper->asked = record_request(stepper, step->type, step->path,
		    ends ? NULL : stepper->plan->keys[step->node]);
}

/* Record which workers have another policy, now that a supervisor has taken
 * its new list. */
static void
record_changes(const struct stepper *stepper, size_t node)
{
	const struct conf_node *nodes = stepper->conf->nodes;

	for (int i = nodes[node].first; i != -1; i = nodes[i].next)
		if (stepper->plan->keys[i] &&
		    nodes[i].spec.type == SPEC_WORKER &&
		    !(stepper->plan->marks[i] & PLAN_MARK_STARTS))
			record_request(stepper, PLAN_CODE_CHANGE, nodes[i].path,
			    stepper->plan->keys[i]);
}

/* Tell whether an answer means that a step could not be done. */
static bool
is_failure(enum request_error error)
{
	switch (error) {
	case REQUEST_OK:
	case REQUEST_UNDEFINED:
	case REQUEST_NOPROC:		/* it starts with the new definition */
	case REQUEST_SHUTDOWN:		/* so does its next life */
	case REQUEST_NOT_FOUND:		/* gone by itself */
	case REQUEST_RUNNING:
	case REQUEST_RESTARTING:
	case REQUEST_SHORTAGE:		/* it waits, and then it starts */
		return false;
	default:
		return true;
	}
}

/* Say why a step was refused: the core's word, and what is known of it. */
static void
say_why(struct stepper *stepper)
{
	const struct request *request = &stepper->ask.request;
	char more[STEP_WHY_SIZE] = "";

	if (request->error == REQUEST_START_FAILED && request->child)
		words_failure(request->child, more, sizeof(more));
	snprintf(stepper->why, sizeof(stepper->why), "%s%s%s",
	    request_error_names[request->error], *more ? ": " : "", more);
}

/* It is answered; step_take_answer() goes on from there. */
static void
on_answer(struct engine_request *asked)
{
	struct stepper *stepper = list_entry(asked, struct stepper, ask);

	stepper->state = STEP_ANSWERED;
	if (is_failure(asked->request.error))
		say_why(stepper);
}

static int
make_slots(struct stepper *stepper, size_t node, struct request *request)
{
	struct tree *tree = &stepper->engine->tree;
	struct conf *conf = stepper->conf;
	struct child **slots = request->definition;

	for (int i = conf->nodes[node].first; i != -1;
	    i = conf->nodes[i].next) {
		uint8_t marks = stepper->plan->marks[i];
		struct child *slot = build_child(tree, conf, (size_t)i,
		    marks & PLAN_MARK_WHOLE);

		if (!slot)
			return -1;
		slots[request->definition_count++] = slot;
		if (!child_is_sup(slot))
			worker_of(slot)->needs_restart =
			    marks & PLAN_MARK_RESTARTS;
	}
	return 0;
}

/* Free what a code change was to be asked for with. */
static void
drop_code_change(struct request *request)
{
	uint32_t count = request->definition ? request->definition_count : 0;

	for (uint32_t i = 0; i < count; i++)
		build_release(request->definition[i]);
	free(request->definition);
	free(request->ring);
	*request = (struct request){ 0 };
}

/* Make what a code change is asked for with; -1: there is no memory. */
static int
make_code_change(struct stepper *stepper)
{
	struct request *request = &stepper->ask.request;
	size_t node = stepper->step->node;
	const struct spec_flags *flags = &stepper->conf->nodes[node].flags;
	size_t count = build_child_count(stepper->conf, node);
	uint32_t ring_size = 0;
	int64_t *ring = supervisor_ring(flags, &ring_size);

	*request = (struct request){
		.flags = *flags,
		.also_down = true,
		.ring = ring,
		.ring_size = ring_size,
		.definition = calloc(count > 0 ? count : 1,
		    sizeof(struct child *)),
	};
	if (request->ring && request->definition &&
	    make_slots(stepper, node, request) == 0 &&
	    engine_reserve(stepper->engine, request->definition_count) == 0)
		return 0;
	drop_code_change(request);
	return -1;
}

/* Make what a step is asked for with, unless it is asked for once more. */
static int
make_request(struct stepper *stepper)
{
	struct request *request = &stepper->ask.request;

	if (stepper->step->type == PLAN_CODE_CHANGE)
		return request->definition ? 0 : make_code_change(stepper);
	/* while it waits for its turn, the child may be forgotten and freed */
	*request = (struct request){
		.name = path_name(stepper->step->path),
		.waits = true,
	};
	return 0;
}

/* Tell whether there still is something to be done about a child. */
static bool
is_due(const struct plan_step *step, const struct child *child)
{
	if (step->type == PLAN_CODE_CHANGE)
		return child_is_sup(child);
	if (step->type != PLAN_RESTART)
		return child->parent;
	/* if not, its next start runs the new thing, or a sibling's restart was
	 * its own too */
	return child_has_process(child) && child->state != CHILD_UNKILLABLE &&
	    child->parent && worker_of_const(child)->next_program;
}

/* Say that a step was refused; the others are done all the same. */
static void
note_failure(struct stepper *stepper)
{
	const char *verb = types[stepper->step->type].verb;
	const char *path = stepper->step->path;
	char text[SPEC_PATH_SIZE + STEP_WHY_SIZE + 50];

	snprintf(text, sizeof(text), "the reload could not %s it: %s", verb,
	    stepper->why);
	engine_record(stepper->engine, path, text, stepper->cause);
	snprintf(text, sizeof(text), "cannot %s %s: %s", verb, path,
	    stepper->why);
	strlist_add(&stepper->failures, text);
	log_error("reload: %s", text);
}

/* The step at hand is over: the next one is at hand. */
static void
end_step(struct stepper *stepper)
{
	drop_code_change(&stepper->ask.request);
	if (*stepper->why)
		note_failure(stepper);
	stepper->why[0] = '\0';
	stepper->asked = 0;
	stepper->step++;
}

void
step_ask(struct stepper *stepper)
{
	const struct plan_step *step = stepper->step;
	struct child *child = tree_find(&stepper->engine->tree, step->path);
	struct request *request = &stepper->ask.request;

	if (!child || !is_due(step, child)) {
		end_step(stepper);
		return;
	}
	if (make_request(stepper) == -1) {
		snprintf(stepper->why, sizeof(stepper->why), "%s",
		    strerror(ENOMEM));
		end_step(stepper);
		return;
	}
	record_step(stepper);
	request->sup = step->type == PLAN_CODE_CHANGE ? sup_of(child) :
	    child->parent;
	request->type = types[step->type].request;
	request->cause = stepper->asked;
	stepper->state = STEP_ASKED;
	stepper->ask.answered = on_answer;
	engine_ask(stepper->engine, &stepper->ask);
}

bool
step_take_answer(struct stepper *stepper)
{
	struct request *request = &stepper->ask.request;
	enum plan_step_type type;

	if (stepper->state != STEP_ANSWERED)
		return stepper->state == STEP_NEW;
	stepper->state = STEP_NEW;
	type = stepper->step->type;
	if (request->error == REQUEST_SHUTDOWN &&
	    (type == PLAN_CODE_CHANGE || type == PLAN_TERMINATE))
		return true;	/* the supervisor ended before it came to it */
	if (type == PLAN_CODE_CHANGE && request->error == REQUEST_OK) {
		request->definition_count = 0;	/* the old array: no slots */
		record_changes(stepper, stepper->step->node);
	}
	end_step(stepper);
	return true;
}

void
step_release(struct stepper *stepper)
{
	drop_code_change(&stepper->ask.request);
	strlist_release(&stepper->failures);
}
