/*
 * kick RING: kill children and time their replacements.
 *
 * It is told, in lines on stdin, and answers each with a line on stdout:
 *
 *   kill NAME AGE_MS TIMEOUT_MS
 *	When the newest process of that name is that old, kill it and wait for
 *	the next of that name. "ns NS": from just before the kill to the first
 *	instruction of the other; or "timeout", "gone", "unknown".
 *   massacre PREFIX
 *	Kill the newest process of every name that begins so. "t NS COUNT": the
 *	time just before the first kill.
 */
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "util.h"

enum {
	TABLE_SIZE = 1 << 16,
	SPINS = 1000,		/* while a record is being written */
	NAP_NS = 100000000,	/* a wake that was missed costs no more */
};

struct kick {
	struct ring *ring;
	uint32_t seen;		/* records that are in the table */
	uint32_t newest[TABLE_SIZE]; /* by name: record + 1 */
	pid_t victims[TABLE_SIZE];
};

/* Where a name is in the table, or belongs. */
static uint32_t *
slot_of(struct kick *kick, const char *name)
{
	uint32_t hash = 2166136261U;

	for (const char *at = name; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619U;
	for (;; hash++) {
		uint32_t *slot = &kick->newest[hash % TABLE_SIZE];

		if (*slot == 0 || strncmp(kick->ring->records[*slot - 1].name,
		    name, RING_NAME_SIZE) == 0)
			return slot;
	}
}

/* Wait for a record to be whole; false if its writer does not go on. */
static bool
await_record(const struct ring_record *record)
{
	for (int i = 0; i < SPINS; i++) {
		if (__atomic_load_n(&record->ready, __ATOMIC_ACQUIRE))
			return true;
		sched_yield();
	}
	return false;
}

/* Put all new records into the table. */
static void
scan(struct kick *kick)
{
	struct ring *ring = kick->ring;
	uint32_t head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);

	if (head > RING_CAPACITY)
		head = RING_CAPACITY;
	for (; kick->seen < head; kick->seen++) {
		struct ring_record *record = &ring->records[kick->seen];

		if (!await_record(record))
			return;
		*slot_of(kick, record->name) = kick->seen + 1;
	}
}

/* The newest start of a name; NULL: there is none. */
static struct ring_record *
newest(struct kick *kick, const char *name)
{
	uint32_t index;

	scan(kick);
	index = *slot_of(kick, name);
	return index ? &kick->ring->records[index - 1] : NULL;
}

/* Wait for another record of a name, and say how long that took. */
static void
await_replacement(struct kick *kick, const char *name,
    const struct ring_record *old, uint64_t start_ns, uint64_t timeout_ns)
{
	for (;;) {
		uint32_t head = __atomic_load_n(&kick->ring->head,
		    __ATOMIC_ACQUIRE);
		const struct ring_record *now = newest(kick, name);

		if (now != old) {
			printf("ns %" PRIu64 "\n", now->start_ns - start_ns);
			return;
		}
		if (now_ns() >= start_ns + timeout_ns) {
			puts("timeout");
			return;
		}
		ring_wait(kick->ring, head, NAP_NS);
	}
}

/* Do what the line `kill' asks for. */
static void
kill_one(struct kick *kick, const char *name, long age_ms, long timeout_ms)
{
	const struct ring_record *old = newest(kick, name);
	uint64_t due_ns, start_ns;

	if (!old) {
		puts("unknown");
		return;
	}
	due_ns = old->start_ns + (uint64_t)age_ms * 1000000U;
	start_ns = now_ns();
	if (start_ns < due_ns)
		sleep_us((due_ns - start_ns) / 1000);
	old = newest(kick, name);
	start_ns = now_ns();
	if (kill(old->pid, SIGKILL) == -1) {
		puts("gone");
		return;
	}
	await_replacement(kick, name, old, start_ns,
	    (uint64_t)timeout_ms * 1000000U);
}

/* Do what the line `massacre' asks for. */
static void
kill_all(struct kick *kick, const char *prefix)
{
	size_t count = 0, size = strlen(prefix);
	uint64_t start_ns;

	scan(kick);
	for (size_t i = 0; i < TABLE_SIZE; i++) {
		const struct ring_record *record;

		if (kick->newest[i] == 0)
			continue;
		record = &kick->ring->records[kick->newest[i] - 1];
		if (strncmp(record->name, prefix, size) == 0)
			kick->victims[count++] = record->pid;
	}
	start_ns = now_ns();
	for (size_t i = 0; i < count; i++)
		kill(kick->victims[i], SIGKILL);
	printf("t %" PRIu64 " %zu\n", start_ns, count);
}

int
main(int argc, char **argv)
{
	struct kick *kick;
	char name[64], *line = NULL;
	size_t room = 0;
	long age_ms, timeout_ms;

	if (argc != 2) {
		fprintf(stderr, "usage: kick RING\n");
		return 64;
	}
	kick = allocate(sizeof(*kick));
	kick->ring = ring_open(argv[1]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (getline(&line, &room, stdin) != -1) {
		if (sscanf(line, "kill %63s %ld %ld", name, &age_ms,
		    &timeout_ms) == 3)
			kill_one(kick, name, age_ms, timeout_ms);
		else if (sscanf(line, "massacre %63s", name) == 1)
			kill_all(kick, name);
		else
			puts("what?");
	}
	free(line);
	free(kick);
	return 0;
}
