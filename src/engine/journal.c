/* The story of the tree as log lines. */
#include "config.h"

#include "engine/journal.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/log.h"
#include "base/signame.h"
#include "engine/worker.h"

#define PATH_SIZE	1100	/* the deepest path fits */
#define TEXT_SIZE	64

void
words_end(struct spec_outcome outcome, char *ret_text, size_t size)
{
	char name[SIGNAME_SIZE];

	switch ((enum spec_how)outcome.how) {
	case SPEC_HOW_EXITED:
		snprintf(ret_text, size, "exited with code %d", outcome.number);
		break;
	case SPEC_HOW_SIGNALLED:
		snprintf(ret_text, size, "was killed by SIG%s",
		    signame_of(outcome.number, name, sizeof(name)));
		break;
	case SPEC_HOW_LOST:
		snprintf(ret_text, size, "is gone, nobody knows how");
		break;
	default:
		snprintf(ret_text, size, "ended");
		break;
	}
}

void
words_duration(int64_t ms, char *ret_text, size_t size)
{
	if (ms >= 60000 && ms % 60000 == 0)
		snprintf(ret_text, size, "%" PRId64 "m", ms / 60000);
	else if (ms % 1000 == 0)
		snprintf(ret_text, size, "%" PRId64 "s", ms / 1000);
	else
		snprintf(ret_text, size, "%" PRId64 "ms", ms);
}

void
words_limit(const struct sup *sup, char *ret_text, size_t size)
{
	char period[TEXT_SIZE];

	words_duration(sup->flags.max_seconds_ms, period, sizeof(period));
	snprintf(ret_text, size, "more than %" PRId64 " restart%s in %s",
	    sup->flags.max_restarts, sup->flags.max_restarts == 1 ? "" : "s",
	    period);
}

/* What a child is called in the log. */
static const char *
path_of(const struct child *child, char *text)
{
	tree_path(child, text, PATH_SIZE);
	return text;
}

/* A supervisor is up, or a worker. */
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

void
journal_describe_failure(const struct child *child, char *ret_text,
    size_t size)
{
	char text[PATH_SIZE];

	ret_text[0] = '\0';
	if (child_is_sup(child)) {
		const struct sup *sup =
		    (const struct sup *)(const void *)child;

		if (sup->end == SUP_END_ASKED)
			snprintf(ret_text, size, "it was to stop");
		else if (sup->failed)
			snprintf(ret_text, size, "because of %s",
			    path_of(sup->failed, text));
	} else if (child->expired) {
		snprintf(ret_text, size, "not ready after its start_timeout");
	} else if (child->last.how != SPEC_HOW_NONE) {
		words_end(child->last, text, sizeof(text));
		snprintf(ret_text, size, "%s before it was ready", text);
	}
}

/* A start came to nothing; why a program did not run has been said already. */
static void
write_start_failed(const struct note *note, const char *path)
{
	const struct child *child = note->child;
	char text[PATH_SIZE + TEXT_SIZE];

	if (child_is_sup(child) &&
	    ((const struct sup *)(const void *)child)->end == SUP_END_ASKED) {
		log_notice("%s: did not come up", path);
		return;
	}
	if (!child_is_sup(child) && child->unwanted) {
		words_end(child->last, text, sizeof(text));
		log_notice("%s: stopped before it was ready, %s", path, text);
		return;
	}
	journal_describe_failure(child, text, sizeof(text));
	if (*text)
		log_error("%s: failed to start%s %s", path,
		    child_is_sup(child) ? "," : ":", text);
}

void
journal_write_end(const struct child *child, bool asked)
{
	char text[TEXT_SIZE], path[PATH_SIZE];

	path_of(child, path);
	words_end(child->last, text, sizeof(text));
	if (asked)
		log_notice("%s: stopped, %s", path, text);
	else if (spec_end_is_clean(child->last.end))
		log_notice("%s: %s", path, text);
	else
		log_warning("%s: %s", path, text);
}

/* A child has ended: of itself, or because it was told to. */
static void
write_down(const struct note *note, const char *path)
{
	if (child_is_sup(note->child))
		log_notice("%s: down", path);
	else
		journal_write_end(note->child,
		    note->child->state != CHILD_ENDED);
}

/* A supervisor gives up: its intensity is reached. */
static void
write_gave_up(const struct note *note, const char *path)
{
	char of[PATH_SIZE], limit[2 * TEXT_SIZE];

	words_limit(note->sup, limit, sizeof(limit));
	log_error("%s: gives up: %s, the last of %s",
	    path_of(&note->sup->self, of), limit, path);
}

/* A child waits for a time before it is started again. */
static void
write_waiting(const struct note *note, const char *path)
{
	char text[TEXT_SIZE];

	words_duration(note->until_ms - note->now_ms, text, sizeof(text));
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

void
journal_write(const struct note *note)
{
	char path[PATH_SIZE];

	if (!note->child || note->type == NOTE_ANSWER)
		return;
	path_of(note->child, path);
	switch (note->type) {
	case NOTE_INIT:
		log_debug("%s: starting its children", path);
		break;
	case NOTE_STARTED:
		write_started(note, path);
		break;
	case NOTE_START_FAILED:
		write_start_failed(note, path);
		break;
	case NOTE_START_IGNORED:
		log_notice("%s: done, no process stays", path);
		break;
	case NOTE_SHORTAGE:
	case NOTE_DELAYED:
		write_waiting(note, path);
		break;
	case NOTE_STOP:
		log_notice("%s: told to stop", path);
		break;
	case NOTE_KILL:
		log_notice("%s: killed", path);
		break;
	case NOTE_DOWN:
		write_down(note, path);
		break;
	case NOTE_UNKILLABLE:
		log_error("%s: unkillable: pid %d is not gone %d s after "
		    "SIGKILL", path,
		    (int)worker_of_const(note->child)->proc.pid,
		    OP_KILL_TIMEOUT_MS / 1000);
		break;
	case NOTE_SHUTDOWN_ERROR:
		write_shutdown_error(note, path);
		break;
	case NOTE_GAVE_UP:
		write_gave_up(note, path);
		break;
	case NOTE_AUTO_SHUTDOWN:
		log_notice("%s: ended, and is significant: its supervisor "
		    "shuts down", path);
		break;
	default:
		break;
	}
}
