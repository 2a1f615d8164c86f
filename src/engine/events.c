/* The ring of events. */
#include "config.h"

#include "engine/events.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* An event as it is kept. */
struct record {
	int64_t wall_ms;
	int64_t monotonic_ms;
	uint32_t number;	/* its low bits */
	uint32_t cause_back;	/* number - cause; 0: none */
	int32_t pid;
	int32_t due_in_ms;
	uint16_t path_size;	/* each with its NUL */
	uint16_t detail_size;
	uint8_t type;
	uint8_t op : 4;
	uint8_t strategy : 2;
	uint8_t is_sup : 1;
	uint8_t asked : 1;
	struct spec_outcome outcome;
	char text[];		/* path, detail */
};
static_assert(EVENTS_TYPE_COUNT <= UINT8_MAX, "a type fits");
static_assert(OP_TYPE_COUNT <= 16 && SPEC_STRATEGY_COUNT <= 4, "bits fit");

#define ALIGNMENT	_Alignof(struct record)
#define RECORD_MAX	(sizeof(struct record) + SPEC_PATH_SIZE + \
			    EVENTS_DETAIL_SIZE + ALIGNMENT)
static_assert(RECORD_MAX < EVENTS_BYTES / 16, "a ring of many");

struct events {
	uint64_t first;		/* number of the oldest */
	uint64_t next;		/* number that comes next, or a later one */
	uint32_t head;		/* where the next record goes */
	uint32_t at[EVENTS_COUNT]; /* where the record of a number is */
	_Alignas(struct record) unsigned char bytes[EVENTS_BYTES];
};

struct events *
events_new(void)
{
	struct events *events = calloc(1, sizeof(*events));

	if (events)
		events->first = events->next = 1;
	return events;
}

void
events_free(struct events *events)
{
	free(events);
}

uint64_t
events_first(const struct events *events)
{
	return events->first;
}

uint64_t
events_next(const struct events *events)
{
	return events->next;
}

/* The record of a number that is there. */
static const struct record *
record_of(const struct events *events, uint64_t number)
{
	uint32_t at = events->at[number % EVENTS_COUNT];

	return (const struct record *)(const void *)&events->bytes[at];
}

static uint32_t
record_size(size_t path_size, size_t detail_size)
{
	size_t size = offsetof(struct record, text) + path_size + detail_size;

	return (uint32_t)((size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
}

/* Drop the oldest events while they are in the way of bytes from an offset. */
static void
make_way(struct events *events, uint32_t from, uint32_t to)
{
	while (events->first < events->next) {
		uint32_t at = events->at[events->first % EVENTS_COUNT];

		if (at < from || at >= to)
			return;
		events->first++;
	}
}

/* Find a place for a record: behind the newest, or at the front again. */
static struct record *
place_record(struct events *events, uint32_t size)
{
	if (events->head + size > EVENTS_BYTES) {
		make_way(events, events->head, EVENTS_BYTES);
		events->head = 0;
	}
	make_way(events, events->head, events->head + size);
	return (struct record *)(void *)&events->bytes[events->head];
}

/* See that the next number is this one: what is left out is not there. */
static void
skip_to(struct events *events, uint64_t number)
{
	assert(number >= events->next);
	if (number != events->next)
		events->first = events->next = number;
	else if (events->next - events->first == EVENTS_COUNT)
		events->first++;
}

/* The size that a text has with its NUL, cut to fit. */
static uint16_t
text_size(const char *text, size_t max)
{
	return (uint16_t)(strnlen(text, max - 1) + 1);
}

void
events_add(struct events *events, const struct event *event)
{
	uint16_t path_size = text_size(event->path, SPEC_PATH_SIZE);
	uint16_t detail_size = text_size(event->detail, EVENTS_DETAIL_SIZE);
	uint32_t size = record_size(path_size, detail_size);
	uint64_t back = event->number - event->cause;
	struct record *record;

	skip_to(events, event->number);
	record = place_record(events, size);
	*record = (struct record){
		.wall_ms = event->wall_ms,
		.monotonic_ms = event->monotonic_ms,
		.number = (uint32_t)event->number,
		.cause_back = event->cause == 0 || back > UINT32_MAX ?
		    0 : (uint32_t)back,
		.pid = event->pid,
		.due_in_ms = event->due_in_ms > INT32_MAX ? INT32_MAX :
		    (int32_t)event->due_in_ms,
		.path_size = path_size,
		.detail_size = detail_size,
		.type = (uint8_t)event->type,
		.op = event->op & 15U,
		.strategy = event->strategy & 3U,
		.is_sup = event->is_sup,
		.asked = event->asked,
		.outcome = event->outcome,
	};
	memcpy(record->text, event->path, path_size - 1U);
	record->text[path_size - 1] = '\0';
	memcpy(record->text + path_size, event->detail, detail_size - 1U);
	record->text[path_size + detail_size - 1] = '\0';
	events->at[event->number % EVENTS_COUNT] = events->head;
	events->head += size;
	events->next++;
}

bool
events_find(const struct events *events, uint64_t number,
    struct event *ret_event)
{
	const struct record *record;

	if (number < events->first || number >= events->next)
		return false;
	record = record_of(events, number);
	assert(record->number == (uint32_t)number);
	*ret_event = (struct event){
		.number = number,
		.cause = record->cause_back ? number - record->cause_back : 0,
		.wall_ms = record->wall_ms,
		.monotonic_ms = record->monotonic_ms,
		.due_in_ms = record->due_in_ms,
		.path = record->text,
		.detail = record->text + record->path_size,
		.pid = record->pid,
		.type = record->type,
		.outcome = record->outcome,
		.op = (enum op_type)record->op,
		.strategy = (enum spec_strategy)record->strategy,
		.is_sup = record->is_sup,
		.asked = record->asked,
	};
	return true;
}
