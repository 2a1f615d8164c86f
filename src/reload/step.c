/* Carrying out a plan, step by step. */
#include "config.h"

#include "reload/step.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/path.h"
#include "engine/build.h"
#include "engine/supervisor.h"
#include "engine/words.h"
#include "engine/worker.h"

/* What a reload asks for, for people. */
static const char *const nouns[PLAN_TYPE_COUNT] = {
	[PLAN_TERMINATE] = "a stop",
	[PLAN_DELETE] = "a removal",
	[PLAN_CODE_CHANGE] = "a change",
	[PLAN_START] = "a start",
	[PLAN_RESTART] = "a restart",
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
	    listed ? "another list" : nouns[type]);
	return engine_record(stepper->engine, path, text, stepper->cause);
}

/* Record the step at hand, the first time that it is asked for. */
static void
record_step(struct stepper *stepper, const struct plan_step *step)
{
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

/* It is answered; reload_go_on() takes the answer in its turn. */
static void
on_answer(struct engine_request *asked)
{
	struct stepper *stepper = list_entry(asked, struct stepper, ask);

	stepper->answered = true;
	stepper->why[0] = '\0';
	if (is_failure(asked->request.error))
		say_why(stepper);
}

static enum step_outcome
ask_sup(struct stepper *stepper, const struct plan_step *step, struct sup *sup,
    enum request_type type)
{
	struct request *request = &stepper->ask.request;

	record_step(stepper, step);
	request->sup = sup;
	request->type = type;
	request->cause = stepper->asked;
	stepper->answered = false;
	stepper->ask.answered = on_answer;
	engine_ask(stepper->engine, &stepper->ask);
	return STEP_ASKED;
}

/* Ask for something about a child; its supervisor may be gone. */
static enum step_outcome
ask_child(struct stepper *stepper, const struct plan_step *step,
    enum request_type type)
{
	struct child *child = tree_find(&stepper->engine->tree,
	    step->path);

	if (!child || !child->parent)
		return STEP_SKIPPED;
	/* while it waits for its turn, the child may be forgotten and freed */
	stepper->ask.request = (struct request){
		.name = path_name(step->path),
		.waits = true,
	};
	return ask_sup(stepper, step, child->parent, type);
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
make_code_change(struct stepper *stepper, const struct plan_step *step)
{
	struct request *request = &stepper->ask.request;
	const struct spec_flags *flags =
	    &stepper->conf->nodes[step->node].flags;
	size_t count = build_child_count(stepper->conf, step->node);
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
	    make_slots(stepper, step->node, request) == 0 &&
	    engine_reserve(stepper->engine, request->definition_count) == 0)
		return 0;
	drop_code_change(request);
	return -1;
}

/* Ask a supervisor to take its new flags and children; perhaps once more. */
static enum step_outcome
ask_code_change(struct stepper *stepper, const struct plan_step *step)
{
	struct child *child = tree_find(&stepper->engine->tree,
	    step->path);

	if (!child || !child_is_sup(child)) {
		step_drop(stepper);
		return STEP_SKIPPED;
	}
	if (!stepper->ask.request.definition &&
	    make_code_change(stepper, step) < 0)
		return STEP_FAILED;
	return ask_sup(stepper, step, sup_of(child), REQUEST_CODE_CHANGE);
}

/* Stop and start a child that is to run another thing, if it runs. */
static enum step_outcome
ask_restart(struct stepper *stepper, const struct plan_step *step)
{
	const struct child *child = tree_find(&stepper->engine->tree,
	    step->path);

	if (!child || !child_has_process(child) ||
	    child->state == CHILD_UNKILLABLE)
		return STEP_SKIPPED; /* its next start runs the new thing */
	if (!worker_of_const(child)->next_program)
		return STEP_SKIPPED; /* restarted with a sibling already */
	return ask_child(stepper, step, REQUEST_PLANNED_RESTART);
}

enum step_outcome
step_ask(struct stepper *stepper, const struct plan_step *step)
{
	switch (step->type) {
	case PLAN_TERMINATE:
		return ask_child(stepper, step, REQUEST_TERMINATE_CHILD);
	case PLAN_DELETE:
		return ask_child(stepper, step, REQUEST_DELETE_CHILD);
	case PLAN_CODE_CHANGE:
		return ask_code_change(stepper, step);
	case PLAN_START:
		return ask_child(stepper, step, REQUEST_RESTART_CHILD);
	default:
		return ask_restart(stepper, step);
	}
}

const char *
step_answer(struct stepper *stepper, const struct plan_step *step,
    bool *ret_again)
{
	struct request *request = &stepper->ask.request;
	enum request_error error = request->error;

	*ret_again = error == REQUEST_SHUTDOWN &&
	    (step->type == PLAN_CODE_CHANGE || step->type == PLAN_TERMINATE);
	if (*ret_again)
		return NULL;
	stepper->asked = 0;
	if (step->type == PLAN_CODE_CHANGE && error == REQUEST_OK) {
		request->definition_count = 0;	/* the old array: no slots */
		record_changes(stepper, step->node);
	}
	step_drop(stepper);
	return *stepper->why ? stepper->why : NULL;
}

void
step_drop(struct stepper *stepper)
{
	const struct request *request = &stepper->ask.request;

	if (request->definition || request->ring)
		drop_code_change(&stepper->ask.request);
}
