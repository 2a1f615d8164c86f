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
	uint8_t how;
	uint8_t exit;		/* code or signal */
	uint8_t end;
	uint8_t end_stopped;
	char text[];		/* path, detail */
};
static_assert(EVENTS_TYPE_COUNT <= UINT8_MAX, "a type fits");
static_assert(OP_TYPE_COUNT <= 16 && SPEC_STRATEGY_COUNT <= 4, "bits fit");

#define ALIGNMENT	_Alignof(struct record)
#define RECORD_MAX	(sizeof(struct record) + EVENTS_PATH_SIZE + \
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

/* Bytes that a record takes. */
static uint32_t
size_of(size_t path_size, size_t detail_size)
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
place(struct events *events, uint32_t size)
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
events_add(struct events *events, const struct event *happening)
{
	uint16_t path_size = text_size(happening->path, EVENTS_PATH_SIZE);
	uint16_t detail_size = text_size(happening->detail, EVENTS_DETAIL_SIZE);
	uint32_t size = size_of(path_size, detail_size);
	uint64_t back = happening->number - happening->cause;
	struct record *record;

	skip_to(events, happening->number);
	record = place(events, size);
	*record = (struct record){
		.wall_ms = happening->wall_ms,
		.monotonic_ms = happening->monotonic_ms,
		.number = (uint32_t)happening->number,
		.cause_back = happening->cause == 0 || back > UINT32_MAX ?
		    0 : (uint32_t)back,
		.pid = happening->pid,
		.due_in_ms = happening->due_in_ms > INT32_MAX ? INT32_MAX :
		    (int32_t)happening->due_in_ms,
		.path_size = path_size,
		.detail_size = detail_size,
		.type = (uint8_t)happening->type,
		.op = happening->op & 15U,
		.strategy = happening->strategy & 3U,
		.is_sup = happening->is_sup,
		.asked = happening->asked,
		.how = happening->outcome.how,
		.exit = happening->outcome.number,
		.end = happening->outcome.end,
		.end_stopped = happening->outcome.end_stopped,
	};
	memcpy(record->text, happening->path, path_size - 1U);
	record->text[path_size - 1] = '\0';
	memcpy(record->text + path_size, happening->detail, detail_size - 1U);
	record->text[path_size + detail_size - 1] = '\0';
	events->at[happening->number % EVENTS_COUNT] = events->head;
	events->head += size;
	events->next++;
}

bool
events_find(const struct events *events, uint64_t number,
    struct event *ret_happening)
{
	const struct record *record;

	if (number < events->first || number >= events->next)
		return false;
	record = record_of(events, number);
	assert(record->number == (uint32_t)number);
	*ret_happening = (struct event){
		.number = number,
		.cause = record->cause_back ? number - record->cause_back : 0,
		.wall_ms = record->wall_ms,
		.monotonic_ms = record->monotonic_ms,
		.due_in_ms = record->due_in_ms,
		.path = record->text,
		.detail = record->text + record->path_size,
		.pid = record->pid,
		.type = record->type,
		.outcome = {
			.how = record->how,
			.number = record->exit,
			.end = record->end,
			.end_stopped = record->end_stopped,
		},
		.op = (enum op_type)record->op,
		.strategy = (enum spec_strategy)record->strategy,
		.is_sup = record->is_sup,
		.asked = record->asked,
	};
	return true;
}
