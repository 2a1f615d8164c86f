/* Events: the ring, their causes, and the sentences about them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/eventtext.h"
#include "engine/eventnote.h"
#include "engine/events.h"
#include "model.h"
#include "unit.h"

/* Add an event of that number about a path. */
static void
add(struct events *events, uint64_t number, const char *path)
{
	events_add(events, &(struct event){
		.number = number,
		.cause = number / 2,
		.wall_ms = (int64_t)number * 3,
		.monotonic_ms = (int64_t)number * 2,
		.due_in_ms = (int64_t)number % 3 - 1,
		.path = path,
		.detail = number % 2 ? "odd" : "",
		.pid = (pid_t)number,
		.type = (unsigned)(number % EVENTS_TYPE_COUNT),
		.outcome = { 1, 2, 3, 4 },
		.op = OP_PLANNED_RESTART,
		.strategy = SPEC_REST_FOR_ONE,
		.is_sup = number % 2,
		.asked = number % 4 == 0,
	});
}

/* Check that an event is as add() made it. */
static void
check_event(const struct events *events, uint64_t number, const char *path)
{
	struct event found;

	ck_assert(events_find(events, number, &found));
	ck_assert_uint_eq(found.number, number);
	ck_assert_uint_eq(found.cause, number / 2);
	ck_assert_int_eq(found.wall_ms, (int64_t)number * 3);
	ck_assert_int_eq(found.monotonic_ms, (int64_t)number * 2);
	ck_assert_int_eq(found.due_in_ms, (int64_t)number % 3 - 1);
	ck_assert_str_eq(found.path, path);
	ck_assert_str_eq(found.detail, number % 2 ? "odd" : "");
	ck_assert_int_eq(found.pid, (pid_t)number);
	ck_assert_uint_eq(found.type, number % EVENTS_TYPE_COUNT);
	ck_assert_int_eq(found.outcome.end_stopped, 4);
	ck_assert_int_eq(found.op, OP_PLANNED_RESTART);
	ck_assert_int_eq(found.strategy, SPEC_REST_FOR_ONE);
	ck_assert(found.is_sup == (number % 2 == 1));
	ck_assert(found.asked == (number % 4 == 0));
}

START_TEST(ring_keeps_the_promised_number)
{
	struct events *events = events_new();
	const char path[] = "pool/worker-00000-xy";
	uint64_t number;

	ck_assert_uint_eq(strlen(path), 20);
	for (number = 1; number <= 3 * EVENTS_COUNT; number++)
		add(events, number, number % 2 ? "p-17-characters.." : path);
	ck_assert_uint_eq(events_next(events), number);
	ck_assert_uint_ge(number - events_first(events), EVENTS_COUNT - 1);
	for (uint64_t i = events_first(events); i < number; i++)
		check_event(events, i, i % 2 ? "p-17-characters.." : path);
	events_free(events);
}
END_TEST

/* Paths of all lengths, through the end of the ring many times. */
START_TEST(ring_wraps_with_records_of_any_size)
{
	struct events *events = events_new();
	char paths[64][SPEC_PATH_SIZE];
	uint64_t seed = 5, rounds = (uint64_t)unit_rounds(20000);

	for (int i = 0; i < 64; i++) {
		size_t len = unit_random(&seed, i < 32 ? 40 :
		    SPEC_PATH_SIZE);

		memset(paths[i], 'a' + i % 26, len);
		paths[i][len] = '\0';
	}
	for (uint64_t number = 1; number < rounds; number++) {
		add(events, number, paths[number % 64]);
		ck_assert_uint_eq(events_next(events), number + 1);
		check_event(events, number, paths[number % 64]);
		check_event(events, events_first(events),
		    paths[events_first(events) % 64]);
	}
	ck_assert_uint_gt(events_next(events) - events_first(events), 400);
	events_free(events);
}
END_TEST

START_TEST(what_is_not_there_is_not_found)
{
	struct events *events = events_new();
	struct event found;

	ck_assert(!events_find(events, 0, &found));
	ck_assert(!events_find(events, 1, &found));
	add(events, 1, "a");
	ck_assert(events_find(events, 1, &found));
	ck_assert(!events_find(events, 2, &found));
	add(events, 5, "b");	/* a gap: what was before is given up */
	ck_assert(!events_find(events, 1, &found));
	ck_assert(!events_find(events, 4, &found));
	check_event(events, 5, "b");
	events_free(events);
}
END_TEST

START_TEST(long_texts_are_cut)
{
	struct events *events = events_new();
	char text[2000];
	struct event found;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	events_add(events, &(struct event){
		.number = 1,
		.path = text,
		.detail = text,
	});
	ck_assert(events_find(events, 1, &found));
	ck_assert_uint_eq(strlen(found.path), SPEC_PATH_SIZE - 1);
	ck_assert_uint_eq(strlen(found.detail), EVENTS_DETAIL_SIZE - 1);
	events_free(events);
}
END_TEST

static const char shop[] =
    "[supervisor]\n"
    "strategy = rest_for_one\n"
    "max_restarts = 3\n"
    "[worker:db]\ncommand = /good\n"
    "[supervisor:web]\nstrategy = one_for_all\nmax_restarts = 1\n"
    "[worker:web/app]\ncommand = /good\n"
    "[worker:web/cache]\ncommand = /good\n"
    "[worker:late]\ncommand = /good\nrestart_delay = 250ms\n";

/* Find the last event of a type about a path. */
static uint64_t
last_of(const struct model *model, unsigned type, const char *path)
{
	const struct events *events = model->host.events;
	struct event found;

	for (uint64_t i = events_next(events); i-- > events_first(events);)
		if (events_find(events, i, &found) && found.type == type &&
		    strcmp(found.path, path) == 0)
			return i;
	ck_abort_msg("no event of type %u about %s", type, path);
	return 0;
}

/* Check what is said of the last event of a type about a path. */
static void
check_text(const struct model *model, unsigned type, const char *path,
    const char *expected)
{
	struct event found;
	char text[EVENTTEXT_SIZE];

	ck_assert(events_find(model->host.events, last_of(model, type, path),
	    &found));
	eventtext_describe(model->host.events, &found, text, sizeof(text));
	ck_assert_str_eq(text, expected);
}

/* Check that each event is due to an earlier one, or to none. */
static void
check_causes(const struct model *model)
{
	const struct events *events = model->host.events;
	struct event found;

	ck_assert_uint_eq(events_first(events), 1);
	for (uint64_t i = 1; i < events_next(events); i++) {
		ck_assert(events_find(events, i, &found));
		ck_assert_uint_lt(found.cause, i);
	}
}

START_TEST(strategy_is_named_as_the_reason)
{
	struct model *model = model_new(shop);

	model_exit(model, "db", 1);
	check_text(model, NOTE_DOWN, "db", "exited with code 1");
	check_text(model, NOTE_CHILD_TERMINATED, "db",
	    "report: exited with code 1");
	check_text(model, NOTE_STARTED, "db",
	    "started, pid 105, because it exited with code 1");
	check_text(model, NOTE_STOP, "web", "was told to stop, because db "
	    "exited with code 1, and the root is rest_for_one");
	check_text(model, NOTE_STARTED, "web/app", "started, pid 106, because "
	    "db exited with code 1, and the root is rest_for_one");
	model_exit(model, "web/cache", -9);
	check_text(model, NOTE_STARTED, "web/app", "started, pid 109, because "
	    "web/cache was killed by SIGKILL, and web is one_for_all");
	check_causes(model);
	model_free(model);
}
END_TEST

START_TEST(escalation_is_named_as_the_reason)
{
	struct model *model = model_new(shop);

	model_exit(model, "web/app", 3);
	model_exit(model, "web/app", 4);
	check_text(model, NOTE_GAVE_UP, "web", "gave up: more than 1 restart "
	    "in 5s, because web/app exited with code 4");
	check_text(model, NOTE_STOP, "web/cache", "was told to stop, because "
	    "web gave up: more than 1 restart in 5s; that was because web/app "
	    "exited with code 4");
	check_text(model, NOTE_STARTED, "web", "is up, because it gave up: "
	    "more than 1 restart in 5s; that was because web/app exited with "
	    "code 4");
	check_text(model, NOTE_STARTED, "late", "started, pid 109, because "
	    "web gave up: more than 1 restart in 5s, and the root is "
	    "rest_for_one; that was because web/app exited with code 4");
	check_causes(model);
	model_free(model);
}
END_TEST

START_TEST(first_start_has_no_reason)
{
	struct model *model = model_new(shop);

	check_text(model, NOTE_INIT, "/", "starts its children");
	check_text(model, NOTE_STARTED, "web/app", "started, pid 102");
	check_causes(model);
	model_free(model);
}
END_TEST

START_TEST(delay_and_retry_are_told)
{
	struct model *model = model_new(shop);
	struct event found;
	char text[EVENTTEXT_SIZE];

	model_exit(model, "late", 0);
	ck_assert(events_find(model->host.events, last_of(model, NOTE_DELAYED,
	    "late"), &found));
	ck_assert_int_ge(found.due_in_ms, 250);
	eventtext_describe(model->host.events, &found, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "is to be restarted in "));
	ck_assert_ptr_nonnull(strstr(text, "because it exited with code 0"));
	model_pass(model, 1000);
	check_text(model, NOTE_STARTED, "late",
	    "started, pid 105, because it exited with code 0");
	check_causes(model);
	model_free(model);
}
END_TEST

START_TEST(failed_start_says_why)
{
	struct model *model = model_new(
	    "[worker:a]\ncommand = /good\n[worker:b]\ncommand = /bad\n");

	ck_assert(model->ended);
	check_text(model, NOTE_START_FAILED, "b",
	    "failed to start: it is bad");
	check_text(model, NOTE_STOP, "a", "was told to stop, because b failed "
	    "to start: it is bad");
	check_text(model, NOTE_START_FAILED, "/", "failed to start: because "
	    "of b, because b failed to start: it is bad");
	check_causes(model);
	model_free(model);
}
END_TEST

START_TEST(request_is_the_reason)
{
	struct model *model = model_new(shop);
	struct session *client = model_client(model, PEER_CHANGE, 1000);

	json_decref(model_call(model, client, "Restart",
	    "{\"path\":\"web/app\"}"));
	check_text(model, NOTE_STOP, "web/cache", "was told to stop, because "
	    "uid 1000, pid 42, asked for Restart of web/app, and web is "
	    "one_for_all");
	check_text(model, NOTE_DOWN, "web/cache", "was killed by SIGTERM, "
	    "because uid 1000, pid 42, asked for Restart of web/app, and web "
	    "is one_for_all");
	check_causes(model);
	session_free(client);
	model_free(model);
}
END_TEST

/* A signal explains a death by that signal, and no other end. */
START_TEST(signal_is_the_reason_for_what_it_does)
{
	struct model *model = model_new(shop);
	struct session *client = model_client(model, PEER_CHANGE, 1000);

	json_decref(model_call(model, client, "Signal",
	    "{\"path\":\"late\",\"signal\":\"KILL\"}"));
	check_text(model, NOTE_DOWN, "late", "was killed by SIGKILL, because "
	    "uid 1000, pid 42, asked for Signal of late");
	model_pass(model, 1000);
	json_decref(model_call(model, client, "Signal",
	    "{\"path\":\"late\",\"signal\":\"HUP\"}"));
	model_exit(model, "late", 7);
	check_text(model, NOTE_DOWN, "late", "exited with code 7");
	check_causes(model);
	session_free(client);
	model_free(model);
}
END_TEST

START_TEST(end_of_the_tree_is_due_to_who_asked)
{
	struct model *model = model_new(shop);
	uint64_t asked = eventnote_request(model->host.events,
	    &model->engine.tree, "/", "got SIGTERM", 0, 0);

	model_stop_for(model, false, asked);
	ck_assert(model->ended);
	check_text(model, NOTE_DOWN, "web/app",
	    "was killed by SIGTERM, because got SIGTERM");
	check_causes(model);
	model_free(model);
}
END_TEST

START_TEST(event_as_an_object)
{
	struct model *model = model_new(shop);
	struct event found;
	json_t *event, *end;

	model_exit(model, "db", -15);
	ck_assert(events_find(model->host.events, last_of(model, NOTE_DOWN,
	    "db"), &found));
	event = eventtext_json(model->host.events, &found);
	end = json_object_get(event, "end");
	ck_assert_str_eq(json_string_value(json_object_get(event, "type")),
	    "down");
	ck_assert_str_eq(json_string_value(json_object_get(event, "path")),
	    "db");
	ck_assert_int_eq(json_integer_value(json_object_get(event, "pid")),
	    101);
	ck_assert_str_eq(json_string_value(json_object_get(end, "how")),
	    "signalled");
	ck_assert_str_eq(json_string_value(json_object_get(end, "signal")),
	    "TERM");
	ck_assert_str_eq(json_string_value(json_object_get(end, "class")),
	    "shutdown");
	ck_assert_ptr_null(json_object_get(event, "cause"));
	json_decref(event);
	model_free(model);
}
END_TEST

UNIT_SUITE(events)
{
	Suite *suite = suite_create("events");
	TCase *tcase = tcase_create("events");

	tcase_add_test(tcase, ring_keeps_the_promised_number);
	tcase_add_test(tcase, ring_wraps_with_records_of_any_size);
	tcase_add_test(tcase, what_is_not_there_is_not_found);
	tcase_add_test(tcase, long_texts_are_cut);
	tcase_add_test(tcase, strategy_is_named_as_the_reason);
	tcase_add_test(tcase, escalation_is_named_as_the_reason);
	tcase_add_test(tcase, first_start_has_no_reason);
	tcase_add_test(tcase, delay_and_retry_are_told);
	tcase_add_test(tcase, failed_start_says_why);
	tcase_add_test(tcase, request_is_the_reason);
	tcase_add_test(tcase, signal_is_the_reason_for_what_it_does);
	tcase_add_test(tcase, end_of_the_tree_is_due_to_who_asked);
	tcase_add_test(tcase, event_as_an_object);
	suite_add_tcase(suite, tcase);
	return suite;
}
