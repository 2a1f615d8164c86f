/*
 * timecmd COUNT COMMAND...: the time that a whole command takes, with no shell
 * and no interpreter in the way.
 *
 * Prints "NS STATUS" for each run, from before it is started to its reaping.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util.h"

/* Be the command, without its output. */
static _Noreturn void
become(char **command)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	close(null);
	execvp(command[0], command);
	perror(command[0]);
	_exit(127);
}

/* Run the command once, and print how long it took. */
static void
time_once(char **command)
{
	uint64_t start_ns = now_ns();
	pid_t pid = fork();
	int status = -1;

	if (pid == -1)
		die("fork");
	if (pid == 0)
		become(command);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	printf("%" PRIu64 " %d\n", now_ns() - start_ns, status);
}

int
main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: timecmd COUNT COMMAND...\n");
		return 64;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (long i = number_of(argv[1]); i > 0; i--)
		time_once(argv + 2);
	return 0;
}
