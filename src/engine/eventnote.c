/* From notes of the core to events. */
#include "config.h"

#include "engine/eventnote.h"

#include <stdio.h>

#include "base/clock.h"
#include "engine/words.h"
#include "engine/worker.h"

/* The child that a note is about; two notes are about the supervisor. */
static const struct child *
subject(const struct note *note)
{
	if (note->type == NOTE_GAVE_UP || note->type == NOTE_AUTO_SHUTDOWN)
		return &note->sup->self;
	return note->child;
}

static pid_t
pid_of(const struct note *note, const struct child *child)
{
	if (child_is_sup(child) || note->type == NOTE_DELAYED ||
	    note->type == NOTE_SHORTAGE)
		return 0;
	return worker_of_const(child)->last_pid;
}

/*
 * The cause of a note. A signal that was asked for is the cause of an end
 * only if the process died of that signal.
 */
static uint64_t
cause_of(const struct events *events, const struct note *note)
{
	struct event cause;

	if (note->type != NOTE_DOWN || note->child->state != CHILD_ENDED ||
	    !events_find(events, note->cause, &cause) ||
	    cause.type != EVENTS_REQUEST)
		return note->cause;
	return cause.outcome.how == note->outcome.how &&
	    cause.outcome.number == note->outcome.number ? note->cause : 0;
}

/* Tell whether a note is of an end that was asked for. */
static bool
was_asked(const struct note *note)
{
	return note->child->state == CHILD_DOWN &&
	    (note->type == NOTE_DOWN || note->type == NOTE_SHUTDOWN_ERROR);
}

/* What else there is to say of a note. */
static const char *
detail_of(const struct note *note, char *text, size_t size)
{
	text[0] = '\0';
	if (note->type == NOTE_GAVE_UP)
		words_limit(note->sup, text, size);
	else if (note->type == NOTE_START_FAILED)
		words_failure(note->child, text, size);
	return text;
}

void
eventnote_add(struct events *events, const struct note *note)
{
	char path[SPEC_PATH_SIZE], text[EVENTS_DETAIL_SIZE];
	const struct child *child;
	struct event event;

	if (note->type == NOTE_ANSWER || !note->child)
		return;
	child = subject(note);
	tree_path(child, path, sizeof(path));
	event = (struct event){
		.number = note->number,
		.cause = cause_of(events, note),
		.wall_ms = clock_wall_ms(),
		.monotonic_ms = note->now_ms,
		.due_in_ms = note->until_ms > 0 ?
		    note->until_ms - note->now_ms : -1,
		.path = path,
		.detail = detail_of(note, text, sizeof(text)),
		.pid = pid_of(note, child),
		.type = note->type,
		.outcome = note->outcome,
		.is_sup = child_is_sup(child),
		.asked = was_asked(note),
	};
	if (child->parent) {
		event.op = child->parent->op.type;
		event.strategy = child->parent->flags.strategy;
	}
	events_add(events, &event);
}

uint64_t
eventnote_request(struct events *events, struct tree *tree, const char *path,
    const char *what, int signal, uint64_t cause)
{
	uint64_t number = tree_take_number(tree);

	events_add(events, &(struct event){
		.number = number,
		.cause = cause,
		.wall_ms = clock_wall_ms(),
		.monotonic_ms = clock_ms(),
		.due_in_ms = -1,
		.path = path,
		.detail = what,
		.type = EVENTS_REQUEST,
		.outcome = {
			.how = signal ? SPEC_HOW_SIGNALLED : SPEC_HOW_NONE,
			.number = (uint8_t)signal,
		},
	});
	return number;
}
