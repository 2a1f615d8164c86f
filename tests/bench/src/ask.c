/*
 * ask SOCKET WORD...: the smallest control client there can be.
 *
 * One connection to a Unix socket, one line, the reply copied to stdout.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Connect to the socket; -1 if that fails. */
static int
connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size = strlen(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || size >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, size);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		return -1;
	return fd;
}

int
main(int argc, char **argv)
{
	char bytes[4096];
	ssize_t size;
	FILE *out;
	int fd;

	if (argc < 3) {
		fprintf(stderr, "usage: ask SOCKET WORD...\n");
		return 64;
	}
	fd = connect_to(argv[1]);
	out = fd == -1 ? NULL : fdopen(fd, "w");
	if (!out) {
		perror(argv[1]);
		return 1;
	}
	for (int i = 2; i < argc; i++)
		fprintf(out, "%s%c", argv[i], i + 1 < argc ? ' ' : '\n');
	if (fflush(out) == EOF)		/* all of it is one write */
		return 1;
	while ((size = read(fd, bytes, sizeof(bytes))) > 0)
		if (write(STDOUT_FILENO, bytes, (size_t)size) != size)
			return 1;
	return size < 0;
}
