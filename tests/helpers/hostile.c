/*
 * hostile [-u ID] MODE SOCKET [N]: a client that no daemon wants; with -u as
 * that user and group. It says on stdout when it is at it, and stays so until
 * it is ended, if nothing else is said:
 *
 *	flood N		N connections, on each of them half a call
 *	drip		a byte of a call each second, until it is hung up on
 *	deaf		calls with long replies, and reads none
 *	half		half a call, and nothing more is to come
 *	junk N		N bytes of junk, on as many connections as that takes
 *	cut		die by KILL behind each byte of a call, and of the reply
 *			to one; each starts a child of `pool'. Ends
 *
 * And to see what all that does to others:
 *
 *	stamp		a worker: tell the socket, of datagrams, when it began
 *	stamp		a worker: tell the datagram socket when it began
 *			how long it takes until the next one has begun. Ends
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char ping[] = "{\"method\":\"io.reeve.Control.Ping\"}";

/* End because a call failed that must not. */
static void
give_up(const char *what)
{
	perror(what);
	exit(125);
}

/* Say a line at once. */
static void
say(const char *what, long number)
{
	printf("%s %ld\n", what, number);
	fflush(stdout);
}

/* The address of a socket. */
static struct sockaddr_un
address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size = strlen(path) + 1;

	if (size > sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		give_up(path);
	}
	memcpy(address.sun_path, path, size);
	return address;
}

/* Connect. */
static int
dial(const char *path, int type)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)(const void *)
	    &address, sizeof(address)) < 0)
		give_up(path);
	return fd;
}

/* Send bytes; false: the other side has hung up. */
static bool
put(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

/* Do nothing until the process is ended. */
static void
stay(void)
{
	for (;;)
		pause();
}

/* flood N */
static void
flood(const char *path, long count)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		give_up("getrlimit");
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (long i = 0; i < count; i++)
		put(dial(path, SOCK_STREAM), ping, sizeof(ping) / 2);
	say("connected", count);
	stay();
}

/* drip */
static void
drip(const char *path, long count)
{
	const struct timespec second = { 1, 0 };
	int fd = dial(path, SOCK_STREAM);

	(void)count;
	for (size_t i = 0; i < sizeof(ping); i++) {
		if (!put(fd, ping + i, 1)) {
			say("hung up on after", (long)i);
			return;
		}
		if (i == 0)
			say("dripping", 1);
		nanosleep(&second, NULL);
	}
	say("all bytes were taken", (long)sizeof(ping));
}

/* deaf */
static void
deaf(const char *path, long count)
{
	static const char call[] = "{\"method\":\"io.reeve.Control.Events\","
	    "\"more\":true}";
	int fd = dial(path, SOCK_STREAM);

	(void)count;
	count = 0;
	while (send(fd, call, sizeof(call), MSG_NOSIGNAL | MSG_DONTWAIT) ==
	    (ssize_t)sizeof(call))
		count++;
	say("calls that were taken", count);
	stay();
}

/* half */
static void
half(const char *path, long count)
{
	int fd = dial(path, SOCK_STREAM);

	(void)count;
	put(fd, ping, sizeof(ping) / 2);
	shutdown(fd, SHUT_WR);
	say("half", 1);
	stay();
}

/* Fill memory with junk: any bytes, or such that no message ever ends. */
static void
fill(char *bytes, size_t size, uint32_t *dice, bool endless)
{
	for (size_t i = 0; i < size; i++) {
		*dice = *dice * 1664525 + 1013904223;
		bytes[i] = (char)(*dice >> 24);
		if (endless && bytes[i] == '\0')
			bytes[i] = '{';
	}
}

/* junk N */
static void
junk(const char *path, long count)
{
	static char bytes[1 << 16];
	uint32_t dice = 1;
	long connections = 1, sent = 0;
	int fd = dial(path, SOCK_STREAM);

	while (sent < count) {
		fill(bytes, sizeof(bytes), &dice, connections % 2 == 0);
		sent += (long)sizeof(bytes);
		if (put(fd, bytes, sizeof(bytes)))
			continue;
		close(fd);
		fd = dial(path, SOCK_STREAM);
		connections++;
	}
	say("bytes of junk", sent);
	say("connections", connections);
	stay();
}

/* Write the call that starts a child. */
static size_t
write_start(char *text, size_t size, char kind, size_t number)
{
	return (size_t)snprintf(text, size, "{\"method\":"
	    "\"io.reeve.Control.StartChild\",\"parameters\":{\"supervisor\":"
	    "\"pool\",\"id\":\"%c%04zu\"}}", kind, number) + 1;
}

/* Take so many bytes of a reply; false: it has ended before. */
static bool
take(int fd, size_t size)
{
	char bytes[4096];

	while (size > 0) {
		ssize_t n = recv(fd, bytes, size < sizeof(bytes) ? size :
		    sizeof(bytes), 0);

		if (n <= 0)
			return false;
		size -= (size_t)n;
	}
	return true;
}

/* Wait until there is room for one more client: one that has died keeps its
 * place until the daemon has seen that. */
static void
await_room(const char *path)
{
	const struct timespec nap = { 0, 10000000 };
	char text[4096];
	ssize_t n;
	int fd;

	for (;;) {
		fd = dial(path, SOCK_STREAM);
		n = put(fd, ping, sizeof(ping)) ?
		    recv(fd, text, sizeof(text) - 1, 0) : -1;
		close(fd);
		text[n > 0 ? n : 0] = '\0';
		if (n > 0 && !strstr(text, "\"error\""))
			return;
		nanosleep(&nap, NULL);
	}
}

/* Die by KILL after so many bytes of a call and of its reply. */
static void
cut_off(const char *path, const char *call, size_t sent, size_t received)
{
	int status, fd;
	pid_t pid;

	await_room(path);
	pid = fork();
	if (pid < 0)
		give_up("fork");
	if (pid == 0) {
		fd = dial(path, SOCK_STREAM);
		if (put(fd, call, sent) && take(fd, received))
			raise(SIGKILL);
		_exit(1);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status)) {
		fprintf(stderr, "no byte %zu of the call, or %zu of the reply "
		    "to it\n", sent, received);
		exit(1);
	}
}

/* The size of a reply with its NUL. */
static size_t
size_of_reply(const char *path, const char *call, size_t size)
{
	int fd = dial(path, SOCK_STREAM);
	size_t count = 0;
	char byte = '\1';

	if (!put(fd, call, size))
		give_up("send");
	while (byte != '\0' && recv(fd, &byte, 1, 0) == 1)
		count++;
	close(fd);
	if (byte != '\0')
		give_up("recv");
	return count;
}

/* cut */
static void
cut(const char *path, long count)
{
	char call[256];
	size_t size = write_start(call, sizeof(call), 'q', 0), reply;

	(void)count;
	for (size_t i = 0; i <= size; i++)
		cut_off(path, call, i, 0);
	say("bytes of a call", (long)size);
	await_room(path);
	size = write_start(call, sizeof(call), 'r', 9999);
	reply = size_of_reply(path, call, size);
	for (size_t i = 0; i + 1 < reply; i++) {
		size = write_start(call, sizeof(call), 'r', i);
		cut_off(path, call, size, i);
	}
	say("bytes of a reply", (long)reply);
}

/* The time now. */
static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* stamp */
static void
stamp(const char *path, long count)
{
	char text[64];
	int fd, size = snprintf(text, sizeof(text), "%ld %" PRId64,
	    (long)getpid(), now_ns());

	(void)count;
	fd = dial(path, SOCK_DGRAM);
	if (send(fd, text, (size_t)size, MSG_NOSIGNAL) != size)
		give_up(path);
	stay();
}

/* Read the next stamp; returns its pid. */
static pid_t
hear_stamp(int fd, int64_t *ret_ns)
{
	char text[64];
	ssize_t n = recv(fd, text, sizeof(text) - 1, 0);
	char *end;
	pid_t pid;

	if (n <= 0)
		give_up("recv");
	text[n] = '\0';
	pid = (pid_t)strtol(text, &end, 10);
	*ret_ns = strtoll(end, NULL, 10);
	return pid;
}

/* Compare two times. */
static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* latency N */
static void
latency(const char *path, long count)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int64_t *times = calloc((size_t)count, sizeof(*times)), began;
	pid_t pid;

	unlink(path);
	if (fd < 0 || !times || bind(fd, (const struct sockaddr *)
	    (const void *)&address, sizeof(address)) < 0)
		give_up(path);
	say("listening", 1);
	pid = hear_stamp(fd, &began);
	for (long i = 0; i < count; i++) {
		int64_t killed = now_ns();

		kill(pid, SIGKILL);
		pid = hear_stamp(fd, &began);
		times[i] = began - killed;
	}
	qsort(times, (size_t)count, sizeof(*times), compare);
	printf("from a kill to the next process, of %ld: median %" PRId64
	    " us, 99 of 100 %" PRId64 " us, worst %" PRId64 " us\n", count,
	    times[count / 2] / 1000, times[count * 99 / 100] / 1000,
	    times[count - 1] / 1000);
	free(times);
}

static const struct {
	const char *name;
	void (*run)(const char *path, long count);
} modes[] = {
	{ "flood", flood },
	{ "drip", drip },
	{ "deaf", deaf },
	{ "half", half },
	{ "junk", junk },
	{ "cut", cut },
	{ "stamp", stamp },
	{ "latency", latency },
};

/* Become another user. */
static void
become(const char *text)
{
	unsigned id = (unsigned)strtoul(text, NULL, 10);

	if (setgroups(0, NULL) < 0 || setgid(id) < 0 || setuid(id) < 0)
		give_up(text);
}

int
main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "-u") == 0) {
		become(argv[2]);
		argc -= 2;
		argv += 2;
	}
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (argc < 3 || strcmp(argv[1], modes[i].name) != 0)
			continue;
		modes[i].run(argv[2], argc > 3 ? strtol(argv[3], NULL, 10) : 0);
		return 0;
	}
	fputs("usage: hostile [-u ID] MODE SOCKET [N]\n", stderr);
	return 64;
}
