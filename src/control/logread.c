/* The process that reads a log file. */
#include "config.h"

#include "control/logread.h"

#include <errno.h>
#include <ev.h>
#include <string.h>
#include <unistd.h>

#include "control/logtail.h"
#include "process/aside.h"

#define STAT_SECONDS	1.	/* where the system does not tell of changes */
#define LOOK_SECONDS	5.	/* whether there still is a daemon, likewise */

struct reader {
	struct logtail tail;
	int out;
};

/* Send a message. */
static void
say(const struct reader *reader, enum logread_message type, const char *bytes,
    size_t size)
{
	char message[1 + LOGTAIL_LINE_MAX];

	message[0] = (char)type;
	memcpy(message + 1, bytes, size);
	aside_say(reader->out, message, 1 + size);
}

static void
say_line(void *arg, const char *line, size_t size)
{
	say(arg, LOGREAD_LINE, line, size);
}

/* Send all that is there, and what has no line end yet. */
static void
say_all(struct reader *reader)
{
	char rest[LOGTAIL_LINE_MAX];

	while (logtail_next(&reader->tail, false, say_line, reader))
		continue;
	say(reader, LOGREAD_WAITS, rest, logtail_rest(&reader->tail, rest));
}

/* The file has changed, or another file has its name. */
static void
on_change(struct ev_loop *loop, ev_stat *watcher, int revents)
{
	(void)loop;
	(void)revents;
	say_all(watcher->data);
}

static void
on_look(struct ev_loop *loop, ev_timer *watcher, int revents)
{
	const struct reader *reader = watcher->data;

	(void)loop;
	(void)revents;
	if (!aside_is_heard(reader->out))
		_exit(0);
}

/* Send all that comes, until it is killed. */
static void
follow(struct reader *reader)
{
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
	ev_stat watch;
	ev_timer look;

	if (!loop)
		_exit(1);
	ev_stat_init(&watch, on_change, reader->tail.path, STAT_SECONDS);
	ev_timer_init(&look, on_look, LOOK_SECONDS, LOOK_SECONDS);
	watch.data = look.data = reader;
	ev_stat_start(loop, &watch);
	ev_timer_start(loop, &look);
	say_all(reader);	/* a change is noticed from here on */
	ev_run(loop, 0);
}

void
logread_run(const struct logread *job, int out)
{
	struct reader reader = { .out = out };

	if (logtail_open(&reader.tail, job->path, job->owner, job->lines,
	    job->follows) < 0) {
		const char *why = strerror(errno);

		say(&reader, LOGREAD_REFUSED, why, strlen(why));
		return;
	}
	if (job->follows)
		follow(&reader);
	while (logtail_next(&reader.tail, true, say_line, &reader))
		continue;
}
