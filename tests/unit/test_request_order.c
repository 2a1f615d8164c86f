/*
 * Random clients against a reference. Several ask for changes of the same few
 * children at once; workers are slow, ignore signals and die. There must be an
 * order of the requests that explains all replies: each request is carried out
 * at once, between its call and its reply. Each call has one reply.
 *
 * The reference is a table of what becomes of a child, and what is replied. All
 * the orders that explain the replies so far are kept; there must be one.
 */
#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/worker.h"
#include "model.h"
#include "unit.h"

enum {
	NAMES = 3,		/* children that are asked about */
	CLIENTS = 4,
	STEPS = 20000,
	WORLDS_MAX = 1 << 18,	/* bits of a world, see below */
};

/* How a child is; all that the reference knows of it. */
enum state {
	ABSENT,
	DOWN,
	UP,
	STATES
};

enum verb {
	START,
	TERMINATE,
	RESTART,
	DELETE,
	VERBS
};

/* What is answered; 0 stands for not yet. */
enum answer {
	OK = 1,
	NOT_FOUND,
	STARTED,
	PRESENT,
	RUNNING,
	ANSWERS
};

static const char *const methods[VERBS] = {
	[START] = "StartChild",
	[TERMINATE] = "TerminateChild",
	[RESTART] = "RestartChild",
	[DELETE] = "DeleteChild",
};

static const char *const errors[ANSWERS] = {
	[NOT_FOUND] = "NotFound",
	[STARTED] = "AlreadyStarted",
	[PRESENT] = "AlreadyPresent",
	[RUNNING] = "Running",
};

/* The reference. */
static const struct {
	enum state then;
	enum answer answer;
} rules[VERBS][STATES] = {
	[START] = {
		[ABSENT] = {UP, OK},
		[DOWN] = {DOWN, PRESENT},
		[UP] = {UP, STARTED},
	},
	[TERMINATE] = {
		[ABSENT] = {ABSENT, NOT_FOUND},
		[DOWN] = {DOWN, OK},
		[UP] = {DOWN, OK},
	},
	[RESTART] = {
		[ABSENT] = {ABSENT, NOT_FOUND},
		[DOWN] = {UP, OK},
		[UP] = {UP, RUNNING},
	},
	[DELETE] = {
		[ABSENT] = {ABSENT, NOT_FOUND},
		[DOWN] = {ABSENT, OK},
		[UP] = {UP, RUNNING},
	},
};

/*
 * A world is one possible state of everything: two bits for the state of each
 * child, and three for each client, the answer to its request, if that has been
 * carried out already.
 */
struct history {
	struct model *model;
	struct session *clients[CLIENTS];
	bool waits[CLIENTS];	/* for its reply */
	enum verb verbs[CLIENTS];
	unsigned names[CLIENTS];
	uint32_t *worlds;	/* all that explain the replies */
	size_t count;
	uint8_t *known;		/* a mark for each that there can be */
	uint64_t dice;
	unsigned heard;
};

/* A part of a world. */
static unsigned
part(uint32_t world, unsigned at, unsigned bits)
{
	return world >> at & ((1U << bits) - 1);
}

/* The world with another one in its place. */
static uint32_t
with(uint32_t world, unsigned at, unsigned bits, unsigned value)
{
	return (world & ~(((1U << bits) - 1) << at)) | value << at;
}

#define STATE_AT(name)		(2 * (name))
#define ANSWER_AT(client)	(2 * NAMES + 3 * (client))

/* Keep a world, if it is not known yet. */
static void
keep(struct history *history, uint32_t world)
{
	if (history->known[world])
		return;
	history->known[world] = 1;
	history->worlds[history->count++] = world;
}

/* Add all worlds in which some of the requests that wait were carried out. */
static void
expand(struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		uint32_t world = history->worlds[i];

		for (unsigned c = 0; c < CLIENTS; c++) {
			unsigned at = STATE_AT(history->names[c]);
			unsigned state = part(world, at, 2);

			if (!history->waits[c] ||
			    part(world, ANSWER_AT(c), 3) != 0)
				continue;
			keep(history, with(with(world, at, 2,
			    rules[history->verbs[c]][state].then), ANSWER_AT(c),
			    3, rules[history->verbs[c]][state].answer));
		}
	}
}

/* A client has got an answer: only worlds in which it gets that one stay. */
static void
explain(struct history *history, unsigned client, enum answer answer)
{
	size_t count = history->count;

	history->count = 0;
	for (size_t i = 0; i < count; i++)
		history->known[history->worlds[i]] = 0;
	for (size_t i = 0; i < count; i++)
		if (part(history->worlds[i], ANSWER_AT(client), 3) == answer)
			keep(history, with(history->worlds[i],
			    ANSWER_AT(client), 3, 0));
	history->waits[client] = false;
	history->heard++;
	ck_assert_msg(history->count > 0, "after %u answers: %s of %u cannot "
	    "be answered with %s", history->heard,
	    methods[history->verbs[client]], history->names[client],
	    answer == OK ? "success" : errors[answer]);
}

/* Read an answer. */
static enum answer
read_answer(const json_t *message)
{
	const char *error = json_string_value(json_object_get(message,
	    "error"));
	int answer = OK + 1;

	if (!error)
		return OK;
	error = strrchr(error, '.') + 1;
	while (answer < ANSWERS && strcmp(errors[answer], error) != 0)
		answer++;
	ck_assert_msg(answer < ANSWERS, "answered with %s", error);
	return (enum answer)answer;
}

/* Take all replies; none comes to a client that has not asked. */
static void
listen_to_all(struct history *history)
{
	for (unsigned c = 0; c < CLIENTS; c++) {
		json_t *message;

		model_serve(history->model, history->clients[c]);
		message = model_receive(history->clients[c]);
		if (!message)
			continue;
		ck_assert(history->waits[c]);
		explain(history, c, read_answer(message));
		json_decref(message);
		ck_assert_ptr_null(model_receive(history->clients[c]));
	}
}

/* A client that does not wait asks for something. */
static void
ask(struct history *history)
{
	static const char *const programs[] = {"good", "slow", "deaf"};
	unsigned c = unit_random(&history->dice, CLIENTS);
	enum verb verb = (enum verb)unit_random(&history->dice, VERBS);
	unsigned name = unit_random(&history->dice, NAMES);
	char text[256];

	if (history->waits[c])
		return;
	if (verb == START)
		snprintf(text, sizeof(text), "{\"method\":\"io.reeve.Control."
		    "StartChild\",\"parameters\":{\"supervisor\":\"in\","
		    "\"id\":\"n%u\",\"arguments\":[\"/%s\"]}}", name,
		    programs[unit_random(&history->dice, 3)]);
	else
		snprintf(text, sizeof(text), "{\"method\":\"io.reeve.Control."
		    "%s\",\"parameters\":{\"path\":\"in/n%u\"}}", methods[verb],
		    name);
	history->waits[c] = true;
	history->verbs[c] = verb;
	history->names[c] = name;
	expand(history);
	model_send(history->model, history->clients[c], text);
}

/* Something happens to a child: it is ready at last, or it ends. */
static void
happen(struct history *history)
{
	struct child *child;
	char path[16];

	snprintf(path, sizeof(path), "in/n%u",
	    (unsigned)unit_random(&history->dice, NAMES));
	child = model_child(history->model, path);
	if (!child || worker_of(child)->proc.pid == 0)
		return;
	if (child->state == CHILD_STARTING)
		model_ready(history->model, path);
	else if (child->state == CHILD_UP)
		model_exit(history->model, path,
		    (int)unit_random(&history->dice, 2));
}

/* Begin: there is no child. */
static void
begin(struct history *history, uint64_t seed)
{
	history->model = model_new("[supervisor]\nmax_restarts = 1000000\n"
	    "[supervisor:in]\nmax_restarts = 1000000\n");
	history->worlds = malloc(WORLDS_MAX * sizeof(*history->worlds));
	history->known = calloc(WORLDS_MAX, 1);
	ck_assert(history->model && history->worlds && history->known);
	history->dice = seed;
	for (unsigned c = 0; c < CLIENTS; c++)
		history->clients[c] = model_client(history->model, PEER_OWN,
		    1000 + c);
	keep(history, 0);
}

/* Let all clients that wait get their replies, and check that they do. */
static void
finish(struct history *history)
{
	for (int i = 0; i < 1000; i++) {
		happen(history);
		model_pass(history->model, 1000);
		listen_to_all(history);
	}
	for (unsigned c = 0; c < CLIENTS; c++) {
		ck_assert_msg(!history->waits[c], "a call has no answer");
		session_free(history->clients[c]);
	}
	ck_assert_int_gt((int)history->heard, unit_rounds(STEPS) / 10);
	model_free(history->model);
	free(history->worlds);
	free(history->known);
}

START_TEST(answers_are_explained)
{
	struct history history = { .count = 0 };

	begin(&history, 4711 + (uint64_t)_i);
	for (int step = unit_rounds(STEPS); step > 0; step--) {
		unsigned roll = unit_random(&history.dice, 10);

		if (roll < 5)
			ask(&history);
		else if (roll < 9)
			happen(&history);
		else
			model_pass(history.model,
			    unit_random(&history.dice, 4000));
		listen_to_all(&history);
	}
	finish(&history);
}
END_TEST

UNIT_SUITE(request_order)
{
	Suite *suite = suite_create("request_order");
	TCase *tcase = tcase_create("history");

	tcase_add_loop_test(tcase, answers_are_explained, 0, 10);
	suite_add_tcase(suite, tcase);
	return suite;
}
