/* What a fake world remembers and says of what happens in it. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"

/*
 * The one global of the tests: the allocator's guard is called without an
 * argument, by any function that allocates, and has to know whether a tree is
 * stepping.
 */
static bool stepping;

bool
world_is_stepping(void)
{
	return stepping;
}

void
world_set_stepping(bool is_stepping)
{
	stepping = is_stepping;
}

/* Print one line of the trace. */
static void
print_line(FILE *file, const struct trace_line *line)
{
	fprintf(file, "%10" PRId64 " %-16s %s", line->now_ms, line->what,
	    line->about);
	if (line->by[0])
		fprintf(file, " of %s", line->by);
	if (line->number)
		fprintf(file, " (%" PRIu32 ")", line->number);
	fputc('\n', file);
}

/* Copy a name, cut to fit. */
static void
copy_name(char to[WORLD_NAME_MAX + 1], const char *from)
{
	size_t length = strnlen(from, WORLD_NAME_MAX);

	memcpy(to, from, length);
	to[length] = '\0';
}

void
world_say(struct world *world, const char *what, const char *about,
    const char *by, uint32_t number)
{
	struct trace_line *line =
	    &world->trace[world->traced++ % WORLD_TRACE_LENGTH];

	line->now_ms = world->now_ms;
	line->what = what;
	line->number = number;
	copy_name(line->about, about);
	copy_name(line->by, by);
	if (world->loud)
		print_line(stdout, line);
}

void
world_print_trace(const struct world *world, FILE *file)
{
	uint64_t first = world->traced < WORLD_TRACE_LENGTH ?
	    0 : world->traced - WORLD_TRACE_LENGTH;

	for (uint64_t i = first; i < world->traced; i++)
		print_line(file, &world->trace[i % WORLD_TRACE_LENGTH]);
}

void
world_fatal(struct world *world, const char *format, ...)
{
	va_list args;

	stepping = false;
	fflush(stdout);
	fprintf(stderr, "%" PRId64 " ms, step %" PRIu64 ": ", world->now_ms,
	    world->steps);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	fflush(stderr);
	abort();
}

void
world_mix(struct world *world, uint64_t number)
{
	world->hash = (world->hash ^ number) * 0x9e3779b97f4a7c15ULL;
	world->hash ^= world->hash >> 29;
}

void
world_mix_name(struct world *world, const char *name)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 0x100000001b3ULL;
	world_mix(world, hash);
}

static const char *const note_names[NOTE_TYPE_COUNT] = {
	[NOTE_INIT] = "init",
	[NOTE_STARTED] = "up",
	[NOTE_START_FAILED] = "start failed",
	[NOTE_START_IGNORED] = "start ignored",
	[NOTE_SHORTAGE] = "shortage",
	[NOTE_DELAYED] = "delayed",
	[NOTE_STOP] = "tell to stop",
	[NOTE_KILL] = "kill",
	[NOTE_DOWN] = "down",
	[NOTE_UNKILLABLE] = "unkillable",
	[NOTE_CHILD_TERMINATED] = "child terminated",
	[NOTE_START_ERROR] = "start error",
	[NOTE_SHUTDOWN_ERROR] = "shutdown error",
	[NOTE_GAVE_UP] = "gave up",
	[NOTE_AUTO_SHUTDOWN] = "auto shutdown",
	[NOTE_ANSWER] = "answer",
};

void
world_on_note(void *arg, const struct note *note)
{
	struct world *world = arg;
	const struct request *request = note->request;
	const struct ask *ask = request ? request->user : NULL;
	const char *about = note->child ? note->child->name : "";

	if (world->adopting)
		world_fatal(world, "I21: '%s' is %s by an adoption", about,
		    note_names[note->type]);
	if (request)
		about = request_error_names[request->error];
	world_mix(world, note->type);
	world_mix(world, (uint64_t)(note->now_ms - world->began_ms));
	world_mix(world, note->outcome.end);
	world_mix(world, note->cause);
	world_mix_name(world, about);
	world_say(world, note_names[note->type], about,
	    note->sup ? note->sup->self.name : "",
	    ask ? ask->number : note->outcome.number);
	if (world->hooks->note)
		world->hooks->note(world, note);
}
