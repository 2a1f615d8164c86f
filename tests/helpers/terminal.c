/*
 * terminal COMMAND...: run a command on a terminal of its own, as its first
 * process, as a window does it.
 *
 * What is read is typed there, what appears there is written out. At the end of
 * the input the terminal closes. The exit code is that of the command, 128 and
 * the signal if one has ended it, 77 if there are no terminals to be had.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	STATUS_SKIP = 77,
};

/* Say what does not work, and give up. */
static void
give_up(const char *what)
{
	perror(what);
	exit(STATUS_SKIP);
}

/* Make a terminal; returns our end of it, and the name of the other. */
static int
make_terminal(const char **ret_name)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY);

	if (fd == -1 || grantpt(fd) == -1 || unlockpt(fd) == -1)
		give_up("no terminal");
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	*ret_name = ptsname(fd);
	if (!*ret_name)
		give_up("a terminal without a name");
	return fd;
}

/* Become the first process on the terminal, and the command. */
static void
execute(const char *name, char **command)
{
	int fd;

	setsid();
	fd = open(name, O_RDWR | O_CLOEXEC);
	if (fd == -1 || ioctl(fd, TIOCSCTTY, 0) == -1)
		give_up(name);
	for (int standard = 0; standard <= 2; standard++)
		if (dup2(fd, standard) == -1)
			give_up("a standard descriptor");
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

/* Copy what can be read; tell whether there may be more. */
static bool
copy(int from, int to)
{
	char buffer[512];
	ssize_t size = read(from, buffer, sizeof(buffer));

	return size > 0 && write(to, buffer, (size_t)size) == size;
}

int
main(int argc, char **argv)
{
	const char *name;
	struct pollfd entries[2];
	int terminal, status;
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: terminal COMMAND...\n");
		return 64;
	}
	terminal = make_terminal(&name);
	pid = fork();
	if (pid == -1)
		give_up("fork");
	if (pid == 0)
		execute(name, argv + 1);
	entries[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
	entries[1] = (struct pollfd){.fd = terminal, .events = POLLIN};
	do {
		if (poll(entries, 2, -1) == -1)
			give_up("poll");
		/* it has an end whenever nobody holds the other one open */
		if (entries[1].revents && !copy(terminal, STDOUT_FILENO))
			entries[1].fd = -1;
	} while (!entries[0].revents || copy(STDIN_FILENO, terminal));
	close(terminal);
	if (waitpid(pid, &status, 0) == -1)
		give_up("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
