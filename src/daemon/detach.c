/* Becoming a daemon whose parent tells how the start came out. */
#include "config.h"

#include "daemon/detach.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sysexits.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/whole.h"
#include "os/os.h"

/* Block no signal any more: the parent is a command like any other, which
 * Ctrl-Z stops and Ctrl-\ ends. */
static void
unblock_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Copy some messages to stderr, of which it is not known whether it takes them;
 * false: there are no more. */
static bool
pass_on(int fd)
{
	char buffer[512];
	ssize_t n = read(fd, buffer, sizeof(buffer));

	if (n > 0)
		whole_write(STDERR_FILENO, buffer, (size_t)n);
	return n > 0 || (n == -1 && errno == EINTR);
}

/* Read the exit code. A pipe that ends before is a daemon that died without a
 * word. */
static int
read_code(int fd)
{
	unsigned char code;
	ssize_t n;

	do
		n = read(fd, &code, 1);
	while (n == -1 && errno == EINTR);
	return n == 1 ? code : EX_SOFTWARE;
}

/* Copy messages to stderr until there is an exit code; returns that. */
static int
relay(const struct detached *from)
{
	struct pollfd entries[] = {
		{ .fd = from->messages, .events = POLLIN },
		{ .fd = from->code, .events = POLLIN },
	};

	for (;;) {
		if (poll(entries, LENGTH(entries), -1) == -1)
			continue;	/* interrupted */
		if (entries[0].revents == 0)
			return read_code(from->code);
		if (!pass_on(from->messages))
			entries[0].fd = -1;
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

/* Make a way from the daemon to its parent, and one for the exit code alone:
 * for that there is room even if no message is read. */
static int
make_pipes(struct detached *ret_from, struct detached *ret_to)
{
	int messages[2], code[2];

	if (pipe2(messages, O_CLOEXEC) == -1)
		return -1;
	if (pipe2(code, O_CLOEXEC) == -1) {
		os_close(messages[0]);
		os_close(messages[1]);
		return -1;
	}
	fcntl(messages[1], F_SETFL, O_NONBLOCK);
	*ret_from = (struct detached){ messages[0], code[0] };
	*ret_to = (struct detached){ messages[1], code[1] };
	return 0;
}

int
detach(struct detached *ret_detached)
{
	struct detached from, to;
	pid_t pid;

	if (make_pipes(&from, &to) == -1)
		return -1;
	pid = fork();
	if (pid == -1)
		return -1;
	if (pid > 0) {
		close(to.messages);
		close(to.code);
		unblock_signals();
		_exit(relay(&from));
	}
	close(from.messages);
	close(from.code);
	setsid();
	pid = fork();		/* a leader could get a controlling terminal */
	if (pid > 0)
		_exit(0);
	if (pid == -1 || !leave_launcher()) {
		detach_report(&to, EX_OSERR);
		_exit(EX_OSERR);
	}
	*ret_detached = to;
	return 0;
}

void
detach_report(const struct detached *detached, int exit_code)
{
	unsigned char code = (unsigned char)exit_code;

	whole_write(detached->code, (const char *)&code, 1);
	close(detached->messages);
	close(detached->code);
}
