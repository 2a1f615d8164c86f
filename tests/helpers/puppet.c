/*
 * puppet COMMAND...: do as told, one command after the other.
 *
 *	exit N		end with a code
 *	die N		end by a signal
 *	ignore N	ignore a signal
 *	delay MS	do nothing for a while
 *	say TEXT	write a line to stdout
 *	args		write all that follows to stdout, a line each, and end
 *	copy		copy stdin to stdout
 *	line FD		write a newline to a descriptor
 *	close FD	close a descriptor
 *	env		forget the environment, by executing the rest without
 *	fork KIND	leave a grandchild that hangs, deaf to TERM, and write
 *			"KIND PID" to stdout: group (the same), own (its own
 *			group), session (its own), detached (a session of its
 *			own, and its parent is dead)
 *	brood N		leave a chain: N descendants, each another's child
 *			and in a session of its own; the pids to stdout
 *	hang		until killed
 *
 * Ends with 0 when all is done.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* End because a call failed that must not. */
static void
give_up(const char *what)
{
	perror(what);
	exit(125);
}

/* Write to a descriptor. */
static void
put(int fd, const char *text)
{
	size_t size = strlen(text);

	if (write(fd, text, size) != (ssize_t)size)
		give_up("puppet: write");
}

/* Hang until killed. */
static void
hang(void)
{
	for (;;)
		pause();
}

/* Write "KIND PID" to stdout. */
static void
announce(const char *kind)
{
	char line[64];

	snprintf(line, sizeof(line), "%s %ld\n", kind, (long)getpid());
	put(STDOUT_FILENO, line);
}

/* In the grandchild: go to the group or session it belongs to, say so, and
 * hang. */
static void
be_grandchild(const char *kind, int ready)
{
	signal(SIGTERM, SIG_IGN);
	if (strcmp(kind, "own") == 0)
		setpgid(0, 0);
	if (strcmp(kind, "session") == 0 || strcmp(kind, "detached") == 0)
		setsid();
	announce(kind);
	put(ready, "\n");
	close(ready);
	hang();
}

/* In the child: fork, and end; in the grandchild: wait for that end. */
static void
leave_parent(void)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	pid_t parent = getpid();

	if (fork() != 0)
		_exit(0);
	while (getppid() == parent)
		nanosleep(&moment, NULL);
}

/* Leave a grandchild behind, and return once it is where it belongs. */
static void
leave(const char *kind)
{
	bool twice = strcmp(kind, "detached") == 0;
	char byte;
	pid_t pid;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		give_up("puppet: pipe");
	pid = fork();
	if (pid == -1)
		give_up("puppet: fork");
	if (pid == 0) {
		if (twice)
			leave_parent();
		be_grandchild(kind, fds[1]);
	}
	if (twice)
		waitpid(pid, NULL, 0);
	close(fds[1]);
	if (read(fds[0], &byte, 1) != 1)
		give_up("puppet: read");
	close(fds[0]);
}

/* Leave a chain of descendants, and return once the last of it is there. */
static void
leave_brood(long count)
{
	char byte;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		give_up("puppet: pipe");
	if (fork() == 0) {
		for (long i = 1; i < count; i++) {
			setsid();
			announce("brood");
			if (fork() != 0)
				hang();
		}
		setsid();
		announce("brood");
		put(fds[1], "\n");
		hang();
	}
	close(fds[1]);
	if (read(fds[0], &byte, 1) != 1)
		give_up("puppet: read");
	close(fds[0]);
}

/* Copy stdin to stdout. */
static void
copy(void)
{
	char bytes[4096];
	ssize_t size;

	while ((size = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
		if (write(STDOUT_FILENO, bytes, (size_t)size) != size)
			give_up("puppet: write");
	if (size == -1)
		give_up("puppet: read");
}

/* Do nothing for a while. */
static void
delay(long ms)
{
	struct timespec rest = {ms / 1000, ms % 1000 * 1000000};

	while (nanosleep(&rest, &rest) == -1 && errno == EINTR)
		;
}

/* End by a signal. */
static void
die(int number)
{
	signal(number, SIG_DFL);
	raise(number);
	hang();
}

/* Do the command, which has an argument. */
static void
obey(const char *command, const char *arg)
{
	long number = strtol(arg, NULL, 10);

	if (strcmp(command, "exit") == 0)
		_exit((int)number);
	else if (strcmp(command, "die") == 0)
		die((int)number);
	else if (strcmp(command, "ignore") == 0)
		signal((int)number, SIG_IGN);
	else if (strcmp(command, "delay") == 0)
		delay(number);
	else if (strcmp(command, "line") == 0)
		put((int)number, "\n");
	else if (strcmp(command, "close") == 0)
		close((int)number);
	else if (strcmp(command, "fork") == 0)
		leave(arg);
	else if (strcmp(command, "brood") == 0)
		leave_brood(number);
	else
		give_up("puppet: what is that?");
}

int
main(int argc, char **argv)
{
	static char *none[] = {NULL};

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "hang") == 0) {
			hang();
		} else if (strcmp(argv[i], "copy") == 0) {
			copy();
		} else if (strcmp(argv[i], "args") == 0) {
			while (++i < argc) {
				put(STDOUT_FILENO, argv[i]);
				put(STDOUT_FILENO, "\n");
			}
		} else if (strcmp(argv[i], "env") == 0) {
			argv[i] = argv[0];
			execve("/proc/self/exe", argv + i, none);
			give_up("puppet: exec");
		} else if (i + 1 == argc) {
			give_up("puppet: an argument is missing");
		} else if (strcmp(argv[i], "say") == 0) {
			put(STDOUT_FILENO, argv[++i]);
			put(STDOUT_FILENO, "\n");
		} else {
			obey(argv[i], argv[i + 1]);
			i++;
		}
	}
	return 0;
}
