/*
 * floor [-d] [-m vfork|fork|vm] [-r pidfd|sigchld|late] [-s SIZE] [-k KEEP]
 *     LIST SOCKET
 *
 * LIST has a line for each child, its words separated by tabs:
 * NAME LOG|- COMMAND ARGUMENT...
 * SOCKET answers the lines `status', `status NAME' and `reload'.
 * At SIGTERM it terminates all children, awaits them and ends.
 *
 *   -d		give each child a session of its own, as a daemon must
 *   -m vfork	clone with CLONE_VM and CLONE_VFORK, and exec (default)
 *   -m fork	a real fork
 *   -m vm	clone with CLONE_VM: memory is shared until the exec, which is
 *		not waited for; the next start runs beside it on another CPU
 *   -r pidfd	each child's pidfd in epoll, waitid of it (default)
 *   -r late	the same, but the replacement is started before the reaping
 *   -r sigchld	a descriptor for SIGCHLD, waitid until there is none
 */
#include "floor.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util.h"

/* Older headers of the C library lack it. */
#define WAIT_PIDFD	((idtype_t)3)

enum {
	BUCKETS = 1 << 14,
	STACKS = 16,
	STACK_SIZE = 16384,
	EVENTS = 256,		/* taken from epoll at once */
};

struct child {
	enum watched watched;	/* must be first */
	pid_t pid;		/* 0: it does not run */
	int pidfd;
	char *name;
	char **argv;
	bool with_session;
	struct child *next;	/* in its bucket */
	struct floor_log log;
};

/* For the time between clone and exec. Only -m vm uses more than one: the
 * kernel clears `is_busy' at the exec, as it does when a thread ends. */
struct stack {
	_Alignas(64) char bytes[STACK_SIZE];
	_Alignas(64) int32_t is_busy;
};

struct floor {
	bool with_session, with_fork, with_vm, with_sigchld, with_late;
	struct floor_limits limits;
	const char *list;
	struct child **children; /* in the order of the list */
	size_t count, alive;
	struct child *buckets[BUCKETS];
	struct stack stacks[STACKS];
	unsigned next_stack;
	int epoll_fd, signal_fd, control_fd;
	enum watched signal_watched, control_watched;
	bool is_stopping;
};

/* Where the children are whose names have the same hash. */
static struct child **
bucket_of(struct floor *floor, const char *name)
{
	uint32_t hash = 5381;

	while (*name)
		hash = hash * 33 + (unsigned char)*name++;
	return &floor->buckets[hash % BUCKETS];
}

/* Find a child by its name; NULL: none. */
static struct child *
find(struct floor *floor, const char *name)
{
	struct child *child = *bucket_of(floor, name);

	while (child && strcmp(child->name, name) != 0)
		child = child->next;
	return child;
}

/* Have epoll watch a descriptor. */
static void
watch(const struct floor *floor, int fd, enum watched *watched)
{
	struct epoll_event event = {
		.events = EPOLLIN,
		.data.ptr = watched,
	};

	if (epoll_ctl(floor->epoll_fd, EPOLL_CTL_ADD, fd, &event) == -1)
		die("epoll_ctl");
}

/* Watch it no more, and close it. A close is not enough: who has been cloned
 * and has not reached its exec holds a copy, of which epoll would tell. */
static void
unwatch(const struct floor *floor, int fd)
{
	epoll_ctl(floor->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	close(fd);
}

/* Be the child: on a stack of its own, mostly in the parent's memory. */
static int
become(void *arg)
{
	const struct child *child = arg;
	sigset_t none;

	if (child->with_session)
		setsid();
	if (child->log.path) {
		dup2(child->log.write_fd, STDOUT_FILENO);
		dup2(child->log.write_fd, STDERR_FILENO);
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(child->argv[0], child->argv, environ);
	_exit(127);
}

/* Wait for a stack that no child is on any more. */
static struct stack *
take_stack(struct floor *floor)
{
	struct stack *stack = &floor->stacks[0];
	int32_t busy;

	if (!floor->with_vm)
		return stack;
	stack = &floor->stacks[floor->next_stack++ % STACKS];
	while ((busy = __atomic_load_n(&stack->is_busy, __ATOMIC_ACQUIRE)))
		syscall(SYS_futex, &stack->is_busy, FUTEX_WAIT, busy, NULL,
		    NULL, 0);
	stack->is_busy = 1;
	return stack;
}

/* How to clone. */
static int
clone_flags(const struct floor *floor)
{
	if (floor->with_fork)
		return CLONE_PIDFD | SIGCHLD;
	if (floor->with_vm)
		return CLONE_PIDFD | CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD;
	return CLONE_PIDFD | CLONE_VM | CLONE_VFORK | SIGCHLD;
}

/* Start a child. */
static void
start(struct floor *floor, struct child *child)
{
	struct stack *stack;

	if (child->log.path && child->log.file_fd == -1) {
		floor_log_open(&child->log);
		watch(floor, child->log.read_fd, &child->log.watched);
	}
	stack = take_stack(floor);
	child->pid = clone(become, stack->bytes + sizeof(stack->bytes),
	    clone_flags(floor), child, &child->pidfd, NULL, &stack->is_busy);
	if (child->pid == -1)
		die("clone");
	floor->alive++;
	if (floor->with_sigchld)
		close(child->pidfd);
	else
		watch(floor, child->pidfd, &child->watched);
}

/* A child has ended: start it again, unless all are to end. */
static void
ended(struct floor *floor, struct child *child)
{
	int old = child->pidfd;

	floor->alive--;
	if (!floor->with_sigchld && !floor->with_late)
		unwatch(floor, old);
	child->pid = 0;
	if (!floor->is_stopping)
		start(floor, child);
	if (floor->with_late) {
		waitid(WAIT_PIDFD, (id_t)old, NULL, WEXITED | WNOHANG);
		unwatch(floor, old);
	}
	if (floor->is_stopping && floor->alive == 0)
		exit(0);
}

/* A pidfd is readable: reap, or with -r late only look. */
static void
on_pidfd(struct floor *floor, struct child *child)
{
	int options = WEXITED | WNOHANG | (floor->with_late ? WNOWAIT : 0);
	siginfo_t info = { .si_pid = 0 };

	if (waitid(WAIT_PIDFD, (id_t)child->pidfd, &info, options) == 0 &&
	    info.si_pid != 0)
		ended(floor, child);
}

/* Reap all that have ended, by their pids. */
static void
reap_all(struct floor *floor)
{
	for (;;) {
		siginfo_t info = { .si_pid = 0 };

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == -1 ||
		    info.si_pid == 0)
			return;
		for (size_t i = 0; i < floor->count; i++) {
			if (floor->children[i]->pid != info.si_pid)
				continue;
			ended(floor, floor->children[i]);
			break;
		}
	}
}

/* Terminate all. */
static void
stop(struct floor *floor)
{
	floor->is_stopping = true;
	if (floor->alive == 0)
		exit(0);
	for (size_t i = 0; i < floor->count; i++)
		if (floor->children[i]->pid)
			kill(floor->children[i]->pid, SIGTERM);
}

/* Hear of signals. */
static void
on_signal(struct floor *floor)
{
	struct signalfd_siginfo info;

	while (read(floor->signal_fd, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_signo == SIGTERM && !floor->is_stopping)
			stop(floor);
	if (floor->with_sigchld)
		reap_all(floor);
}

/* Copy a string. */
static char *
copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(allocate(size), text, size);
}

/* Give an array room for one more. */
static void *
grow(void *array, size_t count, size_t size)
{
	void *result = realloc(array, (count + 1) * size);

	if (!result)
		die("realloc");
	return result;
}

/* Make a child of a line's words. */
static struct child *
new_child(const char *name, const char *log, char **rest)
{
	struct child *child = allocate(sizeof(*child));
	const char *word;
	size_t count = 0;

	child->watched = WATCHED_CHILD;
	child->log.watched = WATCHED_LOG;
	child->log.file_fd = -1;
	child->name = copy(name);
	if (strcmp(log, "-") != 0)
		child->log.path = copy(log);
	do {
		word = strtok_r(NULL, "\t\n", rest);
		child->argv = grow(child->argv, count, sizeof(*child->argv));
		child->argv[count++] = word ? copy(word) : NULL;
	} while (word);
	return child;
}

/* Take a line of the list over, if its name is new. */
static void
load_line(struct floor *floor, char *line)
{
	char *rest, *name = strtok_r(line, "\t\n", &rest);
	char *log = name ? strtok_r(NULL, "\t\n", &rest) : NULL;
	struct child *child, **bucket;

	if (!log || find(floor, name))
		return;
	child = new_child(name, log, &rest);
	child->with_session = floor->with_session;
	bucket = bucket_of(floor, name);
	child->next = *bucket;
	*bucket = child;
	floor->children = grow(floor->children, floor->count,
	    sizeof(*floor->children));
	floor->children[floor->count++] = child;
}

/* Read the list, and start what is new in it; return how many. */
static size_t
load(struct floor *floor)
{
	FILE *list = fopen(floor->list, "re");
	size_t room = 0, first = floor->count;
	char *line = NULL;

	if (!list)
		die(floor->list);
	while (getline(&line, &room, list) != -1)
		load_line(floor, line);
	free(line);
	fclose(list);
	for (size_t i = first; i < floor->count; i++)
		start(floor, floor->children[i]);
	return floor->count - first;
}

/* Answer one request. */
static void
answer(struct floor *floor, const char *request, FILE *out)
{
	const struct child *child;

	if (strcmp(request, "reload") == 0) {
		fprintf(out, "started %zu\n", load(floor));
	} else if (strcmp(request, "status") == 0) {
		for (size_t i = 0; i < floor->count; i++)
			fprintf(out, "%s %d\n", floor->children[i]->name,
			    floor->children[i]->pid);
	} else if (strncmp(request, "status ", 7) == 0) {
		child = find(floor, request + 7);
		fprintf(out, "%s %d\n", request + 7, child ? child->pid : -1);
	}
}

/* Somebody connects. */
static void
on_control(struct floor *floor)
{
	int fd = accept4(floor->control_fd, NULL, NULL, SOCK_CLOEXEC);
	char request[256];
	ssize_t size = fd == -1 ? -1 : read(fd, request, sizeof(request) - 1);
	FILE *out = size > 0 ? fdopen(fd, "w") : NULL;

	if (!out) {
		if (fd != -1)
			close(fd);
		return;
	}
	request[size] = '\0';
	request[strcspn(request, "\n")] = '\0';
	answer(floor, request, out);
	fclose(out);
}

/* Hand an event to whom it is for. */
static void
dispatch(struct floor *floor, enum watched *watched)
{
	switch (*watched) {
	case WATCHED_CHILD:
		on_pidfd(floor, (struct child *)(void *)watched);
		break;
	case WATCHED_LOG:
		floor_log_copy((struct floor_log *)(void *)watched,
		    &floor->limits);
		break;
	case WATCHED_SIGNAL:
		on_signal(floor);
		break;
	case WATCHED_CONTROL:
		on_control(floor);
		break;
	}
}

/* Have signals come by a descriptor. */
static void
open_signals(struct floor *floor)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	if (floor->with_sigchld)
		sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	floor->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	floor->signal_watched = WATCHED_SIGNAL;
	watch(floor, floor->signal_fd, &floor->signal_watched);
}

/* Listen for requests. */
static void
open_control(struct floor *floor, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(address.sun_path))
		die(path);
	memcpy(address.sun_path, path, strlen(path));
	unlink(path);
	floor->control_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(floor->control_fd, (struct sockaddr *)&address,
	    sizeof(address)) == -1 || listen(floor->control_fd, 64) == -1)
		die(path);
	floor->control_watched = WATCHED_CONTROL;
	watch(floor, floor->control_fd, &floor->control_watched);
}

/* Take the options; false if one is unknown. */
static bool
take_options(struct floor *floor, int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "dm:r:s:k:")) != -1) {
		switch (option) {
		case 'd':
			floor->with_session = true;
			break;
		case 'm':
			floor->with_fork = strcmp(optarg, "fork") == 0;
			floor->with_vm = strcmp(optarg, "vm") == 0;
			break;
		case 'r':
			floor->with_sigchld = strcmp(optarg, "sigchld") == 0;
			floor->with_late = strcmp(optarg, "late") == 0;
			break;
		case 's':
			floor->limits.max_size = strtoull(optarg, NULL, 10);
			break;
		case 'k':
			floor->limits.keep = (int)number_of(optarg);
			break;
		default:
			return false;
		}
	}
	return argc - optind == 2;
}

int
main(int argc, char **argv)
{
	static struct floor floor = {
		.limits = { .max_size = 16000000, .keep = 10 },
	};
	struct epoll_event events[EVENTS];
	int count;

	if (!take_options(&floor, argc, argv)) {
		fprintf(stderr, "usage: floor [-d] [-m vfork|fork|vm] "
		    "[-r pidfd|sigchld|late] [-s SIZE] [-k KEEP] "
		    "LIST SOCKET\n");
		return 64;
	}
	floor.list = argv[optind];
	floor.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	open_signals(&floor);
	open_control(&floor, argv[optind + 1]);
	load(&floor);
	for (;;) {
		count = epoll_wait(floor.epoll_fd, events, EVENTS, -1);
		for (int i = 0; i < count; i++)
			dispatch(&floor, events[i].data.ptr);
	}
}
