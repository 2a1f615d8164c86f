/* Becoming a daemon whose parent tells how the start came out. */
#include "config.h"

#include "daemon/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sysexits.h>
#include <sys/wait.h>
#include <unistd.h>

/* What comes before the exit code on the pipe; messages have no NUL. */
#define REPORT_MARK	'\0'

/* Write all of it, in as many calls as it takes. A failure is ignored: there
 * is no other place to report to. */
static void
write_all(int fd, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		bytes += n;
		size -= (size_t)n;
	}
}

/* Block no signal any more: the parent is a command like any other, which
 * Ctrl-Z stops and Ctrl-\ ends. */
static void
unblock_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Copy messages to stderr until the mark; returns the exit code after it. A
 * pipe that ends before is a daemon that died without a word.
 */
static int
relay(int fd)
{
	char buffer[512];
	ssize_t n;

	for (;;) {
		const char *mark;

		n = read(fd, buffer, sizeof(buffer));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return EX_SOFTWARE;
		mark = memchr(buffer, REPORT_MARK, (size_t)n);
		if (!mark) {
			write_all(STDERR_FILENO, buffer, (size_t)n);
			continue;
		}
		write_all(STDERR_FILENO, buffer, (size_t)(mark - buffer));
		if (mark + 1 < buffer + n)
			return (unsigned char)mark[1];
		if (read(fd, buffer, 1) == 1)
			return (unsigned char)buffer[0];
		return EX_SOFTWARE;
	}
}

/* Leave the directory and the files of the process that started us. */
static bool
leave_launcher(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (null == -1 || chdir("/") == -1)
		return false;
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (null != fd && dup2(null, fd) == -1)
			return false;
	if (null > STDERR_FILENO)
		close(null);
	return true;
}

int
detach(void)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return -1;
	pid = fork();
	if (pid == -1)
		return -1;
	if (pid > 0) {
		close(ends[1]);
		unblock_signals();
		_exit(relay(ends[0]));
	}
	close(ends[0]);
	setsid();
	pid = fork();		/* a leader could get a controlling terminal */
	if (pid > 0)
		_exit(0);
	if (pid == -1 || !leave_launcher()) {
		detach_report(ends[1], EX_OSERR);
		_exit(EX_OSERR);
	}
	return ends[1];
}

void
detach_report(int fd, int exit_code)
{
	char report[2] = { REPORT_MARK, (char)exit_code };

	write_all(fd, report, sizeof(report));
	close(fd);
}
