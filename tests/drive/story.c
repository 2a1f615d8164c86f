/* The steps of a scenario, one after the other. */
#include "drive/drive.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* The connections that a turn may hear. */
struct ears {
	struct pollfd *fds;
	struct actor **actors;	/* by index; NULL: it is none */
	struct asked **calls;
	size_t count;
};

/* The word of a step, or "". */
static const char *
word(const struct drive *drive, size_t i)
{
	return i < drive->line->count ? drive->line->words[i] : "";
}

/* How many links are in a list. */
static size_t
length(const struct list *list)
{
	size_t count = 0;

	for (const struct list *link = list->next; link != list;
	    link = link->next)
		count++;
	return count;
}

/* Add a descriptor to hear. */
static void
add_ear(struct ears *ears, int fd, struct actor *actor, struct asked *asked)
{
	ears->fds[ears->count] = (struct pollfd){ .fd = fd, .events = POLLIN };
	ears->actors[ears->count] = actor;
	ears->calls[ears->count++] = asked;
}

/* Collect all descriptors that may have news: the door and the stream first. */
static struct ears
open_ears(const struct drive *drive)
{
	size_t room = 2 + length(&drive->actors) + length(&drive->calls);
	struct ears ears = {
		.fds = calloc(room, sizeof(*ears.fds)),
		.actors = calloc(room, sizeof(struct actor *)),
		.calls = calloc(room, sizeof(struct asked *)),
	};
	struct list *link;

	if (!ears.fds || !ears.actors || !ears.calls)
		abort();
	add_ear(&ears, drive->door, NULL, NULL);
	add_ear(&ears, drive->stream.fd, NULL, NULL);
	for (link = drive->actors.next; link != &drive->actors;
	    link = link->next) {
		struct actor *actor = list_entry(link, struct actor, link);

		add_ear(&ears, actor->fd, actor, NULL);
	}
	for (link = drive->calls.next; link != &drive->calls;
	    link = link->next) {
		struct asked *asked = list_entry(link, struct asked, link);

		add_ear(&ears, asked->wire.fd, NULL, asked);
	}
	return ears;
}

/* Free them. */
static void
close_ears(struct ears *ears)
{
	free(ears->fds);
	free(ears->actors);
	free(ears->calls);
}

/* Take the news that come within a time; false: there were none. */
static bool
turn(struct drive *drive, int wait_ms)
{
	struct ears ears = open_ears(drive);
	int count = poll(ears.fds, ears.count, wait_ms);

	for (size_t i = 0; i < ears.count && count > 0; i++) {
		if (ears.fds[i].revents == 0)
			continue;
		if (ears.actors[i]) {
			if (!actors_hear(drive, ears.actors[i]))
				actors_drop(ears.actors[i]);
		} else if (ears.calls[i]) {
			calls_hear(drive, ears.calls[i]);
		} else if (ears.fds[i].fd == drive->door) {
			actors_accept(drive);
		} else {
			events_take(drive);
		}
	}
	close_ears(&ears);
	if (drive->stream.ended)
		daemon_reap(drive);
	return count > 0;
}

/* How many lines the expected trace has in the present step. */
static size_t
lines_wanted(const struct drive *drive)
{
	const struct lines *expected = drive->expected;
	uint32_t step = 0;
	size_t count = 0;

	for (size_t i = 0; i < expected->count; i++) {
		const char *first = expected->at[i].words[0];

		if (strcmp(first, "alive") == 0)
			break;
		if (strcmp(first, "step") == 0)
			step++;
		else if (step == drive->number)
			count++;
	}
	return count;
}

/* Tell whether every change that was asked for is in a mailbox. */
static bool
all_accepted(const struct drive *drive)
{
	struct list *link;

	for (link = drive->calls.next; link != &drive->calls;
	    link = link->next) {
		const struct asked *asked = list_entry(link, struct asked,
		    link);

		if (!asked->is_read && !asked->accepted)
			return false;
	}
	return true;
}

/* Let everything happen that is going to. */
static void
settle(struct drive *drive)
{
	int64_t until_ms = clock_ms() + DRIVE_PATIENCE_MS;
	size_t wanted = lines_wanted(drive);

	while (drive->trace.count - drive->begun < wanted ||
	    !all_accepted(drive)) {
		int64_t left_ms = until_ms - clock_ms();

		if (left_ms <= 0 || (!drive->daemon && !turn(drive, 0) &&
		    list_is_empty(&drive->calls))) {
			drive->lost = true;
			break;
		}
		turn(drive, (int)left_ms);
	}
	do
		events_take_all(drive);
	while (turn(drive, 0));
}

/* Say that the step does not apply. */
static void
skip(struct drive *drive, const char *why)
{
	emit(drive, "skip %" PRIu32 " %s", drive->number, why);
}

/* Tell whether a role has a process. */
static bool
is_live(const struct role *role)
{
	return role->live && role->def->type == SPEC_WORKER;
}

/* A count of a step: a number, or -1 for "always". */
static int
count_word(const struct drive *drive, size_t i)
{
	if (strcmp(word(drive, i), "always") == 0)
		return -1;
	return (int)strtol(word(drive, i), NULL, 10);
}

/* start */
static void
step_start(struct drive *drive)
{
	daemon_reap(drive);
	drive->start = drive->number;
	daemon_start(drive);
}

/* stop */
static void
step_stop(struct drive *drive)
{
	if (!drive->daemon || drive->top->state == ROLE_DOWN) {
		emit_result(drive, drive->number, "error noproc");
		return;
	}
	drive->stop = drive->number;
	wire_call(&drive->look, "Shutdown", NULL, false);
	json_decref(wire_next(&drive->look, clock_ms() + DRIVE_PATIENCE_MS));
}

/* exit X REASON */
static void
step_exit(struct drive *drive)
{
	struct role *role = role_find(drive, word(drive, 1), is_live);

	if (!role)
		skip(drive, "not_running");
	else if (role->state == ROLE_STOPPING)
		skip(drive, "stopping");
	else if (role->parent->state == ROLE_STARTING)
		skip(drive, "starting");
	else
		actors_end(drive, actors_of(drive, role), word(drive, 2));
}

/* fail X N */
static void
step_fail(struct drive *drive)
{
	def_of(drive, word(drive, 1))->fails = count_word(drive, 2);
}

/* ignore X N */
static void
step_ignore(struct drive *drive)
{
	def_of(drive, word(drive, 1))->ignores = count_word(drive, 2);
}

/* hold X */
static void
step_hold(struct drive *drive)
{
	def_of(drive, word(drive, 1))->hold = true;
}

/* on_term X V */
static void
step_on_term(struct drive *drive)
{
	def_of(drive, word(drive, 1))->on_term = word(drive, 2);
}

/* release X [REASON] */
static void
step_release(struct drive *drive)
{
	struct actor *actor = actors_held(drive, word(drive, 1));

	def_of(drive, word(drive, 1))->hold = false;
	if (actor)
		actors_release(drive, actor, word(drive, 2));
	else
		skip(drive, "not_held");
}

/* define worker X [key=value ...] */
static void
step_define(struct drive *drive)
{
	struct def *def = def_of(drive, word(drive, 2));

	settings_take(&def->settings, drive->line, 3);
	def->is_made_up = false;
}

static const struct {
	const char *word;
	void (*handler)(struct drive *drive);
} handlers[] = {
	{ "start", step_start },
	{ "stop", step_stop },
	{ "exit", step_exit },
	{ "fail", step_fail },
	{ "ignore", step_ignore },
	{ "hold", step_hold },
	{ "on_term", step_on_term },
	{ "release", step_release },
	{ "define", step_define },
};

/* Do one step. */
static void
do_step(struct drive *drive, const struct line *line)
{
	const size_t count = sizeof(handlers) / sizeof(handlers[0]);
	size_t i = 0;

	drive->line = line;
	drive->number++;
	emit(drive, "step %" PRIu32 " %s", drive->number, line->text);
	drive->begun = drive->trace.count;
	while (i < count && strcmp(handlers[i].word, line->words[0]) != 0)
		i++;
	if (i < count)
		handlers[i].handler(drive);
	else if (strcmp(line->words[0], "unasked") == 0)
		return;
	else if (!calls_step(drive))
		emit(drive, "there is no such step");
	settle(drive);
}

/* The definition of the root. */
static struct def *
find_root(const struct scenario *scenario)
{
	struct def *def = scenario->defs;

	while (def && def->parent)
		def = def->next;
	if (!def)
		abort();
	return def;
}

void
drive_play(struct drive *drive)
{
	struct role *top = arena_alloc(drive->arena, 1, sizeof(*top));

	list_init(&drive->roles);
	list_init(&drive->actors);
	list_init(&drive->calls);
	top->def = find_root(drive->scenario);
	top->name = top->def->name;
	top->settings = top->def->settings;
	drive->top = top;
	drive->wrapped = top->def->type == SPEC_DYNAMIC;
	top->path = drive->wrapped ? top->name : "/";
	list_init(&top->link);
	list_append(&drive->roles, &top->link);
	if (drive->wrapped)
		top->parent = role_at(drive, "/");
	daemon_open(drive);
	emit(drive, "trace 1");
	for (size_t i = 0; i < drive->scenario->step_count && !drive->lost;
	    i++)
		do_step(drive, &drive->scenario->steps[i]);
	if (drive->top->state == ROLE_DOWN)
		daemon_reap(drive);
	calls_emit_alive(drive);
	daemon_kill(drive);
	emit(drive, "end");
}

/* Tell whether a line is an answer. */
static bool
is_result(const struct line *line)
{
	return strcmp(line->words[0], "result") == 0;
}

/* Put a result behind all of the step that are not of a later one. */
static void
insert_result(struct lines *out, size_t begun, const struct line *line)
{
	size_t i = out->count++;

	for (; i > begun && is_result(&out->at[i - 1]) &&
	    strtol(out->at[i - 1].words[1], NULL, 10) >
	    strtol(line->words[1], NULL, 10); i--)
		out->at[i] = out->at[i - 1];
	out->at[i] = *line;
}

struct lines
drive_order(struct arena *arena, const struct lines *trace)
{
	struct lines out = {
		.at = arena_alloc(arena, trace->count + 1, sizeof(*out.at)),
	};
	size_t i = 0, end;

	while (i < trace->count) {
		size_t begun;

		out.at[out.count++] = trace->at[i++];
		for (end = i; end < trace->count &&
		    strcmp(trace->at[end].words[0], "step") != 0 &&
		    strcmp(trace->at[end].words[0], "alive") != 0; end++)
			if (!is_result(&trace->at[end]))
				out.at[out.count++] = trace->at[end];
		begun = out.count;
		for (; i < end; i++)
			if (is_result(&trace->at[i]))
				insert_result(&out, begun, &trace->at[i]);
	}
	return out;
}
