/*
 * badlauncher COMMAND...: run it in the state that a careless launcher leaves.
 *
 * CHLD, HUP, PIPE and INT are ignored, and on Linux a signal that the C library
 * keeps to itself; TERM and USR1 are blocked, 0 to 2 are closed, 7 and 8 are
 * open, the umask is 077, the soft limit of descriptors is 100, there is a
 * secret in the environment, and where it can be set the score of the
 * out-of-memory killer is 500.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

/* Ignore some signals, block others. */
static void
soil_signals(void)
{
	static const int ignored[] = { SIGCHLD, SIGHUP, SIGPIPE, SIGINT };
	sigset_t blocked;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
#ifdef __linux__
	const unsigned long ignore[4] = {(unsigned long)SIG_IGN, 0, 0, 0};

	syscall(SYS_rt_sigaction, 32, ignore, NULL, 8);
#endif
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
}

/* Leave descriptors open that should not be, and close those that should. */
static void
soil_descriptors(void)
{
	int fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	dup2(fd, 7);
	dup2(fd, 8);
	if (fd != 7 && fd != 8)
		close(fd);
	for (fd = 0; fd <= 2; fd++)
		close(fd);
}

/* Ask to be killed before others. */
static void
soil_score(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	if (write(fd, "500", 3) != 3)
		perror("oom_score_adj");
	close(fd);
}

int
main(int argc, char **argv)
{
	struct rlimit limit;

	if (argc < 2) {
		fprintf(stderr, "usage: badlauncher COMMAND...\n");
		return 64;
	}
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = 100;
	setrlimit(RLIMIT_NOFILE, &limit);
	umask(077);
	setenv("SECRET", "nobody's business", 1);
	soil_score();
	soil_signals();
	soil_descriptors();
	execvp(argv[1], argv + 1);
	return 127;
}
