/*
 * Random simulation of the supervision core.
 *
 *	sim [STEPS]
 *
 * Random trees live random lives, one after the other, for so many steps in
 * all; the invariants are checked after each. The seed is printed; SEED=number
 * in the environment replays a run, and a failure says which tree it was in
 * (SEED=... TREE=... replays that one alone, loudly). Each sixteenth tree
 * lives twice, the second time with its clock elsewhere: the trace must be the
 * same.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/random_run.h"

enum {
	DEFAULT_STEPS = 1000000,
	TREE_STEPS = 3000,	/* at most, of one tree */
	TWICE_EVERY = 16,	/* trees that live twice */
};

/* What a run has come to; shared with the process that waits for it, so that
 * a crash of any kind can be told with its seed. */
struct run {
	uint64_t seed;
	uint64_t tree;		/* the one that lives now */
	uint64_t trees;
	uint64_t steps;
	uint64_t requests;
	uint64_t hash;
	struct life life;
	struct world world;
};

/* Let one tree live; returns the hash of its trace. */
static uint64_t
live(struct run *run, int64_t now_ms, bool loud)
{
	uint64_t seed = dice_seed(run->seed, run->tree);
	struct life *life = &run->life;

	*life = (struct life){ .shortage = false };
	dice_init(&life->dice, seed);
	life_init(life, &run->world, seed, now_ms);
	run->world.loud = loud;
	life_live(life, &run->world, 50 + dice_roll(&life->dice, TREE_STEPS));
	run->steps += run->world.steps;
	run->requests += life->checks.answered;
	run->trees++;
	world_release(&run->world);
	return run->world.hash;
}

/* Let trees live until there are steps enough. */
static void
run_all(struct run *run, uint64_t steps)
{
	for (; run->steps < steps; run->tree++) {
		uint64_t hash = live(run, 0, false);

		run->hash = dice_seed(run->hash ^ hash, run->tree);
		if (run->tree % TWICE_EVERY == 0 &&
		    live(run, INT64_C(1) << 45, false) != hash)
			world_fatal(&run->world, "I18, I19: the same seed, "
			    "another trace");
	}
}

/* The number in an environment variable. */
static uint64_t
number_of(const char *name, uint64_t fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : fallback;
}

/* Run in a process of its own; returns its wait status. */
static int
run_apart(struct run *run, uint64_t steps)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("sim: fork");
		exit(EXIT_FAILURE);
	}
	if (pid == 0) {
		if (getenv("TREE"))
			live(run, 0, true);
		else
			run_all(run, steps);
		exit(EXIT_SUCCESS);
	}
	while (waitpid(pid, &status, 0) < 0)
		;
	return status;
}

int
main(int argc, char **argv)
{
	uint64_t steps = argc > 1 ? strtoull(argv[1], NULL, 0) : DEFAULT_STEPS;
	uint64_t now = (uint64_t)time(NULL) << 16 ^ (uint64_t)getpid();
	struct run *run = mmap(NULL, sizeof(*run), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool good;

	if (run == MAP_FAILED) {
		perror("sim: mmap");
		return EXIT_FAILURE;
	}
	run->seed = number_of("SEED", now);
	run->tree = number_of("TREE", 0);
	printf("sim: SEED=%" PRIu64 "\n", run->seed);
	good = run_apart(run, steps) == 0;
	if (!good) {
		world_print_trace(&run->world, stdout);
		printf("sim: failed in the tree of SEED=%" PRIu64 " TREE=%"
		    PRIu64 "\n", run->seed, run->tree);
	}
	printf("sim: %" PRIu64 " steps, %" PRIu64 " trees, %" PRIu64
	    " requests, hash %016" PRIx64 "\n", run->steps, run->trees,
	    run->requests, run->hash);
	printf("sim: %" PRIu64 " passed, %d failed, 0 skipped\n", run->trees,
	    !good);
	munmap(run, sizeof(*run));
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
