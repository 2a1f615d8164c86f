/*
 * datagrams [-n] SOCKET: listen for datagrams at a path, or at @ and an
 * abstract name, and write each on a line, its newlines as blanks. With -n read
 * none of them before SIGUSR1: the queue fills up. Ends when it is killed;
 * writes "listening" first.
 */
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Listen there; -1 if that is impossible. */
static int
listen_at(const char *text)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(text);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || length >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, text, length);
	if (text[0] == '@')
		address.sun_path[0] = '\0';
	if (bind(fd, (struct sockaddr *)&address, (socklen_t)(
	    offsetof(struct sockaddr_un, sun_path) + length)) == -1)
		return -1;
	return fd;
}

/* Write what comes, a line each; does not return. */
static void
catch_all(int fd)
{
	char text[4096];

	for (;;) {
		ssize_t size = recv(fd, text, sizeof(text), 0);

		for (ssize_t i = 0; i < size; i++)
			if (text[i] == '\n')
				text[i] = ' ';
		if (size >= 0)
			printf("%.*s\n", (int)size, text);
		fflush(stdout);
	}
}

int
main(int argc, char **argv)
{
	int deaf = argc > 1 && strcmp(argv[1], "-n") == 0;
	int number, fd = argc == 2 + deaf ? listen_at(argv[1 + deaf]) : -1;
	sigset_t set;

	if (fd == -1) {
		perror("datagrams");
		return 1;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	puts("listening");
	fflush(stdout);
	if (deaf)
		sigwait(&set, &number);
	catch_all(fd);
}
