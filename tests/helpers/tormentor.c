/*
 * tormentor [-u ID] BLOWS [SECONDS]: do to each new process of our user what a
 * user may do to its own, as early as possible: between fork and exec, or just
 * after. With -u as that user and group. BLOWS is a word, or several with
 * commas between them, of which each process gets the next:
 *
 *	stop	SIGSTOP; no CONT follows
 *	quit	SIGQUIT, which may leave a core
 *	term	SIGTERM
 *	trace	ptrace(2): stopped, and held until it is killed
 *	hold	the same, and its zombie is held too
 *	all	all of them but hold
 *
 * It says "watching" when it begins. It ends after SECONDS, or on TERM, and
 * says how many processes were hit by which blow; of those that were stopped or
 * traced, how many before the exec. What is traced goes on then.
 *
 * It makes no process: it tries the numbers that come next, and reads the
 * newest one from /proc/loadavg.
 */
#include <stdio.h>

#ifdef __linux__

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	NEW_MAX = 256,		/* processes that are not ours yet */
	AHEAD = 2,		/* numbers tried before they are used */
	LOOK_EVERY = 32,	/* rounds until a look at the newest */
	PATIENCE_MS = 100,	/* then a process is another user's */
};

static bool
send_stop(pid_t pid)
{
	return kill(pid, SIGSTOP) == 0;
}

static bool
send_quit(pid_t pid)
{
	return kill(pid, SIGQUIT) == 0;
}

static bool
send_term(pid_t pid)
{
	return kill(pid, SIGTERM) == 0;
}

static bool
trace(pid_t pid)
{
	return ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0 &&
	    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0;
}

enum { BLOW_COUNT = 5 };

static const struct blow {
	const char *name;
	bool (*strike)(pid_t pid);	/* false with errno */
	bool stays;		/* the process stays as it was */
	bool reaps;
} blows[BLOW_COUNT] = {
	{ "stop", send_stop, true, false },
	{ "quit", send_quit, false, false },
	{ "term", send_term, false, false },
	{ "trace", trace, true, true },
	{ "hold", trace, true, false },
};

struct newborn {
	pid_t pid;
	long long since_ms;
};

struct tormentor {
	int loadavg;
	const struct blow *use[BLOW_COUNT];	/* in turn */
	size_t use_count;
	size_t turn;
	struct newborn born[NEW_MAX];
	size_t born_count;
	pid_t newest;		/* the newest process that was tried */
	bool reaps;
	long hits[BLOW_COUNT];
	long early[BLOW_COUNT];	/* those that hit before the exec */
};

static volatile sig_atomic_t is_over;

static void
end(int number)
{
	(void)number;
	is_over = 1;
}

/* The monotonic time. */
static long long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The number of the newest process. */
static pid_t
read_newest(const struct tormentor *me)
{
	char text[128];
	ssize_t n = pread(me->loadavg, text, sizeof(text) - 1, 0);
	const char *last;

	text[n > 0 ? n : 0] = '\0';
	last = strrchr(text, ' ');
	return last ? (pid_t)strtol(last, NULL, 10) : 0;
}

/* Tell whether a process still has the name of the daemon that made it. */
static bool
is_early(pid_t pid)
{
	char path[64], name[32] = "";
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, name, sizeof(name));
		close(fd);
	}
	return n > 0 && strncmp(name, "reeved", 6) == 0;
}

/* Strike. Returns false if it is to be tried again: the process is still
 * root's, or there is none yet. */
static bool
strike(struct tormentor *me, pid_t pid)
{
	const struct blow *blow = me->use[me->turn];
	size_t index = (size_t)(blow - blows);

	if (!blow->strike(pid))
		return false;
	me->hits[index]++;
	if (blow->stays && is_early(pid))
		me->early[index]++;
	me->turn = (me->turn + 1) % me->use_count;
	return true;
}

/* A process is there, or was: try it until it is hit. */
static void
add(struct tormentor *me, pid_t pid, long long now)
{
	me->newest = pid;
	if (!strike(me, pid) && errno == EPERM && me->born_count < NEW_MAX)
		me->born[me->born_count++] = (struct newborn){ pid, now };
}

/* Try those that were not ours yet. */
static void
try_born(struct tormentor *me, long long now)
{
	size_t kept = 0;

	for (size_t i = 0; i < me->born_count; i++) {
		struct newborn born = me->born[i];

		if (!strike(me, born.pid) && errno == EPERM &&
		    now - born.since_ms < PATIENCE_MS)
			me->born[kept++] = born;
	}
	me->born_count = kept;
}

/* Try the numbers that come next. */
static void
try_next(struct tormentor *me, long long now)
{
	for (pid_t pid = me->newest + 1; pid <= me->newest + AHEAD; pid++)
		if (kill(pid, 0) == 0 || errno == EPERM)
			add(me, pid, now);
}

/* Catch up with the newest process; the numbers may have begun again. */
static void
catch_up(struct tormentor *me, long long now)
{
	pid_t newest = read_newest(me);

	if (newest < me->newest - AHEAD || newest > me->newest + NEW_MAX)
		me->newest = newest - 1;
	while (me->newest < newest)
		add(me, me->newest + 1, now);
}

/* Find the blows of a list; false if there is no such blow. */
static bool
choose(struct tormentor *me, char *list)
{
	for (char *name = strtok(list, ","); name; name = strtok(NULL, ",")) {
		size_t before = me->use_count;

		for (size_t i = 0; i < BLOW_COUNT; i++) {
			bool is_all = strcmp(name, "all") == 0 &&
			    strcmp(blows[i].name, "hold") != 0;

			if (me->use_count < BLOW_COUNT &&
			    (is_all || strcmp(name, blows[i].name) == 0))
				me->use[me->use_count++] = &blows[i];
		}
		if (me->use_count == before)
			return false;
	}
	for (size_t i = 0; i < me->use_count; i++)
		me->reaps = me->reaps || me->use[i]->reaps;
	return me->use_count > 0;
}

/* Become another user; false with errno. */
static bool
become(const char *text)
{
	unsigned id = (unsigned)strtoul(text, NULL, 10);

	return setgroups(0, NULL) == 0 && setgid(id) == 0 && setuid(id) == 0;
}

/* Torment until it is over. */
static void
run(struct tormentor *me, long long until_ms)
{
	long long now = now_ms();

	me->newest = read_newest(me);
	printf("watching\n");
	fflush(stdout);
	for (unsigned long round = 0; !is_over && now < until_ms; round++) {
		try_born(me, now);
		try_next(me, now);
		if (round % LOOK_EVERY != 0)
			continue;
		now = now_ms();
		catch_up(me, now);
		if (me->reaps)
			while (waitpid(-1, NULL, WNOHANG | __WALL) > 0)
				;
	}
}

int
main(int argc, char **argv)
{
	static struct tormentor me;
	long long until_ms;

	if (argc > 2 && strcmp(argv[1], "-u") == 0) {
		if (!become(argv[2])) {
			perror(argv[2]);
			return 77;
		}
		argc -= 2;
		argv += 2;
	}
	if (argc < 2 || !choose(&me, argv[1])) {
		fprintf(stderr, "usage: tormentor [-u ID] "
		    "stop|quit|term|trace|hold|all[,...] [SECONDS]\n");
		return 64;
	}
	signal(SIGTERM, end);
	signal(SIGINT, end);
	me.loadavg = open("/proc/loadavg", O_RDONLY | O_CLOEXEC);
	until_ms = now_ms() +
	    (argc > 2 ? strtoll(argv[2], NULL, 10) : 86400) * 1000;
	run(&me, until_ms);
	for (size_t i = 0; i < me.use_count; i++) {
		size_t index = (size_t)(me.use[i] - blows);

		printf("%s %ld, before the exec %ld\n", blows[index].name,
		    me.hits[index], me.early[index]);
	}
	return 0;
}

#else

int
main(void)
{
	fprintf(stderr, "tormentor: only Linux tells the newest process\n");
	return 77;
}

#endif
