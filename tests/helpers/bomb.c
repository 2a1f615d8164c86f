/*
 * bomb COUNT KIND [SECONDS]: a fork bomb that is bounded: it and its
 * descendants fork whenever they can, but never are there more than COUNT of
 * them, zombies included. So it is to a system with a limit of COUNT processes,
 * and needs no limit. The kinds:
 *
 *	group		all stay where they are born
 *	session		each in a session of its own
 *	chain		likewise, and each ends as soon as it has forked twice
 *
 * COUNT are there when it has written "full". What is left of it after a while
 * (60 seconds) ends by itself.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* What all share: a place for each process. */
struct pool {
	time_t end;
	int count;
	bool is_full;
	pid_t owners[];		/* 0: free; -PID: PID is about to fork */
};

/* End because a call failed that must not. */
static void
give_up(const char *what)
{
	perror(what);
	exit(125);
}

/* Seconds of a clock that goes on. */
static time_t
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static struct pool *
new_pool(int count)
{
	struct pool *pool = mmap(NULL, sizeof(*pool) +
	    (size_t)count * sizeof(pool->owners[0]), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (pool == MAP_FAILED)
		give_up("bomb: mmap");
	pool->count = count;
	return pool;
}

/* Take a place, to fork into it; NULL: all are taken. */
static pid_t *
take_place(struct pool *pool)
{
	for (int i = 0; i < pool->count; i++) {
		pid_t owner = __atomic_load_n(&pool->owners[i],
		    __ATOMIC_RELAXED);

		if (owner != 0 && (kill(abs(owner), 0) == 0 || errno != ESRCH))
			continue;
		if (__atomic_compare_exchange_n(&pool->owners[i], &owner,
		    -getpid(), false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return &pool->owners[i];
	}
	return NULL;
}

/* Tell that all places are taken, once. */
static void
tell_full(struct pool *pool)
{
	static const char full[] = "full\n";

	if (!__atomic_exchange_n(&pool->is_full, true, __ATOMIC_RELAXED) &&
	    write(STDOUT_FILENO, full, sizeof(full) - 1) == -1)
		_exit(125);
}

/* Fork for ever, or twice. */
static void
explode(struct pool *pool, const char *kind)
{
	int left = strcmp(kind, "chain") == 0 ? 2 : -1;
	pid_t main_pid = getpid();

	while (now() < pool->end && left != 0) {
		pid_t *place = take_place(pool);
		pid_t pid;

		if (!place) {
			tell_full(pool);
			continue;
		}
		pid = fork();
		if (pid == -1) {
			*place = 0;
			continue;
		}
		if (pid > 0) {
			left -= left > 0 && getpid() != main_pid;
			continue;
		}
		*place = getpid();
		if (strcmp(kind, "group") != 0)
			setsid();
	}
}

/* Read a number. */
static int
number(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

int
main(int argc, char **argv)
{
	struct pool *pool;

	if (argc < 3) {
		fputs("usage: bomb COUNT KIND [SECONDS]\n", stderr);
		return 64;
	}
	pool = new_pool(number(argv[1]));
	pool->owners[0] = getpid();
	pool->end = now() + (argc > 3 ? number(argv[3]) : 60);
	explode(pool, argv[2]);
	return 0;
}
