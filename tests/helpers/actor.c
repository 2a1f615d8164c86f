/*
 * actor SOCKET FD: a worker that does what a driver says (tests/drive/).
 *
 * It connects to the socket, says "PATH PID", and then does, a line each:
 *
 *	ready		write a newline to FD and close it
 *	exit N		end with a code
 *	die N		end by a signal
 *	delay MS	wait, then end by TERM
 *
 * Each TERM that it gets it reports as "term". When the driver is gone it ends.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
	CODE_TROUBLE = 125,	/* no story has that many */
};

static volatile sig_atomic_t terms; /* came and are not yet reported */

/* Count a TERM. */
static void
on_term(int number)
{
	(void)number;
	terms++;
}

/* End because a call failed that must not. */
static void
give_up(const char *what)
{
	perror(what);
	_exit(CODE_TROUBLE);
}

/* Connect to the driver. */
static int
dial(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (len >= sizeof(address.sun_path))
		errno = ENAMETOOLONG;
	else
		memcpy(address.sun_path, path, len + 1);
	if (fd < 0 || len >= sizeof(address.sun_path) || connect(fd,
	    (const struct sockaddr *)(const void *)&address,
	    sizeof(address)) < 0)
		give_up(path);
	return fd;
}

/* Write a line to the driver, if it is still there. */
static void
say(int fd, const char *line)
{
	size_t size = strlen(line);

	if (send(fd, line, size, MSG_NOSIGNAL) != (ssize_t)size)
		_exit(CODE_TROUBLE);
}

/* End by a signal. */
static void
die(int number)
{
	sigset_t set;

	signal(number, SIG_DFL);
	raise(number);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	_exit(CODE_TROUBLE);	/* not of that signal */
}

/* Wait, then end by TERM. */
static void
linger(long ms)
{
	struct timespec rest = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&rest, &rest) == -1 && errno == EINTR)
		;
	die(SIGTERM);
}

/* Do what a line says. */
static void
obey(const char *line, int ready_fd)
{
	const char *blank = strchr(line, ' ');
	long number = blank ? strtol(blank, NULL, 10) : 0;

	if (strcmp(line, "ready") == 0) {
		if (write(ready_fd, "\n", 1) != 1)
			give_up("ready");
		close(ready_fd);
	} else if (strncmp(line, "exit ", 5) == 0) {
		_exit((int)number);
	} else if (strncmp(line, "die ", 4) == 0) {
		die((int)number);
	} else if (strncmp(line, "delay ", 6) == 0) {
		linger(number);
	} else {
		fprintf(stderr, "actor: what is '%s'?\n", line);
		_exit(CODE_TROUBLE);
	}
}

/* Read from the driver, and do what each line says. */
static void
hear(int fd, int ready_fd)
{
	char line[64];
	size_t len = 0;

	do {
		if (len == sizeof(line) || recv(fd, line + len, 1, 0) != 1)
			_exit(CODE_TROUBLE);
	} while (line[len++] != '\n');
	line[len - 1] = '\0';
	obey(line, ready_fd);
}

/* Report each TERM, and obey the driver, without end. */
static void
play(int fd, int ready_fd, const sigset_t *open)
{
	for (;;) {
		fd_set set;

		while (terms > 0) {
			terms--;
			say(fd, "term\n");
		}
		FD_ZERO(&set);
		FD_SET(fd, &set);
		if (pselect(fd + 1, &set, NULL, NULL, NULL, open) == 1)
			hear(fd, ready_fd);
	}
}

int
main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_term };
	const char *path = getenv("REEVE_PATH");
	sigset_t term, open;
	char line[2048];
	int fd;

	if (argc != 3 || !path) {
		fputs("usage: actor SOCKET FD, as a worker\n", stderr);
		return 64;
	}
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &open);
	sigdelset(&open, SIGTERM);
	sigaction(SIGTERM, &action, NULL);
	fd = dial(argv[1]);
	snprintf(line, sizeof(line), "%s %ld\n", path, (long)getpid());
	say(fd, line);
	play(fd, (int)strtol(argv[2], NULL, 10), &open);
	return 0;
}
