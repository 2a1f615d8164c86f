/*
 * Work beside the loop: one process. A message is its size and its bytes; a
 * size that no message has says that the function has returned.
 */
#include "config.h"

#include "process/aside_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/whole.h"
#include "os/os.h"
#include "process/contain.h"
#include "process/hygiene.h"
#include "process/runfile.h"

#define OUT		3		/* the pipe, in the process */
#define LAST		UINT32_MAX	/* in the place of a size */
#define READ_AT_ONCE	((size_t)64 << 10)
#define SAID_AT_ONCE	4096		/* bytes, in one call */
#define WAITING_MAX	((size_t)256 << 10) /* bytes that wait to be taken; a
					   message may be longer */

/* Keep no descriptor but the pipe, in the process; /dev/null stands in for
 * those that libraries take for granted. */
static void
keep_only(int out)
{
	int null;

	if (out != OUT && dup2(out, OUT) == -1)
		_exit(1);
	hygiene_close_range(OUT + 1, UINT_MAX);
	hygiene_close_range(0, OUT - 1);
	null = open("/dev/null", O_RDWR); /* cloexec: a standard one */
	for (int fd = 1; null == 0 && fd < OUT; fd++)
		if (dup2(null, fd) == -1)
			_exit(1);
}

/* Keep no handler of the daemon's. All signals stay blocked: one that goes to
 * the daemon's group, or to all processes of its name, is not for this one. */
static void
reset_signals(void)
{
	for (int number = 1; number < NSIG; number++)
		os_reset_signal(number);
}

/* The process, from the fork to its end. */
static void
run_child(const struct asides *asides, const struct aside_work *work, int out,
    pid_t parent)
{
	const uint32_t last = LAST;

	keep_only(out);
	if (asides->runfile)
		runfile_let_go(asides->runfile);
	reset_signals();
	log_set_level(LOG_LEVEL_NONE);	/* its descriptor is another's now */
	if (os_die_with(parent) == -1)
		_exit(1);
	work->run(work->arg, OUT);
	if (write(OUT, &last, sizeof(last)) != sizeof(last))
		_exit(1);
	_exit(0);
}

/* Fork, with all signals blocked in the process from its first moment on. */
static pid_t
fork_child(const struct asides *asides, const struct aside_work *work, int out)
{
	pid_t parent = getpid(), pid;
	sigset_t all, old;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (pid == 0)
		run_child(asides, work, out, parent);
	error = errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return pid;
}

/* The bytes that came after the message that was taken last. */
static size_t
waiting_size(const struct aside *aside)
{
	return aside->in.size - aside->taken;
}

/* Read the size of the next message, or LAST; false: it has not come. */
static bool
peek_size(const struct aside *aside, uint32_t *ret_size)
{
	if (waiting_size(aside) < sizeof(*ret_size))
		return false;
	memcpy(ret_size, bytes_first(&aside->in) + aside->taken,
	    sizeof(*ret_size));
	return true;
}

/* Tell whether there is a whole message, or the word that it was the last. */
static bool
has_news(const struct aside *aside)
{
	uint32_t size;

	return peek_size(aside, &size) && (size == LAST ||
	    waiting_size(aside) >= sizeof(size) + size);
}

static void
stop_watching(struct aside *aside)
{
	ev_io_stop(aside->asides->loop, &aside->readable);
	ev_timer_stop(aside->asides->loop, &aside->silence);
}

/* Listen to the pipe, and to the silence. */
static void
watch(struct aside *aside)
{
	struct ev_loop *loop = aside->asides->loop;

	ev_io_start(loop, &aside->readable);
	ev_now_update(loop);
	aside->silence.repeat = (double)aside->work.patience_ms / 1000.;
	ev_timer_again(loop, &aside->silence);
}

static void
kill_aside(const struct aside *aside)
{
	/* it is not reaped, so the number is its own */
	if (aside->pid != 0)
		contain_signal_one(aside->pid, SIGKILL);
}

/* It runs no longer, for a reason. */
static void
stop_for(struct aside *aside, enum aside_state state)
{
	stop_watching(aside);
	kill_aside(aside);
	aside->state = state;
}

/* Read what there is; false: nothing new has come. */
static bool
read_some(struct aside *aside)
{
	char *to = bytes_reserve(&aside->in, READ_AT_ONCE, SIZE_MAX);
	ssize_t size;

	if (!to) {
		stop_for(aside, ASIDE_SHORTAGE);
		return true;
	}
	size = read(aside->readable.fd, to, READ_AT_ONCE);
	if (size == -1)
		return false;
	bytes_add(&aside->in, (size_t)size);
	if (size > 0) {
		watch(aside);	/* the silence begins anew */
		return true;
	}
	aside->is_at_end = true;
	stop_watching(aside);
	return true;
}

/* Tell the owner, if there is something for it; nothing more may be done with
 * the aside then. */
static void
tell_owner(struct aside *aside)
{
	uint32_t size;

	if (peek_size(aside, &size) && size != LAST &&
	    size > ASIDE_MESSAGE_MAX)
		stop_for(aside, ASIDE_DIED);
	if (has_news(aside) && aside->in.size >= WAITING_MAX)
		stop_watching(aside);
	if (has_news(aside) || aside_state(aside) != ASIDE_RUNS)
		aside->work.news(aside->work.arg);
}

static void
on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct aside *aside = watcher->data;

	(void)loop;
	if (events & EV_ERROR)	/* the loop cannot watch it */
		stop_for(aside, ASIDE_SHORTAGE);
	else if (!read_some(aside))
		return;
	tell_owner(aside);
}

/* It was silent for too long, unless the loop was. */
static void
on_silence(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct aside *aside = watcher->data;

	(void)loop;
	(void)events;
	if (!has_news(aside) && !read_some(aside))
		stop_for(aside, ASIDE_LATE);
	tell_owner(aside);
}

/* Fork; 0, with the pipe of the process, or -1 with errno. */
static int
begin_process(struct aside *aside, int *ret_fd)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	aside->pid = fork_child(aside->asides, &aside->work, ends[1]);
	os_close(ends[1]);
	if (aside->pid == -1) {
		os_close(ends[0]);
		return -1;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	*ret_fd = ends[0];
	return 0;
}

struct aside *
aside_start(struct asides *asides, const struct aside_work *work,
    char ret_why[ASIDE_WHY_SIZE])
{
	struct aside *aside;
	int fd;

	if (!asides_may_start(asides, work->kind, ret_why))
		return NULL;
	aside = calloc(1, sizeof(*aside));
	if (aside) {
		aside->asides = asides;
		aside->work = *work;
	}
	if (!aside || begin_process(aside, &fd) == -1) {
		snprintf(ret_why, ASIDE_WHY_SIZE, "%s", strerror(errno));
		free(aside);
		return NULL;
	}
	list_append(&asides->running, &aside->link);
	ev_io_init(&aside->readable, on_readable, fd, EV_READ);
	ev_init(&aside->silence, on_silence);
	aside->readable.data = aside->silence.data = aside;
	watch(aside);
	return aside;
}

/* Write all, in the process, and wait for it as long as it takes. */
static void
write_all(int out, const char *bytes, size_t size)
{
	if (whole_write(out, bytes, size) == -1)
		_exit(1);
}

void
aside_say(int out, const void *bytes, size_t size)
{
	uint32_t head = (uint32_t)size;
	char whole[SAID_AT_ONCE];

	if (size > ASIDE_MESSAGE_MAX)
		_exit(1);
	memcpy(whole, &head, sizeof(head));
	if (size <= sizeof(whole) - sizeof(head)) {
		memcpy(whole + sizeof(head), bytes, size);
		write_all(out, whole, sizeof(head) + size);
		return;
	}
	write_all(out, whole, sizeof(head));
	write_all(out, bytes, size);
}

bool
aside_is_heard(int out)
{
	struct pollfd pipe = { .fd = out };

	return poll(&pipe, 1, 0) != 1 || !(pipe.revents & POLLERR);
}

/* Go on reading, if that was stopped because too much waited. */
static void
read_on(struct aside *aside)
{
	if (aside->state == ASIDE_RUNS && !aside->is_at_end &&
	    !ev_is_active(&aside->readable))
		watch(aside);
}

bool
aside_next(struct aside *aside, const char **ret_bytes, size_t *ret_size)
{
	uint32_t size = 0;

	if (aside->taken > 0)
		bytes_take(&aside->in, aside->taken);
	aside->taken = 0;
	if (!has_news(aside)) {
		read_on(aside);
		return false;
	}
	peek_size(aside, &size);
	if (size == LAST) {
		stop_watching(aside);
		return false;
	}
	*ret_bytes = bytes_first(&aside->in) + sizeof(size);
	*ret_size = size;
	aside->taken = sizeof(size) + size;
	return true;
}

enum aside_state
aside_state(const struct aside *aside)
{
	uint32_t size;

	if (aside->state != ASIDE_RUNS)
		return aside->state;
	if (peek_size(aside, &size) && size == LAST)
		return ASIDE_DONE;
	return aside->is_at_end && !has_news(aside) ? ASIDE_DIED : ASIDE_RUNS;
}

void
aside_describe(const struct aside *aside, const char *what, char *ret_text,
    size_t size)
{
	char patience[32];

	clock_duration(aside->work.patience_ms, patience, sizeof(patience));
	/* if it has to be cut, then what it is about */
	if (aside->state == ASIDE_LATE)
		snprintf(ret_text, size, "%.1500s takes longer than %s", what,
		    patience);
	else
		snprintf(ret_text, size, "%.1500s: %s", what,
		    aside->state == ASIDE_SHORTAGE ? strerror(ENOMEM) :
		    "the process that did it has died");
}

void
aside_set_patience(struct aside *aside, int64_t patience_ms)
{
	aside->work.patience_ms = patience_ms;
	if (ev_is_active(&aside->readable))
		watch(aside);
}

void
aside_end(struct aside *aside)
{
	if (!aside)
		return;
	stop_watching(aside);
	if (aside_state(aside) != ASIDE_DONE) {	/* or it ends by itself */
		kill_aside(aside);
		aside->killed_ms = clock_ms();
	}
	close(aside->readable.fd);
	bytes_release(&aside->in);
	list_remove(&aside->link);
	list_append(&aside->asides->leaving, &aside->link);
	asides_let_go(aside);
}
