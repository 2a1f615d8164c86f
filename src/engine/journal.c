/* The story of the tree as log lines. */
#include "config.h"

#include "engine/journal.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/words.h"
#include "engine/worker.h"

#define TEXT_SIZE	64

/* What a child is called in the log. */
static const char *
path_of(const struct child *child, char *text)
{
	tree_path(child, text, SPEC_PATH_SIZE);
	return text;
}

static void
write_started(const struct note *note, const char *path)
{
	const struct child *child = note->child;

	/* By now the process may have ended. */
	if (child_is_sup(child))
		log_notice("%s: up", path);
	else if (child->restarts > 0)
		log_notice("%s: started, pid %d, restart %" PRIu32, path,
		    (int)worker_of_const(child)->last_pid, child->restarts);
	else
		log_notice("%s: started, pid %d", path,
		    (int)worker_of_const(child)->last_pid);
}

static void
write_sup_failed(const struct sup *sup, const char *path)
{
	char why[SPEC_PATH_SIZE + TEXT_SIZE];

	words_failure(&sup->self, why, sizeof(why));
	if (sup->end == SUP_END_ASKED)
		log_notice("%s: did not come up", path);
	else if (*why)
		log_error("%s: failed to start, %s", path, why);
}

/* A worker did not come up; journal_cannot_start() has said already why its
 * program did not run. */
static void
write_worker_failed(const struct worker *worker, const char *path)
{
	const struct child *child = &worker->child;
	char text[2 * TEXT_SIZE];

	if (child->ending.told) {
		words_end(child->last, text, sizeof(text));
		log_notice("%s: stopped before it was ready, %s", path, text);
	} else if (!worker->why) {
		words_failure(child, text, sizeof(text));
		if (*text)
			log_error("%s: failed to start: %s", path, text);
	}
}

static void
write_start_failed(const struct note *note, const char *path)
{
	if (child_is_sup(note->child))
		write_sup_failed(sup_of_const(note->child), path);
	else
		write_worker_failed(worker_of_const(note->child), path);
}

static void
write_gave_up(const struct note *note, const char *path)
{
	char of[SPEC_PATH_SIZE], limit[2 * TEXT_SIZE];

	words_limit(note->sup, limit, sizeof(limit));
	log_error("%s: gives up: %s, the last of %s",
	    path_of(&note->sup->self, of), limit, path);
}

/* A child waits for a time before it is started again. */
static void
write_waiting(const struct note *note, const char *path)
{
	char text[TEXT_SIZE];

	clock_duration(note->until_ms - note->now_ms, text, sizeof(text));
	if (note->type == NOTE_SHORTAGE)
		log_warning("%s: waiting %s: the system is short of resources",
		    path, text);
	else
		log_notice("%s: to be restarted in %s", path, text);
}

/* A child did not end as it should have when it was stopped. */
static void
write_shutdown_error(const struct note *note, const char *path)
{
	char text[TEXT_SIZE];

	words_end(note->child->last, text, sizeof(text));
	log_warning("%s: did not stop in order: %s", path, text);
}

static void
write_unkillable(const struct note *note, const char *path)
{
	const struct proc *proc = &worker_of_const(note->child)->proc;
	int waited_ms = proc->hangs ? OP_HANG_TIMEOUT_MS : OP_KILL_TIMEOUT_MS;

	log_error("%s: unkillable: pid %d is not gone %g s after SIGKILL", path,
	    (int)proc->pid, waited_ms / 1000.);
}

/* How each note is written: by a function, or as a sentence that stands. */
static const struct {
	void (*write)(const struct note *note, const char *path);
	const char *sentence;	/* NULL as well: it says nothing to a user */
} lines[NOTE_TYPE_COUNT] = {
	[NOTE_STARTED] = { .write = write_started },
	[NOTE_START_FAILED] = { .write = write_start_failed },
	[NOTE_START_IGNORED] = { .sentence = "done, no process stays" },
	[NOTE_SHORTAGE] = { .write = write_waiting },
	[NOTE_DELAYED] = { .write = write_waiting },
	[NOTE_STOP] = { .sentence = "told to stop" },
	[NOTE_KILL] = { .sentence = "killed" },
	[NOTE_DOWN] = { .sentence = "down" },
	[NOTE_UNKILLABLE] = { .write = write_unkillable },
	[NOTE_SHUTDOWN_ERROR] = { .write = write_shutdown_error },
	[NOTE_GAVE_UP] = { .write = write_gave_up },
	[NOTE_AUTO_SHUTDOWN] = { .sentence = "ended, and is significant: its "
	    "supervisor shuts down" },
};

static void
write_note(const struct note *note, const char *path)
{
	if (lines[note->type].write)
		lines[note->type].write(note, path);
	else if (lines[note->type].sentence)
		log_notice("%s: %s", path, lines[note->type].sentence);
}

/* Put off the line of a worker's end. */
static void
put_off_end(struct journal *journal, const struct child *child)
{
	path_of(child, journal->path);
	journal->outcome = child->last;
	journal->asked = child->state != CHILD_ENDED;
}

void
journal_note(struct journal *journal, const struct note *note)
{
	char path[SPEC_PATH_SIZE];

	journal_flush(journal);
	if (!note->child || note->type == NOTE_ANSWER)
		return;
	if (note->type == NOTE_DOWN && !child_is_sup(note->child))
		put_off_end(journal, note->child);
	else
		write_note(note, path_of(note->child, path));
}

void
journal_cannot_start(struct journal *journal, const char *path,
    const char *why)
{
	journal_flush(journal);
	log_error("%s: cannot start: %s", path, why);
}

void
journal_flush(struct journal *journal)
{
	const char *path = journal->path;
	char text[TEXT_SIZE];

	if (!*path)
		return;
	words_end(journal->outcome, text, sizeof(text));
	if (journal->asked)
		log_notice("%s: stopped, %s", path, text);
	else if (spec_end_is_clean(journal->outcome.end))
		log_notice("%s: %s", path, text);
	else
		log_warning("%s: %s", path, text);
	journal->path[0] = '\0';
}
