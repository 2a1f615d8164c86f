/*
 * pidload COUNT FILE: run COUNT bystanders at a time until FILE is there:
 * processes of no worker, which live for a few milliseconds. Where pids are few
 * the bystanders soon have those of workers that have died: a signal that comes
 * too late hits one of them.
 *
 * Prints how many there were; ends with 1 when one of them was hit.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Start one, in a group and a session of its own; tell whether it runs. */
static int
begin_one(unsigned number)
{
	struct timespec life = {.tv_nsec = (long)(number % 7 + 1) * 1000000};
	pid_t pid = fork();

	if (pid != 0)
		return pid > 0;
	setsid();
	while (nanosleep(&life, &life) == -1)
		;
	_exit(0);
}

int
main(int argc, char **argv)
{
	unsigned wanted = argc == 3 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
	unsigned there = 0, begun = 0, hit = 0;

	if (wanted == 0) {
		fprintf(stderr, "usage: pidload COUNT FILE\n");
		return 64;
	}
	while (access(argv[2], F_OK) == -1 || there > 0) {
		int status;

		while (there < wanted && access(argv[2], F_OK) == -1 &&
		    begin_one(begun)) {
			there++;
			begun++;
		}
		if (waitpid(-1, &status, 0) == -1)
			continue;
		there--;
		if (!WIFSIGNALED(status))
			continue;
		hit++;
		printf("a bystander was hit by signal %d\n", WTERMSIG(status));
	}
	printf("%u bystanders, %u hit\n", begun, hit);
	return hit > 0;
}
