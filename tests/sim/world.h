/*
 * A fake world around a supervision tree: what the daemon, the kernel and the
 * clock are to the real one.
 *
 * It carries out what the tree asks for: a process is a few fields, its start
 * and its end are news planned for some time to come, and the clock moves only
 * when there is nothing left to do. How a process behaves is decided by the
 * hooks, so a script with an expected trace and a random run share all of this.
 *
 * The world is also the first judge. What no shell could do without harm (a
 * second start of a process that lives, a signal to one that is gone, a second
 * answer to a request, memory taken inside a step) is fatal, with the last
 * things that happened printed.
 */
#ifndef REEVE_TESTS_WORLD_H
#define REEVE_TESTS_WORLD_H

#include <stdio.h>

#include "core/tree.h"
#include "sim/queue.h"

enum {
	WORLD_NAME_MAX = 63,
	WORLD_TRACE_LENGTH = 100, /* things remembered for a fatal message */
};

/* The process behind a slot. A supervisor has none. */
enum proc_state {
	PROC_NONE,
	PROC_STARTING,		/* asked for, not answered */
	PROC_LIVE,
};

/* A child's slot with the process behind it; child->user points at it. */
struct slot {
	struct list link;	/* in world->slots */
	struct world *world;
	struct child *child;	/* allocated exactly as large as its type */
	void *extra;		/* world->extra_size bytes for the hooks */
	struct news news;	/* the next thing that happens to the process */
	enum proc_state proc;
	bool leaving;		/* about to be freed */
	char name[WORLD_NAME_MAX + 1];
};

/* A request, alive from world_ask() until it is answered. */
struct ask {
	struct list link;	/* in world->asks */
	struct request request;	/* request.user points here */
	struct news news;	/* its way to the tree */
	uint32_t number;	/* the asker's own */
	bool sent;		/* the tree has it */
	char name[WORLD_NAME_MAX + 1];
};

/* One thing that happened, small enough to remember a hundred of them. */
struct trace_line {
	int64_t now_ms;
	const char *what;	/* a literal */
	uint32_t number;	/* of a request, or an outcome's */
	char about[WORLD_NAME_MAX + 1];
	char by[WORLD_NAME_MAX + 1];
};

struct world;

/*
 * What a test puts into the world; any of them may be NULL. start, stop and
 * kill plan what the process does of it by world_plan(); a start without a plan
 * is held until its answer is planned. before, heard and after are called
 * around each step of the tree: heard when it has been taken and what comes of
 * it has not been carried out.
 */
struct world_hooks {
	void (*start)(struct world *world, struct slot *slot);
	void (*stop)(struct world *world, struct slot *slot);
	void (*kill)(struct world *world, struct slot *slot);
	void (*released)(struct world *world, struct slot *slot);
	void (*replied)(struct world *world, struct ask *ask);
	void (*before)(struct world *world, const struct input *input);
	void (*heard)(struct world *world, const struct input *input);
	void (*after)(struct world *world, const struct input *input);
	void (*note)(struct world *world, const struct note *note);
};

struct world {
	struct tree tree;
	const struct world_hooks *hooks;
	void *arg;		/* of the hooks */
	int64_t now_ms;
	int64_t began_ms;	/* where the clock stood at first */
	struct list slots;	/* of struct slot: every one there is */
	struct list asks;	/* of struct ask */
	struct queue queue;
	size_t slot_count;
	uint32_t made;		/* slots, since it began: for names */
	size_t extra_size;
	uint64_t steps;
	uint64_t hash;		/* of all notes and actions, with their times */
	bool quit;		/* ACTION_QUIT has come */
	bool adopting;		/* a child is adopted now */
	bool loud;		/* print everything as it happens */
	struct trace_line trace[WORLD_TRACE_LENGTH]; /* a ring */
	uint64_t traced;	/* lines of the trace so far */
};

/* Begin a world with a supervisor as the root, not yet defined nor started. */
void	world_init(struct world *world, const struct world_hooks *hooks,
	    void *arg, size_t extra_size, uint64_t seed, int64_t now_ms);

/* Give back everything. */
void	world_release(struct world *world);

/*
 * Make a child in no tree, with the defaults of its type. A supervisor gets
 * its flags by world_set_flags() and its children by world_define().
 */
struct child	*world_new_child(struct world *world, const char *name,
		    enum spec_type type);

/* Set the flags of a supervisor that does not run, and size its window. */
void	world_set_flags(struct sup *sup, const struct spec_flags *flags);

/* Allocate a restart window for such flags; the size goes to *ret_size. */
int64_t	*world_new_ring(const struct spec_flags *flags, uint32_t *ret_size);

/* Define a supervisor, see sup_define(); the array is copied. */
enum spec_error	world_define(struct sup *sup, struct child *const *children,
		    uint32_t count);

/* Copy an array of children for a request, which will own the copy. */
struct child	**world_copy_children(struct child *const *children,
		    uint32_t count);

/* Free a child that is in no tree, with all that is below it. */
void	world_free_child(struct world *world, struct child *child);

/* Make that supervisor the root. */
void	world_set_root(struct world *world, struct sup *sup);

/* Tell the tree one of the inputs that are about the whole of it. */
void	world_tell(struct world *world, enum input_type type);

/* Tell the tree that a child is up already; nothing may come of it: I21. */
void	world_adopt(struct world *world, struct child *child);

/* Let a process and what was planned for it be gone, unheard. */
void	world_lose(struct world *world, struct slot *slot);

/* Begin a request to a supervisor; to be filled in and sent. */
struct ask	*world_ask(struct world *world, struct sup *sup,
		    enum request_type type, const char *name);

/* Send a request, so that it arrives after a delay. */
void	world_send(struct world *world, struct ask *ask, int64_t delay_ms);

/* Forget a request that has not been sent. */
void	world_drop(struct world *world, struct ask *ask);

/*
 * Plan what happens to the process next, in place of what was planned before:
 * an answer to its start or its end. Outcome may be NULL.
 */
void	world_plan(struct world *world, struct slot *slot, enum input_type type,
	    const struct spec_outcome *outcome, int64_t delay_ms);

/* Forget what was planned for it: it is held, or lives on. */
void	world_hold(struct world *world, struct slot *slot);

/*
 * Let the next thing happen, whether that is news or a deadline of the tree,
 * unless it lies later than until_ms. Returns whether anything happened.
 */
bool	world_next(struct world *world, int64_t until_ms);

/* Let things happen and time pass until until_ms; SPEC_INFINITY: until nothing
 * is left to happen. */
void	world_run(struct world *world, int64_t until_ms);

/* Tell whether the slot is below the given child, or the child itself. */
bool	world_is_below(const struct slot *slot, const struct child *child);

/* The slot of a child. */
static inline struct slot *
slot_of(const struct child *child)
{
	return child->user;
}

/* Remember something that happened; print it if the world is loud. */
void	world_say(struct world *world, const char *what, const char *about,
	    const char *by, uint32_t number);

/* Print what happened last. */
void	world_print_trace(const struct world *world, FILE *file);

/* Say what is wrong, and abort. */
void	world_fatal(struct world *world, const char *format, ...)
	    __attribute__((format(printf, 2, 3), noreturn));

/* Mix something into the hash of the trace; pointers must not be in it. */
void	world_mix(struct world *world, uint64_t number);
void	world_mix_name(struct world *world, const char *name);

/* The tree's note_fn: remember what it says, and hand it on to the hook. */
void	world_on_note(void *arg, const struct note *note);

/* While a tree steps: true. The allocator's guard looks at it. */
bool	world_is_stepping(void);
void	world_set_stepping(bool is_stepping);

#endif
