/*
 * standin [OPTION...]: a worker that writes down what happens to it.
 *
 *	-l FILE	the ledger; or $LEDGER. A line for each event is appended:
 *		"start PATH PID", "stop PATH PID", "left KIND PID PATH"
 *	-r FD	say there that it is ready, once the start is written down
 *	-w MS	take that long before
 *	-p	do not die with the daemon
 *	-i	ignore the stop signal
 *	-s MS	take that long to stop
 *	-e MS	end by itself after that time
 *	-x CODE	end with that code, of itself or stopped
 *	-u FILE	on USR1, end with the code that stands in it
 *	-k KINDS leave processes behind, all deaf to TERM: g in the same group,
 *		p in a group of its own, s in a session of its own, d the child
 *		of a dead child, in a session of its own
 *	-f N	double-fork without end: N children of dead children a second
 *
 * Arguments behind that are ignored, so that it can stand in for any server.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

struct standin {
	const char *ledger;
	const char *kinds;	/* of leftovers */
	const char *code_file;	/* USR1 ends with the code in it; or NULL */
	long ready_fd;		/* -1: none */
	long start_ms;
	long stop_ms;
	long end_ms;		/* -1: stays */
	long forks;		/* a second; 0: none */
	long code;
	bool deaf;
};

static void note(const struct standin *standin, const char *format, ...)
	    __attribute__((format(printf, 2, 3)));

/* Append a line to the ledger, whole. */
static void
note(const struct standin *standin, const char *format, ...)
{
	char line[256];
	va_list args;
	int fd, size;

	if (!standin->ledger)
		return;
	va_start(args, format);
	size = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	fd = open(standin->ledger, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
	    0644);
	if (fd == -1 || size < 0 || write(fd, line, (size_t)size) != size) {
		perror(standin->ledger);
		exit(111);
	}
	close(fd);
}

/* The path that the daemon has given. */
static const char *
own_path(void)
{
	const char *path = getenv("REEVE_PATH");

	return path ? path : "-";
}

/* Let a time pass. */
static void
pause_ms(long ms)
{
	struct timespec left = {
		.tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000,
	};

	while (nanosleep(&left, &left) == -1 && errno == EINTR)
		;
}

/* In the leftover: stay, whatever happens, and tell the parent once that is
 * written down. Does not return. */
static void
stay_deaf(const struct standin *standin, char kind, const int heard[2])
{
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	note(standin, "left %c %d %s\n", kind, (int)getpid(), own_path());
	close(heard[0]);
	close(heard[1]);
	for (;;)
		pause();
}

/* Wait for a child to end. */
static void
reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
}

/* Wait until the other end of a pipe is closed everywhere. */
static void
await_end(const int fds[2])
{
	char byte;

	close(fds[1]);
	while (read(fds[0], &byte, 1) == -1 && errno == EINTR)
		;
	close(fds[0]);
}

/* Fork a leftover, and return once it has written itself down: a worker that
 * ends soon could end before that. */
static void
fork_leftover(const struct standin *standin, char kind)
{
	int heard[2] = {-1, -1};
	pid_t pid;

	if (pipe2(heard, O_CLOEXEC) == -1)
		perror("pipe");		/* and no child is waited for */
	pid = fork();
	if (pid != 0) {
		if (kind == 'd')
			reap(pid);
		await_end(heard);
		return;
	}
	switch (kind) {
	case 'p':
		setpgid(0, 0);
		break;
	case 's':
		setsid();
		break;
	case 'd':
		setsid();
		if (fork() != 0)
			_exit(0);
		break;
	default:
		break;
	}
	stay_deaf(standin, kind, heard);
}

/* Leave an orphan that is dead at once. */
static void
fork_orphan(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (fork() == 0) {
			pause_ms(2);	/* until its parent is gone */
			_exit(0);
		}
		_exit(0);
	}
	reap(pid);
}

/* End with the code in the file. */
static void
end_as_told(const struct standin *standin)
{
	FILE *file = fopen(standin->code_file, "re");
	int code;

	if (!file || fscanf(file, "%d", &code) != 1)
		exit(113);
	exit(code);
}

/* Wait for a stop signal: true; false when the time is over. */
static bool
await_stop(const struct standin *standin, const sigset_t *stops)
{
	long step_ms = standin->forks ? 1000 / standin->forks : 1000;
	long left_ms = standin->end_ms;
	struct timespec step;
	int signal;

	for (;;) {
		if (left_ms >= 0 && left_ms < step_ms)
			step_ms = left_ms;
		step = (struct timespec){
			.tv_sec = step_ms / 1000,
			.tv_nsec = step_ms % 1000 * 1000000,
		};
		if (!standin->forks && left_ms < 0)
			signal = sigwaitinfo(stops, NULL);
		else
			signal = sigtimedwait(stops, NULL, &step);
		if (signal == SIGUSR1)
			end_as_told(standin);
		if (signal != -1 && !standin->deaf)
			return true;
		if (left_ms >= 0 && (left_ms -= step_ms) <= 0)
			return false;
		if (standin->forks)
			fork_orphan();
	}
}

/* Do not die with the daemon. */
static void
survive(void)
{
#ifdef __linux__
	if (prctl(PR_SET_PDEATHSIG, 0) == -1)
		perror("PR_SET_PDEATHSIG");
#endif
}

/* Read a number. */
static long
number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end == '\0' && end != text)
		return value;
	fprintf(stderr, "standin: '%s' is no number\n", text);
	exit(64);
}

/* Read the options. */
static void
read_options(int argc, char **argv, struct standin *standin)
{
	int option;

	while ((option = getopt(argc, argv, "+l:r:w:pis:e:x:u:k:f:")) != -1) {
		switch (option) {
		case 'l':
			standin->ledger = optarg;
			break;
		case 'r':
			standin->ready_fd = number(optarg);
			break;
		case 'w':
			standin->start_ms = number(optarg);
			break;
		case 'p':
			survive();
			break;
		case 'i':
			standin->deaf = true;
			break;
		case 's':
			standin->stop_ms = number(optarg);
			break;
		case 'e':
			standin->end_ms = number(optarg);
			break;
		case 'x':
			standin->code = number(optarg);
			break;
		case 'u':
			standin->code_file = optarg;
			break;
		case 'k':
			standin->kinds = optarg;
			break;
		case 'f':
			standin->forks = number(optarg);
			break;
		default:
			exit(64);
		}
	}
}

int
main(int argc, char **argv)
{
	struct standin standin = {
		.ledger = getenv("LEDGER"),
		.kinds = "",
		.ready_fd = -1,
		.end_ms = -1,
	};
	sigset_t stops;

	read_options(argc, argv, &standin);
	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGQUIT);
	if (standin.code_file)
		sigaddset(&stops, SIGUSR1);
	for (const char *kind = standin.kinds; *kind; kind++)
		fork_leftover(&standin, *kind);
	sigprocmask(SIG_BLOCK, &stops, NULL);
	note(&standin, "start %s %d\n", own_path(), (int)getpid());
	pause_ms(standin.start_ms);
	if (standin.ready_fd != -1) {
		if (write((int)standin.ready_fd, "\n", 1) != 1)
			_exit(112);
		close((int)standin.ready_fd);
	}
	if (await_stop(&standin, &stops)) {
		note(&standin, "stop %s %d\n", own_path(), (int)getpid());
		pause_ms(standin.stop_ms);
	}
	/* Not by way of exit(), where a sanitizer's search for leaks has been
	 * seen to hang. */
	_exit((int)standin.code);
}
