/*
 * What must hold for a supervision tree at every step, whatever happens: the
 * rules are numbered, and stated in invariants.c (what happens) and state.c
 * (what is). They are checked from the outside, by what the tree says and
 * does, against a record of what each process went through; a broken one ends
 * the program, with the last steps printed.
 */
#ifndef REEVE_TESTS_INVARIANTS_H
#define REEVE_TESTS_INVARIANTS_H

#include "sim/world.h"

enum {
	WATCH_HITS = 64,	/* restarts remembered; more than any limit */
};

/* Why a child is due to be restarted. */
enum watch_due {
	DUE_NOT,
	DUE_EXIT,		/* it ended, and that was counted */
	DUE_FAILED,		/* a restart of it failed: to be counted */
	DUE_DELAYED,		/* its delay is running: to be counted */
	DUE_RESUME,		/* the system was short, or it was unkillable at
				   its turn: not to be counted */
	DUE_FREED,		/* it was unkillable, and is gone: to count */
};

/* What is known of a child: slot->extra begins with it. */
struct watch {
	/* its process, or a supervisor's life: */
	int64_t asked_ms;	/* when it was to start */
	int64_t told_ms;	/* when it was told to stop */
	int64_t killed_ms;
	bool told;
	bool killed;
	/* as a child: */
	uint64_t attempt;	/* when it was last to start, by the clock */
	enum watch_due due;
	bool adopted;		/* up without a start: I4 */
	bool spared;		/* may stay though it is temporary: I7 */
	/* as a supervisor: */
	uint64_t life;		/* when it began to start */
	uint64_t pass;		/* when a restart began that runs, or 0 */
	struct child *trigger;	/* the child that caused it */
	int64_t hits[WATCH_HITS]; /* restarts that count, oldest first */
	uint32_t hit_count;
	int64_t period_ms;	/* max_seconds, as it was last seen */
	uint32_t causes;	/* of restarts, in this life: an upper bound */
	int64_t killed_below_ms; /* when it was killed with all below it */
	bool being_killed;
	bool loose;		/* what is due for a restart may vanish in it:
				   it is temporary, was unkillable or changed */
	bool exact;		/* hits are all there were, not the least */
	bool must_give_up;
	bool gave_up;
};

/* What the checks remember of the whole; world->arg begins with it. */
struct checks {
	uint64_t clock;		/* counts starts and restarts */
	uint64_t checked;	/* steps */
	const struct child *about; /* the child of this step's input */
	bool was_unkillable;	/* before */
	enum child_comeback comeback; /* before */
	uint32_t heard;		/* notes about its start or end, this step */
	uint32_t answered;	/* requests */
	uint64_t number;	/* of the last note */
};

/* Look at what the tree says. */
void	check_note(struct world *world, const struct note *note);

/* Look at the counts of a supervisor's children: count_children. */
void	check_counts(struct world *world, const struct sup *sup,
	    const struct request_counts *counts);

/* Look at the number of a note. */
void	check_number(struct world *world, const struct note *note);

/* Look at a worker that is to be started. */
void	check_start(struct world *world, struct slot *slot);

/* Forget what is released. */
void	check_released(struct world *world, struct slot *slot);

/* Look at the world before each step of the tree, between the step and what
 * comes of it, and after that. */
void	check_before(struct world *world, const struct input *input);
void	check_heard(struct world *world, const struct input *input);
void	check_after(struct world *world, const struct input *input);

/* Look at a tree where nothing is left to happen, and that still runs. */
void	check_quiet(struct world *world);

/* Look at a world whose tree has quit. */
void	check_over(struct world *world);

/* The next child in start order; NULL behind the last. Begin with NULL. */
struct child	*next_child(const struct sup *sup, const struct child *child);

/* The checks of a world. */
static inline struct checks *
checks_of(const struct world *world)
{
	return world->arg;
}

/* The record of a child. */
static inline struct watch *
watch_of(const struct child *child)
{
	return slot_of(child)->extra;
}

#endif
